"""From the relay's plain strings to the board's books, trades and candles. Quotes: told.py."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dashboard.live.board import board
from dashboard.live.candles import CandlesValues, CandlesView
from dashboard.live.depth import BookView, PublicTrade, TradesView, levels
from dashboard.live.events import BookValues, MarketFlushed, TradesValues


def book_from(values: BookValues) -> BookView:
    return BookView(
        symbol=values["symbol"],
        bids=levels([(Decimal(p), Decimal(a), count) for p, a, count in values["bids"]]),
        asks=levels([(Decimal(p), Decimal(a), count) for p, a, count in values["asks"]]),
        at_ms=values["at_ms"],
        age_at_arrival_ms=values["age_ms"],
        precision=values["precision"],
        checked_age_at_arrival_ms=values["checked_age_ms"],
        is_broken=values["is_broken"],
    )


def trades_from(values: TradesValues) -> TradesView:
    return TradesView(
        symbol=values["symbol"],
        trades=tuple(
            PublicTrade(
                id=number,
                time_ms=time_ms,
                side="sell" if amount.startswith("-") else "buy",
                amount=abs(Decimal(amount)),
                price=Decimal(price),
            )
            for number, time_ms, amount, price in values["trades"]
        ),
        at_ms=values["at_ms"],
        age_at_arrival_ms=values["age_ms"],
    )


def candles_from(values: CandlesValues) -> CandlesView:
    return CandlesView(
        topic=values["topic"],
        candles=tuple(values["candles"]),
        at_ms=values["at_ms"],
        age_at_arrival_ms=values["age_ms"],
    )


def store(event: MarketFlushed) -> Iterator[str]:
    """Put books, trades and candles on the board, and name the topic of each."""
    for book in event["books"]:
        view = book_from(book)
        board.replace_book(view)
        yield f"book:{view.name}"
    for trades in event["trades"]:
        board.replace_trades(trades_from(trades))
        yield f"trades:{trades['symbol']}"
    for candles in event["candles"]:
        board.replace_candles(candles_from(candles))
        yield candles["topic"]
