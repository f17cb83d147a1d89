from __future__ import annotations

import pytest

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import Caller


@pytest.mark.parametrize("symbol", ["tETHUSD", "tETHF0:USTF0"])
def test_a_book_has_bids_down_then_asks_up(caller: Caller, symbol: str) -> None:
    book = caller.public(f"/v2/book/{symbol}/P0").json()
    bids, asks = book[:25], book[25:]

    assert len(book) == 50
    assert [row[0] for row in bids] == sorted((row[0] for row in bids), reverse=True)
    assert [row[0] for row in asks] == sorted(row[0] for row in asks)
    assert all(row[2] > 0 and row[1] > 0 for row in bids)
    assert all(row[2] < 0 and row[1] > 0 for row in asks)


def test_a_coarser_book_has_fewer_digits_and_more_orders(caller: Caller) -> None:
    (bid, ask) = caller.public("/v2/book/tBTCUSD/P2", len="1").json()

    assert bid[0] % 100 == ask[0] % 100 == 0
    assert ask[0] - bid[0] >= 100
    assert min(bid[1], ask[1]) > 1


def test_a_raw_book_is_the_same_orders_one_by_one(caller: Caller, paper: PaperExchange) -> None:
    order_id = paper.place("trader", "tBTCUSD", "0.01", paper.best_prices("tBTCUSD")[0])
    raw = caller.public("/v2/book/tBTCUSD/R0", len="250").json()
    levels = caller.public("/v2/book/tBTCUSD/P0", len="1").json()
    best = [row for row in raw if row[1] == levels[0][0]]

    assert len(best) == levels[0][1]
    assert sum(row[2] for row in best) == pytest.approx(levels[0][2])
    assert [order_id, levels[0][0], 0.01] in best
    assert best == sorted(best)


def test_the_signs_of_a_funding_book_are_the_other_way_round(caller: Caller) -> None:
    book = caller.public("/v2/book/fUSD/P0", len="25").json()
    bids, asks = book[:25], book[25:]

    assert {len(row) for row in book} == {4}
    assert all(row[3] < 0 for row in bids)
    assert all(row[3] > 0 for row in asks)
    assert max(row[0] for row in bids) < min(row[0] for row in asks)
    assert all(2 <= row[1] <= 120 and row[2] >= 1 for row in book)


def test_offers_of_one_rate_and_period_are_one_level(caller: Caller) -> None:
    raw = caller.public("/v2/book/fUSD/R0", len="250").json()
    levels = caller.public("/v2/book/fUSD/P0", len="250").json()
    offered = sum(row[3] for row in raw if row[3] > 0)

    assert {len(row) for row in raw} == {4}
    assert sum(row[3] for row in levels if row[3] > 0) == pytest.approx(offered)
    assert sum(row[2] for row in levels) == len(raw)
    assert len({(row[0], row[1], row[3] > 0) for row in levels}) == len(levels)


def test_small_prices_are_written_as_javascript_writes_them(
    caller: Caller, paper: PaperExchange
) -> None:
    paper.move_price("tTRXBTC", "0.00000056")
    text = caller.public("/v2/book/tTRXBTC/P0", len="1").text

    assert "e-7" in text
    assert "E-7" not in text
    assert "e-07" not in text


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        ("/v2/book/tBTCUSD/P7", {}, "prec: invalid"),
        ("/v2/book/tNOPE/P0", {}, "symbol: invalid"),
        ("/v2/book/tBTCUSD/P0", {"len": "7"}, "len: invalid"),
    ],
)
def test_bad_questions_are_refused(
    caller: Caller, path: str, query: dict[str, str], reason: str
) -> None:
    answer = caller.public(path, **query)

    assert (answer.status_code, answer.json()) == (500, ["error", 10020, reason])
