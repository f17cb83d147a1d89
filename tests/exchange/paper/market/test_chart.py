from __future__ import annotations

from itertools import groupby, islice, pairwise

import pytest

from exchange.paper.market.candles import TIMEFRAMES, Candle, next_period, period_start
from exchange.paper.market.chart import Chart
from exchange.paper.market.spans import DAY_MS, HOUR_MS, MINUTE_MS
from exchange.paper.market.trades import Trade
from tests.exchange.paper.clock import START_MS
from tests.exchange.paper.dice import dice
from tests.exchange.paper.market.pasts import LAST_ID, chart


def gathered(candles: list[Candle], timeframe: str) -> list[Candle]:
    """The coarser candles that finer ones, oldest first, add up to."""
    found = []
    for start_ms, group in groupby(candles, lambda each: period_start(timeframe, each.start_ms)):
        parts = list(group)
        high, low = max(part.high for part in parts), min(part.low for part in parts)
        volume = sum(part.volume for part in parts)
        found.append(Candle(start_ms, parts[0].open, parts[-1].close, high, low, volume))
    return found


def traded_on(past: Chart, minutes: int) -> list[Trade]:
    """Let the market trade for a while after the start."""
    source, price = dice(3), 61_000
    made = []
    for number in range(1, minutes * 3 + 1):
        price += source.choice((-3, -1, 1, 3))
        moment_ms = START_MS + number * 20_000 - 15_000
        amount = source.choice((-1, 1)) * source.randrange(1_000, 900_000)
        made.append(Trade(LAST_ID + number, moment_ms, amount, price * 10**8))
        past.add(made[-1])
    return made


@pytest.mark.parametrize("timeframe", ["5m", "15m", "30m", "1h", "3h", "6h", "12h", "1D"])
@pytest.mark.parametrize("symbol", ["tBTCUSD", "tXTPUST"])
def test_timeframes_agree(symbol: str, timeframe: str) -> None:
    past = chart(symbol)
    traded_on(past, 30)
    since_ms = period_start("1D", START_MS - 2 * DAY_MS)
    minutes = past.candles("1m", start_ms=since_ms, oldest_first=True)

    assert gathered(minutes, timeframe) == past.candles(
        timeframe, start_ms=since_ms, oldest_first=True
    )


@pytest.mark.parametrize("timeframe", ["1W", "14D", "1M"])
def test_long_timeframes_are_sums_of_days(timeframe: str) -> None:
    past = chart()
    whole = past.candles(timeframe, oldest_first=True)[1:]
    days = past.candles("1D", start_ms=whole[0].start_ms, oldest_first=True)

    assert gathered(days, timeframe) == whole


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_every_timeframe_goes_back_a_year(timeframe: str) -> None:
    past = chart()
    newest, *_, oldest = [
        *past.candles(timeframe, limit=3),
        *past.candles(timeframe, limit=2, oldest_first=True)[::-1],
    ]

    assert newest.start_ms == period_start(timeframe, START_MS - 1)
    assert oldest.start_ms <= START_MS - 366 * DAY_MS + 2 * MINUTE_MS
    assert newest.close == 61_000 * 10**8


def test_candles_go_on_into_what_is_really_traded() -> None:
    past = chart()
    before = past.candles("1m", limit=5)
    made = traded_on(past, 10)
    after = past.candles("1m", limit=15)
    started_ms = START_MS // MINUTE_MS * MINUTE_MS
    first = next(candle for candle in after if candle.start_ms == started_ms)
    soon = [trade for trade in made if trade.made_ms < started_ms + MINUTE_MS]

    assert after[-4:] == before[-4:]
    assert (first.open, first.close) == (before[0].open, soon[-1].price)
    assert first.volume == before[0].volume + sum(abs(trade.amount) for trade in soon)
    assert after[0].close == made[-1].price


@pytest.mark.parametrize("timeframe", TIMEFRAMES)
def test_the_growing_candle_is_the_newest_of_the_list(timeframe: str) -> None:
    past = chart()

    assert past.last(timeframe) == past.candles(timeframe, limit=1)[0]

    traded_on(past, 130)

    assert past.last(timeframe) == past.candles(timeframe, limit=1)[0]


def test_a_window_holds_the_candles_that_begin_in_it() -> None:
    past = chart()
    start_ms, end_ms = START_MS - 5 * HOUR_MS + 1, START_MS - 2 * HOUR_MS
    newest_first = past.candles("5m", start_ms=start_ms, end_ms=end_ms)
    oldest_first = past.candles("5m", start_ms=start_ms, end_ms=end_ms, oldest_first=True)

    assert newest_first == oldest_first[::-1]
    assert len(newest_first) == 36
    assert all(start_ms <= candle.start_ms <= end_ms for candle in newest_first)
    assert past.candles("5m", end_ms=end_ms, limit=4) == newest_first[:4]


def test_a_candle_at_the_edge_of_a_window_is_whole() -> None:
    past = chart()
    (hour,) = past.candles("1h", start_ms=START_MS - 3 * HOUR_MS, limit=1, oldest_first=True)
    (alone,) = past.candles("1h", start_ms=hour.start_ms, end_ms=hour.start_ms)

    assert alone == hour


def test_quiet_markets_have_gaps() -> None:
    candles = chart("tTLOS:USD").candles("1m", limit=200)
    starts = [candle.start_ms for candle in candles]

    assert starts == sorted(starts, reverse=True)
    assert starts[0] - starts[-1] > 200 * MINUTE_MS
    assert all(candle.volume > 0 for candle in candles)


def test_trades_make_the_candles() -> None:
    past = chart()
    (candle,) = past.candles("15m", end_ms=START_MS - HOUR_MS, limit=1)
    end_ms = next_period("15m", candle.start_ms)
    trades = list(past.trades(candle.start_ms, end_ms - 1, oldest_first=True))
    prices = [trade.price for trade in trades]

    assert (prices[0], prices[-1]) == (candle.open, candle.close)
    assert (max(prices), min(prices)) == (candle.high, candle.low)
    assert sum(abs(trade.amount) for trade in trades) == candle.volume


def test_trades_go_back_without_an_end_in_order_and_under_numbers_of_their_own() -> None:
    trades = list(islice(chart().trades(), 5_000))

    assert trades[0].price == 61_000 * 10**8
    assert trades[0].id <= LAST_ID
    for later, earlier in pairwise(trades):
        assert later.id > earlier.id
        assert later.made_ms >= earlier.made_ms
    assert {trade.amount > 0 for trade in trades} == {True, False}


def test_a_window_of_trades_is_the_same_from_either_end() -> None:
    past = chart()
    window = (START_MS - HOUR_MS, START_MS - HOUR_MS + 90_000)
    forward = list(past.trades(*window, oldest_first=True))

    assert forward == list(past.trades(*window))[::-1]
    assert all(window[0] <= trade.made_ms <= window[1] for trade in forward)
    assert len(forward) > 50


def test_what_came_since_a_minute_is_told_exactly() -> None:
    past = chart()
    traded_on(past, 20)
    since_ms = (START_MS // MINUTE_MS - 333) * MINUTE_MS
    told = list(past.since(since_ms))
    minutes = past.candles("1m", start_ms=since_ms)

    assert sum(span.volume for span in told) == sum(candle.volume for candle in minutes)
    assert max(span.high for span in told) == max(candle.high for candle in minutes)
    assert told[0].open == minutes[-1].open
