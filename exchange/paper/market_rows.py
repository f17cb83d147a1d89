"""The arrays that tell of candles, funding and perpetuals, at their full lengths.

Source: Bitfinex docs, the reference page of each method; lengths as seen live in 2026.
"""

from __future__ import annotations

import random
from itertools import islice

from exchange.paper.market.candles import Candle
from exchange.paper.market.showcase import period_of
from exchange.paper.market.spans import HOUR_MS, MINUTE_MS
from exchange.paper.market.trades import Trade
from exchange.paper.numbers import UNIT, cut_down, cut_up, number
from exchange.paper.rows import Row
from exchange.paper.trading.book import Book, Resting
from exchange.paper.trading.desk import LiveMarket

# Rate, period: how many offers, and their amount.
FundingLevels = dict[tuple[int, int], tuple[int, int]]

_TICKER_ORDERS = 25
_FUNDING_EVENT_MS = 8 * HOUR_MS
_USUAL_FUNDING = 0.0001
_FUNDING_WIDTH = 0.00004
_INSURANCE_FUND_USD = 1_400_000
_CLAMP = (50_000, 250_000)


def candle_row(candle: Candle) -> Row:
    """Build the 6 elements of a candle: the close comes before high and low."""
    start_ms, *figures = candle
    return [start_ms, *map(number, figures)]


def funding_ticker_row(live: LiveMarket, *, first_trade: bool) -> Row:
    """Build the 17 elements of a funding ticker, or without the first trade the stream's 16."""
    day = live.day
    row: Row = [
        number(day.last),
        *_best_offer(live.book, is_buy=True),
        *_best_offer(live.book, is_buy=False),
        number(day.change),
        number(day.change * UNIT // day.open),
        number(day.last),
        number(day.volume),
        number(day.high),
        number(day.low),
        None,
        None,
        number(sum(resting.amount for resting in live.book.asks.orders())),
    ]
    return [*row, live.market.first_trade_ms] if first_trade else row


def _best_offer(book: Book, *, is_buy: bool) -> Row:
    nearest = list(islice(book.side(is_buy=is_buy).orders(), _TICKER_ORDERS))
    if not nearest:
        return [None, None, 0]
    size = sum(resting.amount for resting in nearest)
    return [number(nearest[0].price), period_of(nearest[0].id), number(size)]


def funding_trade_row(trade: Trade) -> Row:
    """Build a public loan."""
    amount, rate = number(trade.amount), number(trade.price)
    return [trade.id, trade.made_ms, amount, rate, period_of(trade.id)]


def funding_levels(book: Book, *, is_buy: bool, count: int, digits: int) -> FundingLevels:
    """Return the best levels of a funding book: bids to borrow, or with is_buy False offers."""
    cut = cut_down if is_buy else cut_up
    found: FundingLevels = {}
    for resting in book.side(is_buy=is_buy).orders():
        level = cut(resting.price, digits), period_of(resting.id)
        if level not in found and len(found) == count:
            break
        orders, amount = found.get(level, (0, 0))
        found[level] = (orders + 1, amount + resting.amount)
    return found


def funding_book_row(level: tuple[int, int], count: int, amount: int) -> Row:
    """Build a level of a funding book; amount is above 0 for offers to lend.

    Source: Bitfinex docs, Book: the signs are the other way round than in trading.
    """
    rate, period = level
    return [number(rate), period, count, number(amount)]


def raw_funding_row(resting: Resting) -> Row:
    """Build an offer or bid of a raw funding book; offers have amounts above 0."""
    amount = -resting.amount if resting.is_buy else resting.amount
    return [resting.id, period_of(resting.id), number(resting.price), number(amount)]


def derivative_row(live: LiveMarket, price: int, spot: int, moment_ms: int) -> Row:
    """Build the 23 elements of a perpetual's status; REST puts the key in front.

    price and spot are those of the moment. What is paid between longs and shorts every eight
    hours follows from the symbol and the hour alone.
    """
    begun_ms = moment_ms - moment_ms % _FUNDING_EVENT_MS
    passed = (moment_ms - begun_ms) / _FUNDING_EVENT_MS
    row: Row = [None] * 23
    row[0] = moment_ms
    row[2:4] = [number(price), number(spot)]
    row[5] = number(_INSURANCE_FUND_USD * UNIT)
    row[7] = begun_ms + _FUNDING_EVENT_MS
    row[8] = number(round(_event_rate(live, row[7]) * passed * UNIT))
    row[9] = (moment_ms - begun_ms) // MINUTE_MS
    row[11] = number(round(_event_rate(live, begun_ms) * UNIT))
    row[14] = number(cut_down((price + spot) // 2))
    row[17] = number(_open_interest(live, spot, begun_ms))
    row[21:23] = [number(clamp) for clamp in _CLAMP]
    return row


def _event_rate(live: LiveMarket, event_ms: int) -> float:
    return _USUAL_FUNDING + _dice(live, event_ms).gauss(0, _FUNDING_WIDTH)


def _open_interest(live: LiveMarket, spot: int, begun_ms: int) -> int:
    dollars = live.market.day_turnover * _dice(live, -begun_ms).uniform(0.8, 1.2)
    return round(dollars * UNIT / spot) * UNIT


def _dice(live: LiveMarket, moment_ms: int) -> random.Random:
    return random.Random(f"{live.market.symbol}/{moment_ms}")  # noqa: S311 - not for secrets
