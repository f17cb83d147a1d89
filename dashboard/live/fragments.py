"""What travels to a browser: drawn once per change, whoever looks at it. Parts: drawing.py.

Figures travel as the page writes them, parts of pages as HTML. `cell` writes what
`templates/live/_cell.html` writes, forty times faster; a test holds the two equal.
Nothing here escapes: symbols pass `is_symbol` at the door, everything else is made of numbers and
of our own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.html import escape

from dashboard.live.board import Feed
from dashboard.live.candles import CandlesView
from dashboard.live.events import What
from dashboard.live.quotes import TOLD, Cell, Standing, as_written, standing_written
from dashboard.live.told import ToldQuote, decimal

CELL = (
    '<span class="%s" data-symbol="%s" data-field="%s" data-value="%s" data-at="%s"'
    ' data-age="%s" data-state="%s">%s</span>'
)
QUOTE = '<i data-quote="%s" data-age="%d" data-streamed="%d" data-at="%s">%s</i>'
CANDLES = '<div data-live-part="%s" data-age="%d" data-at="%d" data-state="%s">%s</div>'
CANDLE = '<i data-candle="%s"></i>'


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


def quote(now: ToldQuote, before: ToldQuote | None = None) -> str:
    """Return a symbol's age and those of its figures that differ from `before`.

    The figures are written for the page, yet not as its elements: a page that shows hundreds
    would spend longer on reading the markup than on drawing (docs/decisions/0037). Each is
    `name|value|text|tone`, and `;` stands between two. The `age` figure is counted by the browser.
    """
    values: Mapping[str, Any] = now.values
    known: Mapping[str, Any] = before.values if before else {}
    changed = ";".join(
        figure(name, values.get(name))
        for name in TOLD
        if before is None or values.get(name) != known.get(name)
    )
    at_ms = "" if values["at_ms"] is None else values["at_ms"]
    return QUOTE % (values["symbol"], now.age_ms(), values["is_streamed"], at_ms, changed)


@lru_cache(maxsize=16_384)  # best prices come and go, and a day's figures stay
def figure(name: str, value: str | None) -> str:
    """Return one figure for the page to write: `name|value|text|tone`."""
    if name == "standing":
        return "|".join((name, *standing_written(Standing(value or ""))))
    return "|".join((name, *as_written(name, decimal(value))))


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
