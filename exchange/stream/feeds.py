"""One channel's frames as events: a feed knows what its channel has said so far. No I/O."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from exchange.errors import DecodeError
from exchange.models.books import BookLevel, FundingBookLevel, RawBookOrder, RawFundingOffer
from exchange.models.markets import Candle, DerivativeStatus
from exchange.models.tickers import FundingTicker, Ticker
from exchange.models.trades import PublicFundingTrade, PublicTrade
from exchange.stream import events
from exchange.stream.book import AnyBook, Book, CheckedBook, FundingBook, RawBook, RawFundingBook
from exchange.stream.channels import Channel, Topic
from exchange.stream.liquidation import Liquidation

# A trade comes twice within seconds; this many trades later nobody repeats it.
_REMEMBERED_TRADES = 512

Entry = TypeVar("Entry")


class Feed(Protocol):
    """What the protocol hands a channel's frames to."""

    @property
    def channel(self) -> Channel:
        """The channel whose frames these are."""

    def receive(self, content: list[Any]) -> list[events.Event]:
        """Return one event or more.

        content: a frame without its channel number, its sequence and its time stamp.
        Raises DecodeError, and is then as before.
        """


def feed_of(channel: Channel) -> Feed:
    """Return a new feed for a public channel."""
    match channel.topic:
        case Topic.TICKER:
            return _FundingTickerFeed(channel) if channel.is_funding else _TickerFeed(channel)
        case Topic.TRADES:
            return _FundingTradesFeed(channel) if channel.is_funding else _TradesFeed(channel)
        case Topic.CANDLES:
            return _CandlesFeed(channel)
        case Topic.STATUS:
            return _StatusFeed(channel)
    return _book_feed(channel)


class Seen:
    """Know again what was told already."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Hashable, None] = OrderedDict()

    def is_new(self, name: Hashable) -> bool:
        """Tell whether this is the first time, and remember it for a while."""
        if name in self._seen:
            return False
        self._seen[name] = None
        if len(self._seen) > _REMEMBERED_TRADES:
            self._seen.popitem(last=False)
        return True


class _PublicFeed(ABC):
    """What all public channels have in common: heartbeats, and a payload of its own."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def receive(self, content: list[Any]) -> list[events.Event]:
        # A `match` reads better, and takes twice as long.
        first = content[0]
        if len(content) == 1 and type(first) is list:
            return self._payload(first)
        if len(content) == 2 and type(first) is str:
            return [self._coded(first, content[1])]
        if content == ["hb"]:
            return [self._heartbeat()]
        raise self._foreign(content)

    def _heartbeat(self) -> events.Event:
        return events.Heartbeat(self.channel)

    def _foreign(self, content: Any) -> DecodeError:
        return DecodeError(f"a {self.channel.topic} frame: {str(content)[:80]}")

    @abstractmethod
    def _payload(self, payload: list[Any]) -> list[events.Event]: ...

    def _coded(self, code: str, payload: Any) -> events.Event:
        raise self._foreign([code, payload])


class _TickerFeed(_PublicFeed):
    def _payload(self, payload: list[Any]) -> list[events.Event]:
        ticker = Ticker.from_wire(self.channel.symbol, payload)
        return [events.TickerUpdated(self.channel, ticker)]


class _FundingTickerFeed(_PublicFeed):
    def _payload(self, payload: list[Any]) -> list[events.Event]:
        ticker = FundingTicker.from_wire(self.channel.symbol, payload)
        return [events.FundingTickerUpdated(self.channel, ticker)]


class _Trade(Protocol):
    @property
    def id(self) -> int: ...


Trade = TypeVar("Trade", bound=_Trade)


class _AnyTradesFeed(_PublicFeed, Generic[Trade]):
    """Trades come in a snapshot once, then at once ("te") and again a moment later ("tu")."""

    _codes: tuple[str, str]

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self._has_snapshot = False
        self._seen = Seen()

    def _payload(self, payload: list[Any]) -> list[events.Event]:
        trades = tuple(self._read(row) for row in payload)
        new = [trade for trade in reversed(trades) if self._seen.is_new(trade.id)]
        if not self._has_snapshot:
            self._has_snapshot = True
            return [self._snapshot(trades)]
        # Several at once, as BULK_UPDATES allows, look like a snapshot; there is only one of those.
        return [self._executed(trade) for trade in new] or [self._heartbeat()]

    def _coded(self, code: str, payload: Any) -> events.Event:
        if code not in self._codes:
            raise self._foreign([code, payload])
        trade = self._read(payload)
        return self._executed(trade) if self._seen.is_new(trade.id) else self._heartbeat()

    @abstractmethod
    def _read(self, row: Any) -> Trade: ...

    @abstractmethod
    def _snapshot(self, trades: tuple[Trade, ...]) -> events.Event: ...

    @abstractmethod
    def _executed(self, trade: Trade) -> events.Event: ...


