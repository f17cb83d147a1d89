"""Two to four markets beside each other: their figures, charts, books and trades."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from dashboard.http import Request, render_page
from dashboard.live import drawing
from dashboard.live.board import board
from dashboard.markets import selectors
from dashboard.markets.chart import CHART
from dashboard.markets.models import Instrument
from dashboard.markets.selectors import STRIP, MarketRow

MOST = 4
USUAL = tuple(STRIP)[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One market as the page shows it."""

    row: MarketRow
    book: SafeString
    trades: SafeString


@dataclass(frozen=True, slots=True)
class Field:
    """One place to name a market: what stands there, and whether there is no such market."""

    text: str
    is_unknown: bool


@require_safe
def side_by_side(request: Request) -> HttpResponse:
    """Show the markets named in the address by symbol or pair, each once, four at most."""
    asked = [text for text in request.GET.getlist("m")[:MOST] if text.strip()] or list(USUAL)
    found = {text: selectors.named(text) for text in asked}
    chosen = {each.symbol: each for each in found.values() if each is not None}
    are_known = selectors.has_instruments()
    context = {
        **CHART,
        "fields": fields(found, are_known=are_known),
        "panels": [panel(each) for each in chosen.values()],
        "are_known": are_known,
        # The fields stay as they are while the panels fill by themselves.
        "unknown": [text for text, each in found.items() if are_known and each is None],
    }
    return render_page(request, "markets/side_by_side.html", context, fragment="beside")


def fields(found: dict[str, Instrument | None], *, are_known: bool) -> list[Field]:
    filled = [
        Field(each.public_name if each else selectors.searchable(text), are_known and each is None)
        for text, each in found.items()
    ]
    return filled + [Field("", False)] * (MOST - len(filled))


def panel(instrument: Instrument) -> Panel:
    symbol = instrument.symbol
    return Panel(
        row=selectors.market_row(instrument, board.quotes()),
        book=drawing.book(symbol, board.book(symbol)),
        trades=drawing.trades(symbol, board.trades(symbol)),
    )
