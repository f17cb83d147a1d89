"""What travels to a browser: HTML drawn once per change, whoever looks at it. Parts: drawing.py.

`cell` writes what `templates/live/_cell.html` writes, forty times faster; a test holds the two
equal. Nothing here escapes: symbols pass `is_symbol` at the door, everything else is made of
numbers and of our own words.
"""

from __future__ import annotations

from django.utils.html import escape

from dashboard.live.board import Feed
from dashboard.live.candles import CandlesView
from dashboard.live.events import What
from dashboard.live.quotes import Cell, Quote

CELL = (
    '<span class="%s" data-symbol="%s" data-field="%s" data-value="%s" data-at="%s"'
    ' data-age="%s" data-state="%s">%s</span>'
)
QUOTE = '<div data-quote="%s" data-age="%d" data-streamed="%d">%s</div>'
CANDLES = '<div data-live-part="%s" data-age="%d" data-at="%d" data-state="%s">%s</div>'
CANDLE = '<i data-candle="%s"></i>'
VALUES = ("last", "bid", "ask", "change", "volume", "high", "low")


def cell(drawn: Cell) -> str:
    """Return one figure, as the template of the same name draws it."""
    return CELL % (
        f"cell {drawn.tone}" if drawn.tone else "cell",
        drawn.symbol,
        drawn.field,
        drawn.value,
        "" if drawn.at_ms is None else drawn.at_ms,
        "" if drawn.age_ms is None else drawn.age_ms,
        drawn.state,
        drawn.text,
    )


def quote(now: Quote, before: Quote | None = None) -> str:
    """Return a symbol's age and those of its figures that differ from `before`.

    The `age` figure itself is counted by the browser, from the age given here.
    """
    cells = now.cells
    changed = (
        cell(cells[name])
        for name in VALUES
        if before is None or getattr(now, name) != getattr(before, name)
    )
    return QUOTE % (now.symbol, now.age_ms(), now.is_streamed, "".join(changed))


def candles(view: CandlesView) -> str:
    """Return the newest candles, for the chart to draw: figures, and nothing to look at."""
    drawn = "".join(CANDLE % candle for candle in view.candles)
    return CANDLES % (view.topic, view.age_ms(), view.at_ms, view.state.value, drawn)


def feed(state: Feed) -> str:
    """Return how the relay is, for the chip in every page's header."""
    age = "" if state.age_ms is None else state.age_ms
    return f'<i data-feed data-age="{age}" data-reason="{escape(state.reason)}"></i>'


def account_feed(account_id: int, age_ms: int | None, reason: str) -> str:
    """Return how an account's stream is, for the chip of the pages that show that account."""
    age = "" if age_ms is None else age_ms
    return f'<i data-account="{account_id}" data-age="{age}" data-reason="{escape(reason)}"></i>'


def sent(monotonic: float) -> str:
    """Return when a message was written, so that the browser can tell how long it waited."""
    return f'<i data-sent="{round(monotonic * 1000)}"></i>'


def hint(what: What) -> str:
    """Return a hint that something was stored: the page fetches the truth over HTTP."""
    return f'<i data-event="{what}"></i>'