class _TradesFeed(_AnyTradesFeed[PublicTrade]):
    _codes = ("te", "tu")

    def _read(self, row: Any) -> PublicTrade:
        return PublicTrade.from_wire(self.channel.symbol, row)

    def _snapshot(self, trades: tuple[PublicTrade, ...]) -> events.Event:
        return events.TradesSnapshot(self.channel, trades)

    def _executed(self, trade: PublicTrade) -> events.Event:
        return events.TradeExecuted(self.channel, trade)


class _FundingTradesFeed(_AnyTradesFeed[PublicFundingTrade]):
    _codes = ("fte", "ftu")

    def _read(self, row: Any) -> PublicFundingTrade:
        return PublicFundingTrade.from_wire(self.channel.symbol, row)

    def _snapshot(self, trades: tuple[PublicFundingTrade, ...]) -> events.Event:
        return events.FundingTradesSnapshot(self.channel, trades)

    def _executed(self, trade: PublicFundingTrade) -> events.Event:
        return events.FundingTradeExecuted(self.channel, trade)


class _BookFeed(_PublicFeed, Generic[Entry]):
    """A book of any kind, its checksum compared where the exchange defines one."""

    def __init__(
        self,
        channel: Channel,
        book: AnyBook[Entry],
        read: Callable[[Any], Entry],
        kinds: tuple[Callable[..., events.Event], Callable[..., events.Event]],
    ) -> None:
        super().__init__(channel)
        self._book = book
        self._read = read
        self._snapshot, self._change = kinds
        self._has_snapshot = False

    def _payload(self, payload: list[Any]) -> list[events.Event]:
        if payload and not isinstance(payload[0], list):
            return [self._updated(self._read(payload))]
        entries = tuple(self._read(row) for row in payload)
        if self._has_snapshot:
            # Several changes in one frame look like a snapshot; there is only one of those.
            return [self._updated(entry) for entry in entries] or [self._heartbeat()]
        self._has_snapshot = True
        self._book.replace(entries)
        return [self._snapshot(self.channel, entries, self._book)]

    def _updated(self, entry: Entry) -> events.Event:
        self._book.update(entry)
        return self._change(self.channel, entry, self._book)

    def _coded(self, code: str, payload: Any) -> events.Event:
        if code != "cs" or type(payload) is not int:
            raise self._foreign([code, payload])
        if not isinstance(self._book, CheckedBook):
            # What a funding book's checksum is made of is documented nowhere.
            return self._heartbeat()
        computed = self._book.checksum()
        if computed == payload:
            return events.ChecksumVerified(self.channel)
        return events.ChecksumFailed(self.channel, payload, computed)


def _book_feed(channel: Channel) -> Feed:
    entries = (events.EntriesSnapshot, events.EntryUpdated)
    match (channel.is_funding, channel.precision == "R0"):
        case (True, True):
            return _BookFeed(channel, RawFundingBook(), RawFundingOffer.from_wire, entries)
        case (True, False):
            return _BookFeed(channel, FundingBook(), FundingBookLevel.from_wire, entries)
        case (False, True):
            return _BookFeed(channel, RawBook(), RawBookOrder.from_wire, entries)
    kinds = (events.BookSnapshot, events.BookUpdated)
    return _BookFeed(channel, Book(), BookLevel.from_wire, kinds)


class _CandlesFeed(_PublicFeed):
    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self._has_snapshot = False
        self._latest: dict[datetime, Candle] = {}

    def _payload(self, payload: list[Any]) -> list[events.Event]:
        if payload and not isinstance(payload[0], list):
            return [self._updated(Candle.from_wire(payload))]
        candles = tuple(Candle.from_wire(row) for row in reversed(payload))
        if self._has_snapshot:
            return [self._updated(candle) for candle in candles] or [self._heartbeat()]
        self._has_snapshot = True
        for candle in candles:
            self._is_news(candle)
        return [events.CandlesSnapshot(self.channel, candles)]

    def _updated(self, candle: Candle) -> events.Event:
        if self._is_news(candle):
            return events.CandleUpdated(self.channel, candle)
        return self._heartbeat()

    def _is_news(self, candle: Candle) -> bool:
        if self._latest.get(candle.time) == candle:
            return False
        self._latest[candle.time] = candle
        # Only the running candle and the one before it are ever sent again.
        if len(self._latest) > 2:
            del self._latest[min(self._latest)]
        return True


class _StatusFeed(_PublicFeed):
    """One row or a list of rows: the docs show both, and so do the samples in bitfinex-api-go."""

    def _payload(self, payload: list[Any]) -> list[events.Event]:
        told = [payload] if payload and not isinstance(payload[0], list) else payload
        if self.channel == Channel.liquidations():
            found = tuple(Liquidation.from_wire(row) for row in told)
            return [events.PositionsLiquidated(self.channel, found)]
        rows = (DerivativeStatus.from_wire(self.channel.symbol, row) for row in told)
        updates: list[events.Event] = [events.DerivativeUpdated(self.channel, row) for row in rows]
        # An empty list tells nothing, but the channel is alive.
        return updates or [self._heartbeat()]
