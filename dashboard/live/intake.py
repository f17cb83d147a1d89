"""From the stream's events and the polled tickers to the relay's memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from dashboard.live.candles import channels_of_candles, split_candles
from dashboard.live.conflation import Conflation, TradeRow
from dashboard.live.tickers import Polled
from dashboard.live.watching import split_topic
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
        self.symbols: frozenset[str] = frozenset()  # those of `wanted`, quicker to look up
        self.asked: frozenset[str] = frozenset()
        self.listed: frozenset[str] | None = None  # None until a poll has told
        self.stream_reason = ""
        self.poll_reason = ""
        # An acknowledgement, a refusal or a broken book is no sign of a live price: not here.
        self.takers: dict[type[events.Event], Callable[[Any, int], None]] = {
            events.BookUpdated: self.take_book_change,
            events.BookSnapshot: self.take_frame,
            events.CandlesSnapshot: self.take_candles,
            events.CandleUpdated: self.take_candles,
            events.ChecksumVerified: self.take_frame,
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
        named = {topic: split_topic(topic)[1] for topic in topics}
        # A made-up symbol must cost nothing: each would take three of a socket's channels.
        topics = frozenset(t for t in topics if self.listed is None or named[t] in self.listed)
        self.memory.show_parts(
            books={symbol for kind, symbol in map(split_topic, topics) if kind == "book"},
            trades={symbol for kind, symbol in map(split_topic, topics) if kind == "trades"},
        )
        self.memory.shown_candles.show({topic for topic in topics if split_candles(topic)})
        self.symbols = frozenset(split_topic(topic)[1] for topic in topics)
        quotes = frozenset(channel for symbol in self.symbols for channel in channels_of(symbol))
        wanted = quotes | channels_of_candles(topics)
        for channel in self.wanted - wanted:
            self.drop(channel)
        self.wanted = wanted
        self.stream.want(wanted)
        self.asked = frozenset(named)

    def drop(self, channel: Channel) -> None:
        if channel.topic == Topic.CANDLES:
            self.memory.candles.drop(channel)
        else:
            self.memory.drop(channel.topic, channel.symbol)

    # --- what arrives ---

    def take(self, event: events.Event, now_ms: int) -> None:
        """Take in one event of the stream; nothing else here runs as often."""
        taken = self.takers.get(type(event))
        if taken is not None:
            taken(event, now_ms)

    def take_connected(self, event: events.Connected, now_ms: int) -> None:
        self.stream_reason = "" if event.is_operative else MAINTENANCE

    def take_maintenance(self, event: events.MaintenanceStarted, now_ms: int) -> None:
        self.stream_reason = MAINTENANCE

    def take_resumed(self, event: events.Resumed, now_ms: int) -> None:
        self.stream_reason = ""

    def take_restarting(self, event: events.Restarting, now_ms: int) -> None:
        self.stream_reason = RECONNECTING

    def take_disconnected(self, event: events.Disconnected, now_ms: int) -> None:
        self.stream_reason = RECONNECTING if self.wanted else ""
        self.lose(event.channels)

    def take_silence(self, event: events.ChannelSilent, now_ms: int) -> None:
        self.lose([event.channel])

    def lose(self, channels: Iterable[Channel]) -> None:
        """Let the polls speak for symbols whose channels fell silent, until they come back."""
        for channel in channels:
            if channel.symbol in self.symbols:
                self.memory.lose(channel.topic, channel.symbol)

    def take_book_change(self, event: events.BookUpdated, now_ms: int) -> None:
        symbol = event.channel.symbol
        if symbol in self.symbols:
            self.memory.note_book(symbol, event.book, now_ms)

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
            case events.BookSnapshot(book=book):
                self.memory.set_book(symbol, book, now_ms)
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


def channels_of(symbol: str) -> tuple[Channel, Channel, Channel]:
    return Channel.ticker(symbol), Channel.trades(symbol), Channel.book(symbol)


def trade_row(trade: PublicTrade) -> TradeRow:
    return trade.id, round(trade.time.timestamp() * 1000), trade.amount, trade.price
