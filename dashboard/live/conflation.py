"""The relay's memory: the newest values of everything, and what of it has yet to be sent.

Pure: no clock, no socket. Times come in as epoch milliseconds that never step back. However many
frames arrive between two flushes, a symbol is sent once, with its newest values; what could not be
sent is simply marked again.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from dashboard.figures import plain
from dashboard.live.candles import CandleMemory, CandlesValues
from dashboard.live.events import BookValues, QuoteValues, TradesValues
from dashboard.live.quotes import STALE_MS
from exchange.models.books import BookLevel
from exchange.stream.book import Book
from exchange.stream.channels import Topic
from exchange.stream.events import ChannelFrame

TradeRow = tuple[int, int, Decimal, Decimal]  # id, time in ms, signed amount, price

KEPT_TRADES = 30
PART_EVERY_MS = 200  # a whole book is drawn anew each time; the eye follows five a second
AGE_EVERY_MS = 1_000  # a quote whose values stand still is sent this often, to renew its age


@dataclass(slots=True)
class Held:
    """What is known of one symbol."""

    symbol: str
    last: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    change: Decimal | None = None
    volume: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    at_ms: int = 0
    polled_ms: int | None = None
    heard_ms: dict[Topic, int] = field(default_factory=dict)
    sent_ms: int = 0

    def age_ms(self, now_ms: int) -> int:
        """Return how long the exchange has been silent about this symbol.

        The freshest channel counts, unless another has been silent for longer than a heartbeat
        takes: then half of what is shown may be dead, and the older age is the honest one.
        """
        if not self.heard_ms:
            return now_ms - (self.polled_ms or 0)
        ages = [now_ms - heard for heard in self.heard_ms.values()]
        return max(ages) if max(ages) >= STALE_MS else min(ages)


@dataclass(slots=True)
class Parts:
    """Books or lists of trades: which of them pages show, and which of those are due."""

    sent_ms: dict[str, int] = field(default_factory=dict)  # its keys are what is shown
    changed: set[str] = field(default_factory=set)

    def show(self, symbols: set[str]) -> None:
        new = symbols - self.sent_ms.keys()
        self.sent_ms = {symbol: self.sent_ms.get(symbol, 0) for symbol in symbols}
        self.changed = (self.changed | new) & symbols

    def mark(self, symbols: Iterable[str]) -> None:
        self.changed.update(symbol for symbol in symbols if symbol in self.sent_ms)

    def take_due(self, now_ms: int, known: Container[str]) -> list[str]:
        """Take out what changed, is known, and did not go out within the last fifth of a second."""
        due = [
            symbol
            for symbol in self.changed
            if symbol in known and now_ms - self.sent_ms[symbol] >= PART_EVERY_MS
        ]
        self.changed.difference_update(due)
        self.sent_ms.update(dict.fromkeys(due, now_ms))
        return due


@dataclass(slots=True, kw_only=True)
class Flush:
    """What is to be sent now."""

    quotes: list[QuoteValues] = field(default_factory=list)
    books: list[BookValues] = field(default_factory=list)
    trades: list[TradesValues] = field(default_factory=list)
    candles: list[CandlesValues] = field(default_factory=list)


class Conflation:
    """Newest values in, what changed out."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.books: dict[str, Book] = {}  # the stream's own, read when they are due
        self.trades: dict[str, list[TradeRow]] = {}
        self.changed: set[str] = set()
        self.moved_ms: dict[str, int] = {}  # whose book has yet to be read, and its newest frame
        self.renewed: set[str] = set()
        self.shown_books = Parts()
        self.shown_trades = Parts()
        self.candles = CandleMemory()
        self.shown_candles = Parts()  # by topic
        self.streamed_ms: int | None = None
        self.polled_ms: int | None = None

    # --- in ---

    def hear(self, kind: Topic, symbol: str, now_ms: int) -> None:
        """Note a frame of a channel, heartbeats included."""
        self.of(symbol).heard_ms[kind] = now_ms
        self.streamed_ms = now_ms
        self.renewed.add(symbol)
        if kind == Topic.BOOK:
            self.shown_books.mark([symbol])
        elif kind == Topic.TRADES:
            self.shown_trades.mark([symbol])

    def hear_candles(self, event: ChannelFrame, now_ms: int) -> None:
        """Take in a frame of a candles channel. It says nothing about the age of quotes."""
        self.streamed_ms = now_ms
        self.shown_candles.mark([self.candles.take(event, now_ms)])

    def set_values(self, symbol: str, now_ms: int, **values: Decimal | None) -> None:
        """Take in newer figures of a symbol, by field name; None makes one unknown."""
        held = self.of(symbol)
        news = {name: value for name, value in values.items() if getattr(held, name) != value}
        for name, value in news.items():
            setattr(held, name, value)
        if news:
            held.at_ms = now_ms
            self.changed.add(symbol)

    def set_polled(self, symbol: str, now_ms: int, **values: Decimal | None) -> None:
        """Take in figures asked for over REST; a live channel of the symbol knows better."""
        held = self.of(symbol)
        held.polled_ms = self.polled_ms = now_ms
        if not held.heard_ms:
            self.renewed.add(symbol)
            self.set_values(symbol, now_ms, **values)

    def note_book(self, symbol: str, book: Book, now_ms: int) -> None:
        """Note one more frame of a book, the most frequent thing: it is read when it is due."""
        self.books[symbol] = book
        self.streamed_ms = self.moved_ms[symbol] = now_ms

    def read_book(self, symbol: str) -> None:
        """Catch up with the frames of a book that were only noted."""
        moved_ms = self.moved_ms.pop(symbol, None)
        if moved_ms is not None:
            self.set_book(symbol, self.books[symbol], moved_ms)
            self.hear(Topic.BOOK, symbol, moved_ms)

    def set_book(self, symbol: str, book: Book, now_ms: int) -> None:
        """Take in a book that changed; its best prices are the symbol's bid and ask."""
        self.books[symbol] = book
        best = {}
        if bid := book.best_bid:
            best["bid"] = bid.price
        if ask := book.best_ask:
            best["ask"] = ask.price
        self.set_values(symbol, now_ms, **best)

    def add_trades(self, symbol: str, trades: Iterable[TradeRow], now_ms: int) -> None:
        """Take in trades in any order; those known already count once."""
        known = {trade[0]: trade for trade in (*self.trades.get(symbol, ()), *trades)}
        newest_first = sorted(known.values(), key=lambda row: (row[1], row[0]), reverse=True)
        self.trades[symbol] = newest_first[:KEPT_TRADES]
        if newest_first:
            self.set_values(symbol, now_ms, last=newest_first[0][3])

    def lose(self, kind: Topic, symbol: str) -> None:
        """Note that a channel no longer speaks; without any, its symbol goes on by polling."""
        self.read_book(symbol)
        held = self.of(symbol)
        heard_ms = held.heard_ms.pop(kind, None)
        if heard_ms is not None and not held.heard_ms:
            # What the stream said last is worth as much as a poll of that moment.
            held.polled_ms = heard_ms
            self.changed.add(symbol)

    def drop(self, kind: Topic, symbol: str) -> None:
        """Forget a channel that is no longer subscribed, and what only it could tell."""
        self.lose(kind, symbol)
        if kind == Topic.BOOK:
            self.books.pop(symbol, None)
        elif kind == Topic.TRADES:
            self.trades.pop(symbol, None)

    def show_parts(self, *, books: set[str], trades: set[str]) -> None:
        """Send the books and trades of these symbols from now on, and no others."""
        self.shown_books.show(books)
        self.shown_trades.show(trades)

    def mark_all(self) -> None:
        """Send everything at the next flush: somebody new listens, or something was lost."""
        self.changed.update(symbol for symbol, held in self.held.items() if held.at_ms)
        self.shown_books.mark(self.books)
        self.shown_trades.mark(self.trades)
        self.shown_candles.mark(self.candles.held)

    # --- out ---

    def take(self, now_ms: int) -> Flush:
        """Return what is due, and take it for sent."""
        for symbol in list(self.moved_ms):
            self.read_book(symbol)
        aged = {
            symbol
            for symbol in self.renewed
            if self.held[symbol].at_ms and now_ms - self.held[symbol].sent_ms >= AGE_EVERY_MS
        }
        due = self.changed | aged
        self.renewed -= due
        self.changed.clear()
        return Flush(
            quotes=[self.quote(symbol, now_ms) for symbol in sorted(due)],
            books=[
                self.book(symbol, now_ms)
                for symbol in self.shown_books.take_due(now_ms, self.books)
            ],
            trades=[
                self.latest(symbol, now_ms)
                for symbol in self.shown_trades.take_due(now_ms, self.trades)
            ],
            candles=[
                self.candles.values(topic, now_ms)
                for topic in self.shown_candles.take_due(now_ms, self.candles.held)
            ],
        )

    def give_back(self, flush: Flush) -> None:
        """Mark what could not be sent, so that the next flush carries it, or newer."""
        self.changed.update(quote["symbol"] for quote in flush.quotes)
        self.shown_books.mark(book["symbol"] for book in flush.books)
        self.shown_trades.mark(trades["symbol"] for trades in flush.trades)
        self.shown_candles.mark(candles["topic"] for candles in flush.candles)

    def feed_age_ms(self, now_ms: int, *, is_streaming: bool) -> int | None:
        """Return how long the feed has been silent: the stream, or the polls where it rests."""
        newest_ms = self.streamed_ms if is_streaming else self.polled_ms
        return None if newest_ms is None else now_ms - newest_ms

    @property
    def has_pending(self) -> bool:
        parts = self.shown_books.changed or self.shown_trades.changed or self.shown_candles.changed
        return bool(self.moved_ms or self.changed or self.renewed or parts)

    # --- drawing up ---

    def quote(self, symbol: str, now_ms: int) -> QuoteValues:
        held = self.held[symbol]
        held.sent_ms = now_ms
        return {
            "symbol": symbol,
            "last": written(held.last),
            "bid": written(held.bid),
            "ask": written(held.ask),
            "change": written(held.change),
            "volume": written(held.volume),
            "high": written(held.high),
            "low": written(held.low),
            "at_ms": held.at_ms,
            "age_ms": held.age_ms(now_ms),
            "is_streamed": bool(held.heard_ms),
        }

    def book(self, symbol: str, now_ms: int) -> BookValues:
        book = self.books[symbol]
        heard_ms = self.heard_or_polled(Topic.BOOK, symbol, now_ms)
        return {
            "symbol": symbol,
            "bids": [level_row(level) for level in book.bids()],
            "asks": [level_row(level) for level in book.asks()],
            "at_ms": heard_ms,
            "age_ms": now_ms - heard_ms,
        }

    def latest(self, symbol: str, now_ms: int) -> TradesValues:
        heard_ms = self.heard_or_polled(Topic.TRADES, symbol, now_ms)
        return {
            "symbol": symbol,
            "trades": [
                (number, time_ms, plain(amount), plain(price))
                for number, time_ms, amount, price in self.trades[symbol]
            ],
            "at_ms": heard_ms,
            "age_ms": now_ms - heard_ms,
        }

    def heard_or_polled(self, kind: Topic, symbol: str, now_ms: int) -> int:
        """Return since when a part is silent. A lost channel's is not known better than this."""
        held = self.of(symbol)
        return held.heard_ms.get(kind, now_ms if held.heard_ms else held.polled_ms or now_ms)

    def of(self, symbol: str) -> Held:
        held = self.held.get(symbol)
        if held is None:
            held = self.held[symbol] = Held(symbol)
        return held


def level_row(level: BookLevel) -> tuple[str, str, int]:
    return plain(level.price), plain(abs(level.amount)), level.count


def written(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
