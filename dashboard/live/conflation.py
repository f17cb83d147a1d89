"""The relay's memory: the newest values of everything, and what of it has yet to be sent.

Pure: no clock, no socket. Times come in as epoch milliseconds that never step back. However many
frames arrive between two flushes, a symbol is sent once, with its newest values; what could not be
sent is simply marked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter

from dashboard.figures import plain
from dashboard.live.candles import CandleMemory, CandlesValues
from dashboard.live.events import BookValues, QuoteValues, TradesValues
from dashboard.live.held import Held, HeldBook, Parts
from dashboard.live.quotes import Standing
from dashboard.live.standings import Standings
from dashboard.live.watching import EXACT, book_name, split_book
from exchange.models.books import BookLevel
from exchange.stream.book import Book
from exchange.stream.channels import Topic
from exchange.stream.events import ChannelFrame

TradeRow = tuple[int, int, Decimal, Decimal]  # id, time in ms, signed amount, price

KEPT_TRADES = 30
PRICES = frozenset({"last", "bid", "ask", "high", "low"})
TRADED_AT = frozenset({"last", "bid", "ask"})
MOST_PRICE = Decimal(10) ** 12
AGE_EVERY_MS = 1_000  # a quote whose values stand still is sent this often, to renew its age


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
        self.books: dict[str, HeldBook] = {}  # by name: "tBTCUSD" the exact one, "tBTCUSD:P1" …
        self.trades: dict[str, list[TradeRow]] = {}
        self.changed: set[str] = set()
        self.moved_ms: dict[str, int] = {}  # whose book has yet to be read, and its newest frame
        self.renewed: set[str] = set()
        self.shown_books = Parts()
        self.shown_trades = Parts()
        self.candles = CandleMemory()
        self.shown_candles = Parts()  # by topic
        self.standings = Standings()
        self.streamed_ms: int | None = None
        self.polled_ms: int | None = None
        self.absurd = 0  # prices that were not taken, since the start

    # --- in ---

    def hear(self, kind: Topic, symbol: str, now_ms: int) -> None:
        """Note a frame of a channel, heartbeats included.

        While a price is kept that a senseless one came after, nothing renews its symbol's age:
        nobody knows what the price is now.
        """
        held = self.of(symbol)
        if not held.doubted:
            held.heard_ms[kind] = now_ms
        held.lost_ms.pop(kind, None)
        self.streamed_ms = now_ms
        self.renewed.add(symbol)
        if kind == Topic.TRADES:
            self.shown_trades.hear(symbol, now_ms)

    def hear_candles(self, event: ChannelFrame, now_ms: int) -> None:
        """Take in a frame of a candles channel. It says nothing about the age of quotes."""
        self.streamed_ms = now_ms
        self.shown_candles.mark([self.candles.take(event, now_ms)])

    def set_values(self, symbol: str, now_ms: int, **values: Decimal | None) -> None:
        """Take in newer figures of a symbol, by field name; None makes one unknown."""
        held = self.of(symbol)
        news = {name: value for name, value in values.items() if getattr(held, name) != value}
        for name in [name for name, value in news.items() if is_absurd(name, value)]:
            del news[name], values[name]  # the last that made sense stays, and grows old
            self.doubt(held, name)
        if held.doubted:
            held.doubted.difference_update(values)
        for name, value in news.items():
            setattr(held, name, value)
        if news:
            held.at_ms = now_ms
            self.changed.add(symbol)

    def set_polled(self, symbol: str, now_ms: int, **values: Decimal | None) -> None:
        """Take in figures asked for over REST; a live channel of the symbol knows better."""
        held = self.of(symbol)
        self.polled_ms = now_ms
        if not held.heard_ms:
            self.renewed.add(symbol)
            self.set_values(symbol, now_ms, **values)
        if not held.doubted:
            held.polled_ms = now_ms

    def close_markets(self, closed: Mapping[str, Standing], now_ms: int) -> None:
        """Note in which markets nobody can trade; all others are open."""
        for symbol in self.standings.close(closed):
            held = self.of(symbol)
            if not held.at_ms:  # it never had a price: what is known of it is that it is closed
                held.at_ms = held.polled_ms = now_ms
            self.changed.add(symbol)

    def known(self) -> set[str]:
        """Return the symbols of which anything was ever told."""
        return {symbol for symbol, held in self.held.items() if held.at_ms}

    def maintain(self, is_in_maintenance: bool) -> None:
        """Note that a maintenance of the whole exchange began or ended."""
        if self.standings.maintain(is_in_maintenance):
            self.changed.update(symbol for symbol, held in self.held.items() if held.at_ms)

    def hear_book(self, name: str, now_ms: int) -> None:
        """Note a frame of a book's channel, heartbeats included; the exact one ages its symbol."""
        if self.is_broken(name):
            return
        self.streamed_ms = now_ms
        self.shown_books.hear(name, now_ms)
        symbol, precision = split_book(name)
        if precision == EXACT:
            self.hear(Topic.BOOK, symbol, now_ms)

    def note_book(self, name: str, book: Book, now_ms: int) -> None:
        """Note one more frame of a book, the most frequent thing: it is read when it is due."""
        held = self.books.get(name)
        if held is None:
            held = self.books[name] = HeldBook(book)
        if not held.is_broken:
            self.streamed_ms = self.moved_ms[name] = now_ms

    def read_book(self, name: str) -> None:
        """Catch up with the frames of a book that were only noted."""
        moved_ms = self.moved_ms.pop(name, None)
        if moved_ms is not None:
            self.take_best(name, moved_ms)
            self.hear_book(name, moved_ms)

    def set_book(self, name: str, book: Book, now_ms: int) -> None:
        """Take in a whole new book; whatever was held against the one before is forgotten."""
        self.books[name] = HeldBook(book)
        self.moved_ms.pop(name, None)
        self.take_best(name, now_ms)
        self.hear_book(name, now_ms)

    def take_best(self, name: str, now_ms: int) -> None:
        """Make the best prices of an exact book its symbol's bid and ask."""
        symbol, precision = split_book(name)
        if precision != EXACT:
            return
        book = self.books[name].book
        bid, ask = book.best_bid, book.best_ask
        self.set_values(
            symbol, now_ms, bid=bid.price if bid else None, ask=ask.price if ask else None
        )

    def check_book(self, name: str, now_ms: int) -> None:
        """Note that a book is the exchange's, to the last character."""
        if name in self.books and not self.is_broken(name):
            self.books[name].checked_ms = now_ms
            self.hear_book(name, now_ms)

    def break_book(self, name: str, now_ms: int) -> None:
        """Trust nothing of a book any more, until it comes whole again."""
        if name not in self.books:
            return
        self.moved_ms.pop(name, None)
        self.books[name].is_broken = True
        self.shown_books.hurry(name)
        symbol, precision = split_book(name)
        if precision == EXACT:
            self.set_values(symbol, now_ms, bid=None, ask=None)
            self.lose(Topic.BOOK, symbol)

    def is_broken(self, name: str) -> bool:
        held = self.books.get(name)
        return held is not None and held.is_broken

    def add_trades(self, symbol: str, trades: Iterable[TradeRow], now_ms: int) -> None:
        """Take in trades in any order; those known already count once."""
        sane: list[TradeRow] = []
        absurd: list[TradeRow] = []
        for trade in trades:
            (absurd if is_absurd("last", trade[3]) else sane).append(trade)
        known = {trade[0]: trade for trade in (*self.trades.get(symbol, ()), *sane)}
        # By number: the exchange's own order. A time that runs ahead must not hold the price up.
        newest_first = sorted(known.values(), key=itemgetter(0), reverse=True)
        self.trades[symbol] = newest_first[:KEPT_TRADES]
        self.shown_trades.hear(symbol, now_ms)
        if newest_first:
            self.set_values(symbol, now_ms, last=newest_first[0][3])
        if absurd and max(absurd)[0] > max(known, default=0):
            self.doubt(self.of(symbol), "last")

    def doubt(self, held: Held, name: str) -> None:
        """Count a senseless price; what is shown in its place is no longer known to be true."""
        self.absurd += 1
        if name in TRADED_AT and getattr(held, name) is not None:
            held.doubted.add(name)

    def lose(self, kind: Topic, symbol: str) -> None:
        """Note that a channel no longer speaks; without any, its symbol goes on by polling."""
        held = self.of(symbol)
        heard_ms = held.heard_ms.pop(kind, None)
        if heard_ms is None:
            return
        held.lost_ms[kind] = heard_ms
        if not held.heard_ms:
            # What the stream said last is worth as much as a poll of that moment.
            held.polled_ms = heard_ms
            self.changed.add(symbol)

    def drop(self, kind: Topic, symbol: str) -> None:
        """Forget a channel that is no longer subscribed, and what only it could tell."""
        self.lose(kind, symbol)
        self.of(symbol).lost_ms.pop(kind, None)
        if kind == Topic.TRADES:
            self.trades.pop(symbol, None)
            self.shown_trades.forget(symbol)

    def lose_book(self, name: str) -> None:
        """Note that a book's channel no longer speaks."""
        symbol, precision = split_book(name)
        self.read_book(name)
        if precision == EXACT:
            self.lose(Topic.BOOK, symbol)

    def drop_book(self, name: str) -> None:
        """Forget a book that is no longer subscribed to."""
        self.lose_book(name)
        symbol, precision = split_book(name)
        if precision == EXACT:
            self.of(symbol).lost_ms.pop(Topic.BOOK, None)
        self.books.pop(name, None)
        self.shown_books.forget(name)

    def show_parts(self, *, books: Set[str], trades: Set[str]) -> None:
        """Send the books of these names and the trades of these symbols, and no others."""
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
        for name in list(self.moved_ms):
            self.read_book(name)
        aged = {
            symbol
            for symbol in self.renewed
            if self.held[symbol].at_ms and now_ms - self.held[symbol].sent_ms >= AGE_EVERY_MS
        }
        due = self.changed | aged
        # A symbol without any value has no age to renew; its first value brings one.
        self.renewed = {each for each in self.renewed - due if self.held[each].at_ms}
        self.changed.clear()
        return Flush(
            quotes=[self.quote(symbol, now_ms) for symbol in sorted(due)],
            books=[
                self.book(name, now_ms) for name in self.shown_books.take_due(now_ms, self.books)
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
        self.shown_books.mark(book_name(b["symbol"], b["precision"]) for b in flush.books)
        self.shown_trades.mark(trades["symbol"] for trades in flush.trades)
        self.shown_candles.mark(candles["topic"] for candles in flush.candles)

    def feed_age_ms(self, now_ms: int, *, is_streaming: bool) -> int | None:
        """Return how long the feed has been silent: the stream, or the polls where it rests."""
        newest_ms = self.streamed_ms if is_streaming else self.polled_ms
        return None if newest_ms is None else now_ms - newest_ms

    @property
    def has_pending(self) -> bool:
        return bool(
            self.moved_ms
            or self.changed
            or self.renewed
            or self.shown_books.has_pending(self.books)
            or self.shown_trades.has_pending(self.trades)
            or self.shown_candles.has_pending(self.candles.held)
        )

    # --- drawing up ---

    def quote(self, symbol: str, now_ms: int) -> QuoteValues:
        held = self.held[symbol]
        held.sent_ms = now_ms
        values: QuoteValues = {
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
        if standing := self.standings.of(symbol):
            values["standing"] = standing.value
        return values

    def book(self, name: str, now_ms: int) -> BookValues:
        held = self.books[name]
        heard_ms = self.shown_books.heard_ms.get(name, now_ms)
        symbol, precision = split_book(name)
        return {
            "symbol": symbol,
            "precision": precision,
            "bids": [level_row(level) for level in held.book.bids()],
            "asks": [level_row(level) for level in held.book.asks()],
            "at_ms": heard_ms,
            "age_ms": now_ms - heard_ms,
            "checked_age_ms": None if held.checked_ms is None else now_ms - held.checked_ms,
            "is_broken": held.is_broken,
        }

    def latest(self, symbol: str, now_ms: int) -> TradesValues:
        heard_ms = self.shown_trades.heard_ms.get(symbol, now_ms)
        return {
            "symbol": symbol,
            "trades": [
                (number, time_ms, plain(amount), plain(price))
                for number, time_ms, amount, price in self.trades[symbol]
            ],
            "at_ms": heard_ms,
            "age_ms": now_ms - heard_ms,
        }

    def of(self, symbol: str) -> Held:
        held = self.held.get(symbol)
        if held is None:
            held = self.held[symbol] = Held(symbol)
        return held


def level_row(level: BookLevel) -> tuple[str, str, int]:
    return plain(level.price), plain(abs(level.amount)), level.count


def is_absurd(name: str, value: Decimal | None) -> bool:
    """Tell whether this is a price at which nothing in the world is traded."""
    return value is not None and name in PRICES and not 0 < value < MOST_PRICE


def written(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
