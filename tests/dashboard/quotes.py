"""Quotes as a relay tells them, for tests that have them as numbers."""

from __future__ import annotations

from dashboard.live.board import board
from dashboard.live.conflation import written as text
from dashboard.live.events import QuoteValues
from dashboard.live.quotes import Quote
from dashboard.live.told import ToldQuote


def told_of(quote: Quote) -> ToldQuote:
    """Return a quote as the relay would have told it."""
    values: QuoteValues = {
        "symbol": quote.symbol,
        "last": text(quote.last),
        "bid": text(quote.bid),
        "ask": text(quote.ask),
        "change": text(quote.change),
        "volume": text(quote.volume),
        "high": text(quote.high),
        "low": text(quote.low),
        "at_ms": quote.at_ms,
        "age_ms": quote.age_at_arrival_ms,
        "is_streamed": quote.is_streamed,
    }
    if quote.standing:
        values["standing"] = quote.standing.value
    return ToldQuote(values, quote.arrived)


def show(quote: Quote) -> None:
    """Put a quote on this process's board, as if the relay had just told it."""
    board.hear_quote(told_of(quote))
