from __future__ import annotations

from typing import Any

import pytest

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import Caller


def refused(answer: Any) -> tuple[int, Any]:
    return answer.status_code, answer.json()


def test_the_platform_works(caller: Caller) -> None:
    assert caller.public("/v2/platform/status").text == "[1]"


def test_a_ticker_agrees_with_the_book(caller: Caller) -> None:
    ticker = caller.public("/v2/ticker/tBTCUSD").json()
    book = caller.public("/v2/book/tBTCUSD/P0", len="25").json()

    assert len(ticker) == 11
    assert (ticker[0], ticker[2]) == (book[0][0], book[25][0])
    assert ticker[1] == pytest.approx(sum(row[2] for row in book[:25]))
    assert ticker[3] == pytest.approx(-sum(row[2] for row in book[25:]))


def test_tickers_are_named_and_all_can_be_had(caller: Caller) -> None:
    some = caller.public("/v2/tickers", symbols="tDOGE:USD,tNOPE,tBTCUSD").json()
    everything = caller.public("/v2/tickers", symbols="ALL").json()

    assert [row[0] for row in some] == ["tDOGE:USD", "tBTCUSD"]
    assert {len(row) for row in everything} == {12}
    assert len(everything) >= 40


def test_a_book_has_bids_down_then_asks_up(caller: Caller) -> None:
    book = caller.public("/v2/book/tETHUSD/P0").json()
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


def test_trades_come_newest_first_or_oldest_first(caller: Caller) -> None:
    newest = caller.public("/v2/trades/tBTCUSD/hist", limit="5").json()
    oldest = caller.public("/v2/trades/tBTCUSD/hist", limit="5", sort="1").json()

    assert [row[0] for row in newest] == sorted((row[0] for row in newest), reverse=True)
    assert [row[0] for row in oldest] == sorted(row[0] for row in oldest)
    assert {len(row) for row in newest} == {4}
    assert newest[0][0] > oldest[0][0]


def test_trades_can_be_asked_for_by_time(caller: Caller) -> None:
    everything = caller.public("/v2/trades/tBTCUSD/hist").json()
    middle = everything[20][1]
    early = caller.public("/v2/trades/tBTCUSD/hist", end=str(middle)).json()
    late = caller.public("/v2/trades/tBTCUSD/hist", start=str(middle)).json()

    assert early[0][1] == late[-1][1] == middle


def test_conf_answers_one_list_per_key(caller: Caller) -> None:
    keys = "pub:list:pair:exchange,pub:list:pair:futures,pub:map:currency:sym"
    pairs, futures, codes = caller.public(f"/v2/conf/{keys}").json()

    assert {"BTCUSD", "DOGE:USD"} <= set(pairs)
    assert futures == []
    assert ["UST", "USDt"] in codes


def test_conf_tells_order_sizes_as_text(caller: Caller) -> None:
    (rows,) = caller.public("/v2/conf/pub:info:pair").json()
    limits = dict(rows)["BTCUSD"]

    assert len(limits) == 12
    assert limits[3:5] == ["0.00004", "2000.0"]


def test_conf_names_currencies(caller: Caller) -> None:
    codes, labels = caller.public("/v2/conf/pub:list:currency,pub:map:currency:label").json()

    assert set(codes) == {code for code, _ in labels}
    assert dict(labels)["BTC"] == "Bitcoin"


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
        ("/v2/ticker/tNOPE", {}, "symbol: invalid"),
        ("/v2/ticker/BTCUSD", {}, "symbol: invalid"),
        ("/v2/tickers", {}, "symbols: invalid"),
        ("/v2/book/tBTCUSD/P7", {}, "prec: invalid"),
        ("/v2/book/tBTCUSD/P0", {"len": "7"}, "len: invalid"),
        ("/v2/trades/tBTCUSD/hist", {"limit": "10001"}, "limit: invalid"),
        ("/v2/trades/tBTCUSD/hist", {"limit": "x"}, "limit: invalid"),
    ],
)
def test_bad_parameters_are_answered_with_500(
    caller: Caller, path: str, query: dict[str, str], reason: str
) -> None:
    assert refused(caller.public(path, **query)) == (500, ["error", 10020, reason])
