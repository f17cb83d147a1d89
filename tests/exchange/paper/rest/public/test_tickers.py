from __future__ import annotations

import pytest

from exchange.paper.market.spans import HOUR_MS
from tests.exchange.paper.caller import Caller


def test_a_ticker_agrees_with_the_book(caller: Caller) -> None:
    ticker = caller.public("/v2/ticker/tBTCUSD").json()
    book = caller.public("/v2/book/tBTCUSD/P0", len="25").json()

    assert len(ticker) == 11
    assert (ticker[0], ticker[2]) == (book[0][0], book[25][0])
    assert ticker[1] == pytest.approx(sum(row[2] for row in book[:25]))
    assert ticker[3] == pytest.approx(-sum(row[2] for row in book[25:]))


def test_a_ticker_agrees_with_the_candles_of_the_day(caller: Caller) -> None:
    ticker = caller.public("/v2/ticker/tETHUSD").json()
    newest, *_ = minutes = caller.public("/v2/candles/trade:1m:tETHUSD/hist", limit="1440").json()
    day = [row for row in minutes if row[0] > newest[0] - 24 * HOUR_MS]

    assert ticker[6] == newest[2]
    assert ticker[7] == pytest.approx(sum(row[5] for row in day))
    assert (ticker[8], ticker[9]) == (max(row[3] for row in day), min(row[4] for row in day))
    assert ticker[4] == pytest.approx(newest[2] - day[-1][1])


def test_a_funding_ticker_agrees_with_the_book(caller: Caller) -> None:
    ticker = caller.public("/v2/ticker/fUSD").json()
    bids_and_asks = caller.public("/v2/book/fUSD/R0", len="25").json()
    (bid, ask) = bids_and_asks[0], bids_and_asks[25]

    assert len(ticker) == 17
    assert ticker[1:3] == [bid[2], bid[1]]
    assert ticker[4:6] == [ask[2], ask[1]]
    assert ticker[13:15] == [None, None]
    assert ticker[0] == ticker[9]
    assert ticker[12] <= ticker[9] <= ticker[11]


def test_tickers_are_named_and_all_can_be_had(caller: Caller) -> None:
    some = caller.public("/v2/tickers", symbols="tDOGE:USD,tNOPE,fUSD,tBTCF0:USTF0").json()
    everything = caller.public("/v2/tickers", symbols="ALL").json()
    lengths = {row[0][0]: len(row) for row in everything}

    assert [row[0] for row in some] == ["tDOGE:USD", "fUSD", "tBTCF0:USTF0"]
    assert lengths == {"t": 12, "f": 18}
    assert len(everything) > 380
    assert len({row[0] for row in everything}) == len(everything)


def test_past_tickers_stand_at_full_hours(caller: Caller) -> None:
    rows = caller.public("/v2/tickers/hist", symbols="tBTCUSD,tETHUSD,tNOPE", limit="9").json()
    hours = caller.public("/v2/candles/trade:1h:tBTCUSD/hist", limit="6").json()
    closes = {row[0] + HOUR_MS: row[2] for row in hours}

    assert [len(row) for row in rows] == [13] * 9
    assert {row[0] for row in rows} == {"tBTCUSD", "tETHUSD"}
    assert all(row[12] % HOUR_MS == 0 and row[1] < row[3] for row in rows)
    assert [row[12] for row in rows] == sorted((row[12] for row in rows), reverse=True)
    for row in rows:
        if row[0] == "tBTCUSD":
            assert row[1] < closes[row[12]] < row[3]


def test_past_tickers_can_be_asked_for_by_time(caller: Caller) -> None:
    everything = caller.public("/v2/tickers/hist", symbols="tBTCUSD", limit="200").json()
    start, end = str(everything[150][12]), str(everything[100][12])
    some = caller.public("/v2/tickers/hist", symbols="tBTCUSD", start=start, end=end).json()

    assert some == everything[100:151]


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        ("/v2/ticker/tNOPE", {}, "symbol: invalid"),
        ("/v2/ticker/BTCUSD", {}, "symbol: invalid"),
        ("/v2/tickers", {}, "symbols: invalid"),
        ("/v2/tickers/hist", {}, "symbols: invalid"),
        ("/v2/tickers/hist", {"symbols": "tBTCUSD", "limit": "251"}, "limit: invalid"),
    ],
)
def test_bad_questions_are_refused(
    caller: Caller, path: str, query: dict[str, str], reason: str
) -> None:
    answer = caller.public(path, **query)

    assert (answer.status_code, answer.json()) == (500, ["error", 10020, reason])
