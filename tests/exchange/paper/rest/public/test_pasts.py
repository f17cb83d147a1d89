from __future__ import annotations

import pytest

from exchange.paper import PaperExchange
from exchange.paper.market.candles import TIMEFRAMES
from exchange.paper.market.spans import DAY_MS, MINUTE_MS
from tests.exchange.paper.caller import Caller


def test_trades_come_newest_first_or_oldest_first(caller: Caller) -> None:
    newest = caller.public("/v2/trades/tBTCUSD/hist", limit="5").json()
    oldest = caller.public("/v2/trades/tBTCUSD/hist", limit="5", sort="1").json()

    assert [row[0] for row in newest] == sorted((row[0] for row in newest), reverse=True)
    assert [row[0] for row in oldest] == sorted(row[0] for row in oldest)
    assert {len(row) for row in newest} == {4}
    assert newest[0][1] - oldest[0][1] > 365 * DAY_MS


def test_trades_can_be_asked_for_by_time(caller: Caller) -> None:
    everything = caller.public("/v2/trades/tBTCUSD/hist").json()
    middle = everything[20][1]
    early = caller.public("/v2/trades/tBTCUSD/hist", end=str(middle)).json()
    late = caller.public("/v2/trades/tBTCUSD/hist", start=str(middle)).json()

    assert len(everything) == len(early) == 125
    assert early[0][1] == late[-1][1] == middle


def test_many_trades_are_as_easy_as_few(caller: Caller) -> None:
    rows = caller.public("/v2/trades/tETHUSD/hist", limit="10000").json()

    assert len({row[0] for row in rows}) == len(rows) == 10_000


def test_loans_have_a_rate_and_a_period(caller: Caller) -> None:
    rows = caller.public("/v2/trades/fUSD/hist", limit="50").json()

    assert {len(row) for row in rows} == {5}
    assert all(0.00001 < row[3] < 0.01 and 2 <= row[4] <= 120 for row in rows)


@pytest.mark.parametrize("timeframe", [*TIMEFRAMES, "7D"])
def test_candles_go_back_a_year_in_every_timeframe(caller: Caller, timeframe: str) -> None:
    key = f"trade:{timeframe}:tBTCUSD"
    newest = caller.public(f"/v2/candles/{key}/hist", limit="10").json()
    (oldest,) = caller.public(f"/v2/candles/{key}/hist", limit="1", sort="1").json()
    last = caller.public(f"/v2/candles/{key}/last").json()

    assert newest[0] == last
    assert len(newest) == 10
    assert newest[0][0] - oldest[0] > 340 * DAY_MS
    for _, opened, closed, high, low, volume in newest:
        assert low <= min(opened, closed) <= max(opened, closed) <= high
        assert volume > 0


def test_a_trade_shows_in_the_newest_candle(caller: Caller, paper: PaperExchange) -> None:
    before = caller.public("/v2/candles/trade:1D:tBTCUSD/last").json()
    paper.trade("tBTCUSD", "0.5")
    after = caller.public("/v2/candles/trade:1D:tBTCUSD/last").json()
    (listed,) = caller.public("/v2/candles/trade:1D:tBTCUSD/hist", limit="1").json()

    assert after == listed
    assert after[5] == pytest.approx(before[5] + 0.5)


def test_candles_can_be_asked_for_by_time(caller: Caller) -> None:
    everything = caller.public("/v2/candles/trade:5m:tBTCUSD/hist", limit="300").json()
    start, end = str(everything[200][0]), str(everything[150][0])
    some = caller.public("/v2/candles/trade:5m:tBTCUSD/hist", start=start, end=end).json()
    forward = caller.public(
        "/v2/candles/trade:5m:tBTCUSD/hist", start=start, end=end, sort="1"
    ).json()

    assert some == everything[150:201]
    assert forward == some[::-1]
    assert len(caller.public("/v2/candles/trade:5m:tBTCUSD/hist").json()) == 100


def test_minutes_without_trades_are_missing(caller: Caller) -> None:
    # About one minute in twenty of this pair: among so many there is one, whenever the test runs.
    rows = caller.public("/v2/candles/trade:1m:tTLOS:USD/hist", limit="1000").json()

    assert rows[0][0] - rows[-1][0] > 999 * MINUTE_MS


@pytest.mark.parametrize("periods", ["p30", "p2", "a30:p2:p30"])
def test_rates_have_candles_too(caller: Caller, periods: str) -> None:
    rows = caller.public(f"/v2/candles/trade:1h:fUSD:{periods}/hist", limit="24").json()

    assert len(rows) == 24
    assert all(0.00001 < row[2] < 0.01 for row in rows)


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        ("/v2/trades/tBTCUSD/hist", {"limit": "10001"}, "limit: invalid"),
        ("/v2/trades/tBTCUSD/hist", {"limit": "x"}, "limit: invalid"),
        ("/v2/trades/tBTCUSD/hist", {"sort": "2"}, "sort: invalid"),
        ("/v2/trades/tNOPE/hist", {}, "symbol: invalid"),
        ("/v2/candles/trade:1m:tNOPE/hist", {}, "symbol: invalid"),
        ("/v2/candles/trade:2m:tBTCUSD/hist", {}, "timeframe: invalid"),
        ("/v2/candles/trade:1m:fUSD/hist", {}, "symbol: invalid"),
        ("/v2/candles/trade:1m:tBTCUSD:p30/hist", {}, "symbol: invalid"),
        ("/v2/candles/1m:tBTCUSD/hist", {}, "key: invalid"),
        ("/v2/candles/trade:1m:tBTCUSD/hist", {"limit": "10001"}, "limit: invalid"),
    ],
)
def test_bad_questions_are_refused(
    caller: Caller, path: str, query: dict[str, str], reason: str
) -> None:
    answer = caller.public(path, **query)

    assert (answer.status_code, answer.json()) == (500, ["error", 10020, reason])
