"""Whatever happens on the way, what is sent in the end is what the exchange said last.

Frames, flushes that are taken or refused, pages that come and go, links that break, checksums that
fail, in any order: a page that only keeps the newest of what it gets ends with the market's state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.conflation import KEPT_TRADES, Conflation, Flush
from dashboard.live.held import PART_EVERY_MS
from dashboard.live.intake import Intake
from dashboard.live.watching import book_name
from exchange.models.books import BookLevel
from exchange.models.trades import PublicTrade
from exchange.stream import events
from exchange.stream.book import Book
from exchange.stream.channels import Channel, Topic

BTC, ETH = "tBTCUSD", "tETHUSD"
NOW = 1_700_000_000_000
BEGAN = datetime(2026, 11, 22, tzinfo=UTC)
TOPICS = [f"{kind}{symbol}{tail}" for symbol in (BTC, ETH) for kind, tail in (
    ("", ""), ("book:", ""), ("book:", ":P1"), ("trades:", ""))]  # fmt: skip

symbols = st.sampled_from([BTC, ETH])
books = st.builds(Channel.book, symbols, st.sampled_from(["P0", "P1"]))
side = st.sampled_from([1, -1])
steps = st.one_of(
    st.tuples(st.just("trade"), symbols, st.integers(90, 110)),
    st.tuples(st.just("level"), books, side, st.integers(1, 4), st.integers(0, 3)),
    st.tuples(st.just("flush"), st.booleans()),
    st.tuples(st.just("look"), st.frozensets(st.sampled_from(TOPICS))),
    st.tuples(st.just("fail"), books),
    st.tuples(st.just("rebuild")),
    st.tuples(st.just("cut")),
    st.tuples(st.just("newcomer")),
    st.tuples(st.just("wait"), st.sampled_from([1, 40, 250, 1_500])),
)


class Market:
    """An exchange, the relay's memory before it, and a page that keeps the newest it gets."""

    def __init__(self) -> None:
        self.now_ms = NOW
        self.memory = Conflation()
        self.intake = Intake(self.memory, self)
        self.books: dict[Channel, dict[Decimal, BookLevel]] = {}
        self.trades: dict[str, list[PublicTrade]] = {BTC: [], ETH: []}
        self.subscribed: dict[Channel, Book | None] = {}
        self.shown: dict[str, Any] = {}
        self.looked_at: frozenset[str] = frozenset()
        self.failed: set[Channel] = set()

    def want(self, channels: Iterable[Channel]) -> None:
        """Subscribe: what is new comes whole, and what is old ends."""
        wanted = set(channels)
        self.subscribed = {each: book for each, book in self.subscribed.items() if each in wanted}
        self.waiting = wanted - self.subscribed.keys()

    def tell(self, event: events.Event) -> None:
        self.intake.take(event, self.now_ms)

    def open(self, channels: Iterable[Channel]) -> None:
        for channel in sorted(channels, key=str):
            self.subscribed[channel] = None
            if channel.topic is Topic.BOOK:
                levels = tuple(self.books.get(channel, {}).values())
                book = self.subscribed[channel] = Book(levels)
                self.tell(events.BookSnapshot(channel, levels, book))
            elif channel.topic is Topic.TRADES:
                newest = tuple(reversed(self.trades[channel.symbol][-KEPT_TRADES:]))
                self.tell(events.TradesSnapshot(channel, newest))

    # --- what may happen ---

    def trade(self, symbol: str, price: int) -> None:
        known = self.trades[symbol]
        time = BEGAN + timedelta(seconds=len(known) // 2)  # two of a moment tell apart by number
        known.append(
            PublicTrade(
                id=len(known), symbol=symbol, time=time, amount=Decimal(1), price=Decimal(price)
            )
        )
        if Channel.trades(symbol) in self.subscribed:
            self.tell(events.TradeExecuted(Channel.trades(symbol), known[-1]))

    def level(self, channel: Channel, sign: int, distance: int, amount: int) -> None:
        price = Decimal(100 - sign * distance)
        level = BookLevel(
            price=price,
            count=1 if amount else 0,
            amount=Decimal(sign * (amount or 1)),
            price_text=str(price),
            amount_text=str(amount),
        )
        levels = self.books.setdefault(channel, {})
        levels.pop(price, None)
        if amount:
            levels[price] = level
        book = self.subscribed.get(channel)
        if book is not None:
            book.update(level)
            self.tell(events.BookUpdated(channel, level, book))

    def flush(self, is_taken: bool) -> None:
        flush = self.memory.take(self.now_ms)
        self.receive(flush) if is_taken else self.memory.give_back(flush)

    def receive(self, flush: Flush) -> None:
        self.shown.update((quote["symbol"], quote) for quote in flush.quotes)
        self.shown.update(
            (f"book:{book_name(book['symbol'], book['precision'])}", book) for book in flush.books
        )
        self.shown.update((f"trades:{trades['symbol']}", trades) for trades in flush.trades)

    def look(self, topics: frozenset[str]) -> None:
        self.looked_at, self.waiting = topics, set()
        self.intake.want(topics)
        self.open(self.waiting)

    def fail(self, channel: Channel) -> None:
        if channel in self.subscribed:
            self.failed.add(channel)
            self.tell(events.ChecksumFailed(channel, 1, 2))

    def rebuild(self) -> None:
        self.open([each for each in self.subscribed if each in self.failed])
        self.failed.clear()

    def cut(self) -> None:
        self.tell(events.Disconnected(tuple(self.subscribed), "cut"))
        self.open(list(self.subscribed))

    def newcomer(self) -> None:
        self.memory.mark_all()

    def wait(self, milliseconds: int) -> None:
        self.now_ms += milliseconds

    # --- what must be true ---

    def sides(self, channel: Channel) -> list[list[tuple[str, str]]]:
        levels = sorted(self.books.get(channel, {}).values(), key=lambda level: level.price)
        bids = [(str(each.price), str(each.amount)) for each in levels if each.amount > 0]
        asks = [(str(each.price), str(-each.amount)) for each in levels if each.amount < 0]
        return [bids[::-1], asks]

    def check(self, topic: str) -> None:
        kind, _, name = topic.rpartition(":") if topic.startswith("trades") else ("", "", topic)
        if kind:
            told = [row[0] for row in self.shown.get(topic, {"trades": []})["trades"]]
            assert told == [each.id for each in reversed(self.trades[name][-KEPT_TRADES:])]
        elif topic.startswith("book:"):
            symbol, precision = (topic[5:12].rstrip(":"), "P1" if topic.endswith("P1") else "P0")
            book = self.shown[topic]
            told_sides = [[row[:2] for row in book[side]] for side in ("bids", "asks")]
            assert told_sides == self.sides(Channel.book(symbol, precision))
            assert not book["is_broken"]
        else:
            quote = self.shown.get(topic, {})
            bids, asks = self.sides(Channel.book(topic))
            assert quote.get("last") == last_of(self.trades[topic])
            assert quote.get("bid") == (bids[0][0] if bids else None)
            assert quote.get("ask") == (asks[0][0] if asks else None)


def last_of(trades: list[PublicTrade]) -> str | None:
    return str(trades[-1].price) if trades else None


@given(st.lists(steps, max_size=60))
def test_what_is_sent_last_is_what_the_exchange_said_last(story: list[tuple[Any, ...]]) -> None:
    market = Market()
    for name, *words in story:
        happen: Callable[..., None] = getattr(market, name)
        happen(*words)
    market.rebuild()
    market.wait(PART_EVERY_MS)
    market.flush(True)

    for topic in market.looked_at:
        market.check(topic)
