"""From the stream's events and the polled tickers to the relay's memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from dashboard.live.candles import split_candles
from dashboard.live.conflation import Conflation, TradeRow
from dashboard.live.quotes import Standing
from dashboard.live.subscriptions import channels_for
from dashboard.live.tickers import Polled
from dashboard.live.watching import book_name, name_in, split_topic
from exchange.errors import ExchangeError, RateLimited
from exchange.models.tickers import Ticker
from exchange.models.trades import PublicTrade
from exchange.stream import events
from exchange.stream.channels import Channel, Topic

MAINTENANCE = "The exchange is in maintenance; prices stand still."
UNREACHABLE = "The exchange cannot be reached; it is asked again every few seconds."
SLOWED_DOWN = "The exchange asks us to slow down; it is asked again within a minute or so."
RECONNECTING = "The link to the exchange broke; it is being set up again."


class Stream(Protocol):
    """What the intake asks of the stream's driver."""

    def want(self, channels: Iterable[Channel]) -> None: ...


class Intake:
    """Knows what is subscribed, and what each event means for the figures of its symbol.

    Trades make `last`, the book makes `bid` and `ask`: the ticker channel is up to 15 s old, and
    speaks for those three only until the others have.
    """

    def __init__(self, memory: Conflation, stream: Stream) -> None:
        self.memory = memory
        self.stream = stream
        self.wanted: frozenset[Channel] = frozenset()
        # What `wanted` is about, quicker to look up: symbols, and books by name.
        self.symbols: frozenset[str] = frozenset()
        self.books: frozenset[str] = frozenset()
        self.asked: frozenset[str] = frozenset()
        self.listed: frozenset[str] | None = None  # None until a poll has told
        self.stream_reason = ""
        self.poll_reason = ""
        # An acknowledgement, a refusal or a broken book is no sign of a live price: not here.
        self.takers: dict[type[events.Event], Callable[[Any, int], None]] = {
            events.BookUpdated: self.take_book_change,
            events.BookSnapshot: self.take_book,
            events.ChecksumVerified: self.take_checksum,
            events.ChecksumFailed: self.take_broken_book,
            events.CandlesSnapshot: self.take_candles,
            events.CandleUpdated: self.take_candles,
            events.Heartbeat: self.take_frame,
            events.TickerUpdated: self.take_frame,
            events.TradeExecuted: self.take_frame,
            events.TradesSnapshot: self.take_frame,
            events.ChannelSilent: self.take_silence,
            events.Connected: self.take_connected,
            events.Disconnected: self.take_disconnected,
            events.MaintenanceStarted: self.take_maintenance,
            events.Restarting: self.take_restarting,
            events.Resumed: self.take_resumed,
        }

    @property
    def reason(self) -> str:
        """Say why prices may stand still, "" when nothing is known against them."""
        return self.stream_reason or self.poll_reason

    # --- what is wanted ---

    def want(self, topics: frozenset[str]) -> None:
        """Follow what the pages look at: subscribe to the new, forget the old."""
        if topics == self.asked:
            return
        # A made-up symbol must cost nothing: each would take three of a socket's channels.
        known = {topic for topic in topics if self.is_listed(split_topic(topic)[1])}
        wanted = channels_for(known)
        for channel in self.wanted - wanted:
            self.drop(channel)
        self.wanted = wanted
        self.symbols = frozenset(channel.symbol for channel in wanted)
        self.books = frozenset(map(name_of, filter(is_book, wanted)))
        self.memory.show_parts(
            books=self.books & {name_in(topic) for topic in known if topic.startswith("book:")},
            trades=self.symbols & {name_in(topic) for topic in known if is_of_trades(topic)},
        )
        self.memory.shown_candles.show({topic for topic in known if split_candles(topic)})
        self.stream.want(wanted)
        self.asked = topics

    def is_listed(self, symbol: str) -> bool:
        return self.listed is None or symbol in self.listed

    def drop(self, channel: Channel) -> None:
        if is_book(channel):
            self.memory.drop_book(name_of(channel))
        elif channel.topic is Topic.CANDLES:
            self.memory.candles.drop(channel)
        else:
            self.memory.drop(channel.topic, channel.symbol)

    # --- what arrives ---

    def take(self, event: events.Event, now_ms: int) -> None:
        """Take in one event of the stream; nothing else here runs as often."""
        taken = self.takers.get(type(event))
        if taken is None or (self.is_paused and isinstance(event, events.ChannelFrame)):
            return
        taken(event, now_ms)

    @property
    def is_paused(self) -> bool:
        """Tell whether the exchange is in maintenance: what it still says is no price to trade at.

        Prices then age as if it were silent, until it is back and all is subscribed anew.
        """
        return self.stream_reason == MAINTENANCE

    def say_stream(self, reason: str) -> None:
        self.stream_reason = reason
        if reason != RECONNECTING:  # while there is no link, nobody can have said that it is over
            self.memory.maintain(self.is_paused)

    def take_connected(self, event: events.Connected, now_ms: int) -> None:
        self.say_stream("" if event.is_operative else MAINTENANCE)

    def take_maintenance(self, event: events.MaintenanceStarted, now_ms: int) -> None:
        self.say_stream(MAINTENANCE)

    def take_resumed(self, event: events.Resumed, now_ms: int) -> None:
        self.say_stream("")

    def take_restarting(self, event: events.Restarting, now_ms: int) -> None:
        self.say_stream(RECONNECTING)

    def take_disconnected(self, event: events.Disconnected, now_ms: int) -> None:
        self.say_stream(RECONNECTING if self.wanted else "")
        self.lose(event.channels)

    def take_silence(self, event: events.ChannelSilent, now_ms: int) -> None:
        self.lose([event.channel])

    def lose(self, channels: Iterable[Channel]) -> None:
        """Let the polls speak for symbols whose channels fell silent, until they come back."""
        for channel in channels:
            if is_book(channel):
                self.lose_book(name_of(channel))
            elif channel.symbol in self.symbols:
                self.memory.lose(channel.topic, channel.symbol)

    def lose_book(self, name: str) -> None:
        if name in self.books:
            self.memory.lose_book(name)

    def take_book_change(self, event: events.BookUpdated, now_ms: int) -> None:
        name = name_of(event.channel)
        if name in self.books:
            self.memory.note_book(name, event.book, now_ms)

    def take_book(self, event: events.BookSnapshot, now_ms: int) -> None:
        name = name_of(event.channel)
        if name in self.books:
            self.memory.set_book(name, event.book, now_ms)

    def take_checksum(self, event: events.ChecksumVerified, now_ms: int) -> None:
        name = name_of(event.channel)
        if name in self.books:
            self.memory.check_book(name, now_ms)

    def take_broken_book(self, event: events.ChecksumFailed, now_ms: int) -> None:
        """Mark a book at once; the stream's driver subscribes to it anew."""
        name = name_of(event.channel)
        if name in self.books:
            self.memory.break_book(name, now_ms)

    def take_frame(self, event: events.ChannelFrame, now_ms: int) -> None:
        symbol = event.channel.symbol
        if symbol not in self.symbols:
            return
        if event.channel.topic == Topic.CANDLES:  # its heartbeat
            self.take_candles(event, now_ms)
            return
        match event:
            case events.TickerUpdated(ticker=ticker):
                self.take_ticker(ticker, now_ms)
            case events.TradesSnapshot(trades=trades):
                self.memory.add_trades(symbol, map(trade_row, trades), now_ms)
            case events.TradeExecuted(trade=trade):
                self.memory.add_trades(symbol, [trade_row(trade)], now_ms)
        if is_book(event.channel):
            self.memory.hear_book(name_of(event.channel), now_ms)
        else:
            self.memory.hear(event.channel.topic, symbol, now_ms)

    def take_candles(self, event: events.ChannelFrame, now_ms: int) -> None:
        if event.channel in self.wanted:
            self.memory.hear_candles(event, now_ms)

    def take_ticker(self, ticker: Ticker, now_ms: int) -> None:
        heard = self.memory.of(ticker.symbol).heard_ms
        values = {
            "change": ticker.daily_change_relative,
            "volume": ticker.volume,
            "high": ticker.high,
            "low": ticker.low,
        }
        if Topic.TRADES not in heard:
            values["last"] = ticker.last
        if Topic.BOOK not in heard:
            values |= {"bid": ticker.bid, "ask": ticker.ask}
        self.memory.set_values(ticker.symbol, now_ms, **values)

    def looked_at(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the symbols that pages look at, and those of any that the stream now brings."""
        streamed = (symbol for symbol, held in self.memory.held.items() if held.heard_ms)
        return self.symbols, frozenset(streamed)

    def take_polled(self, polled: Polled, now_ms: int) -> None:
        """Take in what a poll over REST brought; what it could not tell is unknown from now on."""
        self.poll_reason = ""
        if polled.listed != self.listed:
            self.listed, self.asked = polled.listed, frozenset()  # what is wanted is judged anew
        if polled.closed is not None:
            dropped = self.memory.known() - polled.listed
            closed = dict.fromkeys(dropped, Standing.DELISTED) | dict(polled.closed)
            self.memory.close_markets(closed, now_ms)
        for figures in polled.figures:
            self.memory.set_polled(
                figures.symbol,
                now_ms,
                last=figures.last,
                bid=figures.bid,
                ask=figures.ask,
                change=figures.change,
                volume=figures.volume,
                high=figures.high,
                low=figures.low,
            )

    def miss_poll(self, problem: ExchangeError) -> None:
        """Note that tickers were asked for and did not come."""
        self.poll_reason = SLOWED_DOWN if isinstance(problem, RateLimited) else UNREACHABLE


def is_book(channel: Channel) -> bool:
    return channel.topic is Topic.BOOK


def name_of(channel: Channel) -> str:
    return book_name(channel.symbol, channel.precision or "")


def is_of_trades(topic: str) -> bool:
    return topic.startswith("trades:")


def trade_row(trade: PublicTrade) -> TradeRow:
    return trade.id, round(trade.time.timestamp() * 1000), trade.amount, trade.price
