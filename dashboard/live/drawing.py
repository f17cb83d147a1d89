"""The order book and the trades of a page as HTML, for the page itself and for the socket alike.

Drawn whole up to five times a second for each book that anybody looks at, once for all who do: a
template takes several times as long. Nothing here escapes: names pass `is_symbol` at the door,
everything else is made of numbers and of our own words.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString

from dashboard.figures import amount_text, plain, price_text, size_text
from dashboard.live import depth_shapes
from dashboard.live.depth import BookView, Level, Part, PublicTrade, TradesView
from dashboard.live.quotes import FeedState

PART = (
    '<div id="%s" class="live-part" data-live-part="%s"'
    ' data-age="%s" data-at="%s" data-state="%s">%s</div>'
)
BOOK = (
    '<p class="book-now"><span>Spread <b class="book-spread">%s</b>'
    ' <span class="muted book-share">%s</span></span>'
    ' <span class="book-check" data-check="%s" data-checked="%s" data-age="%s">%s</span></p>'
    '<svg class="depth-chart" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img"'
    ' aria-label="%s"><path class="bid" d="%s"/><path class="ask" d="%s"/></svg>'
    '<p class="depth-ends" aria-hidden="true"><span>%s</span><span>%s</span><span>%s</span></p>'
    '<div class="book-rows"><svg class="book-bars" viewBox="0 0 2000 25"'
    ' preserveAspectRatio="none" aria-hidden="true">'
    '<path class="bid" d="%s"/><path class="ask" d="%s"/></svg><table class="book">'
    '<caption class="visually-hidden">Order book, best prices first</caption><thead><tr>'
    '<th scope="col" class="count"><abbr title="How many orders">No.</abbr></th>'
    '<th scope="col" class="total">Total</th><th scope="col" class="amount">Amount</th>'
    '<th scope="col" class="price">Bid</th><th scope="col" class="price">Ask</th>'
    '<th scope="col" class="amount">Amount</th><th scope="col" class="total">Total</th>'
    '<th scope="col" class="count"><abbr title="How many orders">No.</abbr></th>'
    "</tr></thead><tbody>%s</tbody></table></div>"
)
BID = (
    '<td class="count">%d</td><td class="total">%s</td><td class="amount">%s</td>'
    '<td class="price bid" data-value="%s">'
    '<button type="button" class="fill" tabindex="-1">%s</button></td>'
)
ASK = (
    '<td class="price ask" data-value="%s">'
    '<button type="button" class="fill" tabindex="-1">%s</button></td>'
    '<td class="amount">%s</td><td class="total">%s</td><td class="count">%d</td>'
)
NO_BID = (
    '<td class="count"></td><td class="total"></td><td class="amount"></td><td class="price"></td>'
)
NO_ASK = (
    '<td class="price"></td><td class="amount"></td><td class="total"></td><td class="count"></td>'
)
TRADES = (
    '<table class="trades"><caption class="visually-hidden">Latest trades, newest first</caption>'
    '<thead><tr><th scope="col" class="time">Time, UTC</th><th scope="col" class="side">Side</th>'
    '<th scope="col" class="price">Price</th><th scope="col" class="amount">Amount</th></tr>'
    "</thead><tbody>%s</tbody></table>"
)
TRADE = (
    '<tr class="%s" data-trade="%d"><td class="time"><time datetime="%s">%s</time></td>'
    '<td class="side">%s</td><td class="price" data-value="%s">'
    '<button type="button" class="fill" tabindex="-1">%s</button></td>'
    '<td class="amount">%s</td></tr>'
)
SIDES = {"buy": "▲ Buy", "sell": "▼ Sell"}

# Most levels of a book are what they were a moment ago.
remembered = lru_cache(maxsize=16_384)
price_words, amount_words = remembered(price_text), remembered(amount_text)


def book(symbol: str, view: BookView | None) -> SafeString:
    """Return an order book; one that has not come yet has the same shape, empty."""
    shown = view or BookView(symbol=symbol, at_ms=0, bids=(), asks=())
    checked_ms = shown.checked_age_ms()
    bars, chart = depth_shapes.bars(shown), depth_shapes.chart(shown)
    content = BOOK % (
        amount_text(shown.spread),
        spread_share(shown),
        shown.check,
        "" if checked_ms is None else checked_ms,
        shown.age_ms(),
        check_words(shown) if view else "Waiting for the order book…",
        depth_words(shown),
        chart.bids,
        chart.asks,
        price_text(shown.bids[-1].price) if shown.bids else "",
        price_text(shown.middle) if shown.middle else "",
        price_text(shown.asks[-1].price) if shown.asks else "",
        bars.bids,
        bars.asks,
        "".join(f"<tr>{bid_cells(bid)}{ask_cells(ask)}</tr>" for bid, ask in shown.rows),
    )
    return part(f"book-{symbol}", f"book:{shown.name}", view, content)


def trades(symbol: str, view: TradesView | None) -> SafeString:
    """Return the latest trades, newest first."""
    rows = "".join(map(trade, view.trades)) if view else ""
    waiting = "" if rows else '<p class="muted">Waiting for the first trades…</p>'
    return part(f"trades-{symbol}", f"trades:{symbol}", view, TRADES % rows + waiting)


def part(name: str, topic: str, view: Part | None, content: str) -> SafeString:
    """Return what a channel feeds, with its age for the browser to count from.

    Safe for templates: see above, nothing in it was written by anybody else.
    """
    known = (view.age_ms(), view.at_ms, view.state) if view else ("", "", FeedState.OFF)
    return SafeString(PART % (name.replace(":", ""), topic, *known, content))


def bid_cells(level: Level | None) -> str:
    if level is None:
        return NO_BID
    price, amount = level.price, level.amount
    return BID % (
        level.count,
        size_text(level.total),
        amount_words(amount),
        plain(price),
        price_words(price),
    )


def ask_cells(level: Level | None) -> str:
    if level is None:
        return NO_ASK
    price, amount = level.price, level.amount
    return ASK % (
        plain(price),
        price_words(price),
        amount_words(amount),
        size_text(level.total),
        level.count,
    )


@lru_cache(maxsize=4_096)
def trade(row: PublicTrade) -> str:
    return TRADE % (
        row.side,
        row.id,
        row.time.isoformat(),
        row.time.strftime("%H:%M:%S"),
        SIDES[row.side],
        plain(row.price),
        price_words(row.price),
        amount_words(row.amount),
    )


def spread_share(view: BookView) -> str:
    """Return the spread as a share of the middle of the book."""
    if view.spread is None or not view.middle:
        return ""
    return f"{view.spread / view.middle * 100:.4f} %"


def check_words(view: BookView) -> str:
    """Say what the checksums say; the browser goes on counting (static/js/depth.js)."""
    if view.is_broken:
        return "✗ checksum failed, being rebuilt"
    checked_ms = view.checked_age_ms()
    return "not checked yet" if checked_ms is None else f"✓ checked {checked_ms // 1000} s ago"


def depth_words(view: BookView) -> str:
    """Return what the chart shows, for those who do not see it."""
    sides = [
        f"{size_text(side[-1].total)} {word} {price_text(side[-1].price)}"
        for side, word in ((view.bids, "bid down to"), (view.asks, "asked up to"))
        if side
    ]
    return f"Depth: {', '.join(sides)}" if sides else "Depth: nothing is known yet"
