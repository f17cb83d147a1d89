"""Every public method of v2, as our client reads it from the paper exchange."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from exchange.errors import InvalidRequest
from exchange.models.markets import Timeframe
from exchange.paper import PaperExchange
from exchange.rest_v2 import RestV2

PERPETUAL = "tBTCF0:USTF0"
HOUR, DAY = Timeframe.ONE_HOUR, Timeframe.ONE_DAY


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_a_ticker_is_the_top_of_the_book(market_place: PaperExchange, v2: RestV2) -> None:
    bid, ask = market_place.best_prices("tXRPUSD")
    ticker = v2.ticker("tXRPUSD")

    assert v2.platform_is_operative()
    assert (ticker.bid, ticker.ask) == (bid, ask)
    assert ticker.low <= ticker.last <= ticker.high
    assert ticker.bid_size == sum(level.amount for level in v2.book("tXRPUSD") if level.amount > 0)


def test_tickers_of_all_are_those_of_each(v2: RestV2) -> None:
    few = ["tXRPUSD", "tDOGE:USD"]
    before = {ticker.symbol: ticker for ticker in v2.tickers()}
    some = v2.tickers([*few, "tNOPE:NOPE"])
    after = {ticker.symbol: ticker for ticker in v2.tickers()}

    assert {f"t{pair}" for pair in v2.pairs()} <= set(before)
    # Trade stands still, but a minute of the day before may fall out of the day meanwhile.
    assert some in ([before[each] for each in few], [after[each] for each in few])


def test_ticker_history_is_told_at_full_hours_without_gaps_at_page_edges(v2: RestV2) -> None:
    newest = v2.ticker_history(["tXRPUSD"], limit=5)
    older = v2.ticker_history(["tXRPUSD"], end_ms=ms(newest[2].time), limit=3)

    assert [moment.time.minute for moment in newest] == [0] * 5
    assert older == newest[2:]
    assert all(moment.bid < moment.ask for moment in newest)
    with pytest.raises(InvalidRequest, match="limit"):
        v2.ticker_history(["tXRPUSD"], limit=251)


def test_a_book_by_orders_adds_up_to_the_book_by_levels(v2: RestV2) -> None:
    levels = v2.book("tXRPUSD", length=25)
    orders = v2.raw_book("tXRPUSD", length=250)
    best = levels[0]

    assert sum(order.amount for order in orders if order.price == best.price) == best.amount
    assert sum(1 for order in orders if order.price == best.price) == best.count
    assert len({order.id for order in orders}) == len(orders)


def test_coarser_books_hold_the_same_amounts_at_rounder_prices(v2: RestV2) -> None:
    fine, coarse = v2.book("tXRPUSD", length=250), v2.book("tXRPUSD", "P3", length=250)
    best = next(level for level in coarse if level.amount < 0)
    covered = [level for level in fine if level.amount < 0 and level.price <= best.price]

    assert sum(level.amount for level in covered) == best.amount
    assert sum(level.count for level in covered) == best.count


def test_trades_come_by_pages_that_meet(market_place: PaperExchange, v2: RestV2) -> None:
    for _ in range(6):
        market_place.trade("tXRPUSD", "10")
    newest = v2.trades("tXRPUSD", limit=6)
    oldest = v2.trades("tXRPUSD", start_ms=ms(newest[-1].time), limit=10_000, oldest_first=True)
    every = v2.every_trade("tXRPUSD", start_ms=ms(newest[0].time) - 3_600_000)
    some = [trade.id for trade in every]

    assert [trade.amount for trade in newest] == [10] * 6
    assert [trade.id for trade in newest] == sorted((trade.id for trade in newest), reverse=True)
    assert {trade.id for trade in newest} <= {trade.id for trade in oldest}
    assert some == sorted(set(some), reverse=True)
    with pytest.raises(InvalidRequest, match="limit"):
        v2.trades("tXRPUSD", limit=10_001)


def test_candles_of_an_hour_add_up_to_those_of_a_day(v2: RestV2) -> None:
    yesterday = v2.candles("tXRPUSD", DAY, limit=2)[1]
    start = ms(yesterday.time)
    hours = v2.candles(
        "tXRPUSD", HOUR, start_ms=start, end_ms=start + 86_399_999, oldest_first=True
    )

    assert (hours[0].open, hours[-1].close) == (yesterday.open, yesterday.close)
    assert max(hour.high for hour in hours) == yesterday.high
    assert min(hour.low for hour in hours) == yesterday.low
    assert sum(hour.volume for hour in hours) == yesterday.volume


def test_the_last_candle_follows_the_last_trade(market_place: PaperExchange, v2: RestV2) -> None:
    market_place.trade("tSOLUSD", "0.5")
    candle, (trade,) = v2.last_candle("tSOLUSD", HOUR), v2.trades("tSOLUSD", limit=1)

    assert candle.close == trade.price == v2.ticker("tSOLUSD").last
    assert candle == v2.candles("tSOLUSD", HOUR, limit=1)[0]
    assert candle.time <= trade.time < candle.time + timedelta(hours=1)


def test_candles_of_a_year_come_without_gaps_and_repeats(v2: RestV2) -> None:
    times = [candle.time for candle in v2.every_candle("tXRPUSD", DAY)]

    assert 360 <= len(times) <= 372
    assert times == [times[0] - timedelta(days=place) for place in range(len(times))]


def test_what_an_amount_costs_is_what_the_book_says(v2: RestV2) -> None:
    best = next(level for level in v2.book("tXRPUSD") if level.amount < 0)
    small = v2.average_price("tXRPUSD", -best.amount)
    none = v2.average_price("tXRPUSD", Decimal(1), limit_price=best.price / 2)

    assert (small.price, small.amount) == (best.price, -best.amount)
    assert none.amount == 0


def test_rates_of_exchange_are_each_other_s_inverse(v2: RestV2) -> None:
    there, back = v2.exchange_rate("BTC", "USD"), v2.exchange_rate("USD", "BTC")

    assert abs(there * back - 1) < Decimal("0.001")
    assert abs(there / v2.ticker("tBTCUSD").last - 1) < Decimal("0.05")


def test_perpetuals_stand_near_what_they_follow(v2: RestV2) -> None:
    every = {status.symbol: status for status in v2.derivative_statuses()}
    (one,) = v2.derivative_statuses([PERPETUAL, "tNOPEF0:USTF0"])
    history = v2.derivative_history(PERPETUAL, limit=3)

    assert set(v2.pairs("futures")) == {symbol[1:] for symbol in every}
    assert one.spot_price == v2.ticker("tBTCUST").last
    assert one.price is not None
    assert one.spot_price is not None
    assert abs(one.price / one.spot_price - 1) < Decimal("0.05")
    assert len(history) == 3
    assert history[0].time > history[-1].time


def test_the_configuration_agrees_with_itself(v2: RestV2) -> None:
    pairs, infos, futures = v2.pairs(), v2.pair_infos(), v2.pair_infos("futures")
    names, labels, currencies = v2.currency_names(), v2.currency_labels(), v2.currencies()
    some = v2.configuration("pub:list:pair:margin", "pub:list:currency")

    assert len(pairs) >= 200
    assert set(pairs) == set(infos)
    assert set(v2.pairs("futures")) == set(futures)
    assert infos["BTCUSD"].minimum == Decimal("0.00004")
    assert {pair for pair, info in infos.items() if info.initial_margin is not None} == set(
        some["pub:list:pair:margin"]
    )
    assert some["pub:list:currency"] == currencies
    assert set(labels) <= set(currencies)
    assert (names["UST"], labels["BTC"]) == ("USDt", "Bitcoin")


def test_rates_of_funding_are_the_top_of_their_book(v2: RestV2) -> None:
    ticker, book = v2.funding_ticker("fUSD"), v2.funding_book("fUSD", length=25)
    offers = [level for level in book if level.amount > 0]
    raw = v2.raw_funding_book("fUSD", length=250)

    assert v2.funding_tickers(["fUSD"]) == [ticker]
    assert {one.symbol for one in v2.funding_tickers()} >= {"fUSD", "fUST", "fBTC"}
    assert ticker.ask == offers[0].rate
    assert ticker.bid == next(level.rate for level in book if level.amount < 0)
    assert {offer.rate for offer in raw} >= {offers[0].rate}
    assert len({offer.id for offer in raw}) == len(raw)


def test_loans_and_their_candles_agree(v2: RestV2) -> None:
    (loan,) = v2.funding_trades("fUSD", limit=1)
    candle = v2.last_funding_candle("fUSD", HOUR)
    several = v2.funding_candles("fUSD", HOUR, periods="a30:p2:p30", limit=3)

    assert candle.close == loan.rate
    assert 2 <= loan.period <= 120
    assert len(several) == 3
    assert several[0].time > several[2].time


def test_what_can_be_borrowed_has_an_average_rate(v2: RestV2) -> None:
    ticker = v2.funding_ticker("fUSD")
    average = v2.average_rate("fUSD", Decimal(100))
    longest = v2.average_rate("fUSD", Decimal(100), period=2, limit_rate=ticker.ask / 2)

    assert average.amount == 100
    assert average.price >= ticker.ask
    assert longest.amount == 0
