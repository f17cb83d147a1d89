"""What a stream can tell, as frozen values.

Everything about a channel names it, so that whoever keeps the last values needs nothing else.
The last three kinds come from the driver, all others from the protocol; those of the account's
channel are in `account_events`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag
from typing import TYPE_CHECKING

from exchange.models.books import BookLevel, FundingBookLevel, RawBookOrder, RawFundingOffer
from exchange.models.markets import Candle, DerivativeStatus
from exchange.models.tickers import FundingTicker, Ticker
from exchange.models.trades import PublicFundingTrade, PublicTrade
from exchange.stream.liquidation import Liquidation

if TYPE_CHECKING:
    from exchange.stream.book import Book, FundingBook, RawBook, RawFundingBook
    from exchange.stream.channels import Channel


class Flag(IntFlag):
    """What a socket can be asked to add to its frames.

    TIMESTAMP: milliseconds at the end of each. SEQ_ALL: a number that counts them. OB_CHECKSUM:
    sums over books. BULK_UPDATES: several changes in one frame.
    Source: Bitfinex docs, WebSocket configuration.
    """

    TIMESTAMP = 32768
    SEQ_ALL = 65536
    OB_CHECKSUM = 131072
    BULK_UPDATES = 536870912


@dataclass(frozen=True, slots=True)
class Event:
    """The root of all events."""


@dataclass(frozen=True, slots=True)
class ChannelEvent(Event):
    """Something about one channel."""

    channel: Channel

    @property
    def symbol(self) -> str:
        """The symbol of the channel."""
        return self.channel.symbol


@dataclass(frozen=True, slots=True)
class ChannelFrame(ChannelEvent):
    """A channel has spoken: proof that it lives."""


@dataclass(frozen=True, slots=True)
class Connected(Event):
    """The exchange greeted us; `is_operative` is False during maintenance."""

    server_id: str | None
    is_operative: bool


@dataclass(frozen=True, slots=True)
class Configured(Event):
    """The socket's flags are set, or (not accepted) stay as they were."""

    flags: Flag
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Subscribed(ChannelEvent):
    """A channel's subscription was accepted; its snapshot follows."""

    channel_id: int


@dataclass(frozen=True, slots=True)
class Unsubscribed(ChannelEvent):
    """A channel ended, as asked."""


@dataclass(frozen=True, slots=True)
class SubscriptionRefused(ChannelEvent):
    """A channel does not come: code 10305 means this socket is full."""

    code: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Heartbeat(ChannelFrame):
    """A frame without news: due every 15 s on every channel."""


@dataclass(frozen=True, slots=True)
class TickerUpdated(ChannelFrame):
    """New best prices and day's figures."""

    ticker: Ticker


@dataclass(frozen=True, slots=True)
class FundingTickerUpdated(ChannelFrame):
    """New best rates and day's figures of a currency."""

    ticker: FundingTicker


@dataclass(frozen=True, slots=True)
class TradesSnapshot(ChannelFrame):
    """The latest trades, newest first, as they stood at the subscription."""

    trades: tuple[PublicTrade, ...]


@dataclass(frozen=True, slots=True)
class TradeExecuted(ChannelFrame):
    """A trade, told once however often the exchange sends it."""

    trade: PublicTrade


@dataclass(frozen=True, slots=True)
class FundingTradesSnapshot(ChannelFrame):
    """The latest loans, newest first, as they stood at the subscription."""

    trades: tuple[PublicFundingTrade, ...]


@dataclass(frozen=True, slots=True)
class FundingTradeExecuted(ChannelFrame):
    """A loan, told once however often the exchange sends it."""

    trade: PublicFundingTrade


@dataclass(frozen=True, slots=True)
class BookSnapshot(ChannelFrame):
    """A whole new book. `book` is the protocol's own and lives on: read it, do not keep it."""

    levels: tuple[BookLevel, ...]
    book: Book = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BookUpdated(ChannelFrame):
    """One level changed. `book` is the protocol's own, the change applied."""

    level: BookLevel
    book: Book = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EntriesSnapshot(ChannelFrame):
    """A whole new raw or funding book. `book` lives on, as in BookSnapshot."""

    entries: tuple[RawBookOrder, ...] | tuple[FundingBookLevel, ...] | tuple[RawFundingOffer, ...]
    book: RawBook | FundingBook | RawFundingBook = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EntryUpdated(ChannelFrame):
    """One entry of a raw or funding book changed. `book` has the change applied."""

    entry: RawBookOrder | FundingBookLevel | RawFundingOffer
    book: RawBook | FundingBook | RawFundingBook = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CandlesSnapshot(ChannelFrame):
    """The latest candles, oldest first, as they stood at the subscription; there may be none."""

    candles: tuple[Candle, ...]


@dataclass(frozen=True, slots=True)
class CandleUpdated(ChannelFrame):
    """A candle is new, has changed, or is the one before the newest and was revised.

    It replaces the one of the same `time`; a repetition without news is a Heartbeat.
    """

    candle: Candle


@dataclass(frozen=True, slots=True)
class DerivativeUpdated(ChannelFrame):
    """A perpetual's new status."""

    status: DerivativeStatus


@dataclass(frozen=True, slots=True)
class PositionsLiquidated(ChannelFrame):
    """Positions of strangers that are or were closed by force."""

    liquidations: tuple[Liquidation, ...]


@dataclass(frozen=True, slots=True)
class ChecksumVerified(ChannelFrame):
    """Our book is the exchange's, to the last character of its best 25 levels."""


@dataclass(frozen=True, slots=True)
class ChecksumFailed(ChannelEvent):
    """Our book is not the exchange's: subscribe to it anew."""

    expected: int
    computed: int


@dataclass(frozen=True, slots=True)
class SequenceBroken(Event):
    """Frames are missing or out of order: nothing of this socket can be trusted any more."""

    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Restarting(Event):
    """The server is about to stop: connect anew at once (code 20051)."""


@dataclass(frozen=True, slots=True)
class MaintenanceStarted(Event):
    """The exchange pauses, for two minutes at most (code 20060)."""


@dataclass(frozen=True, slots=True)
class Resumed(Event):
    """Maintenance is over; all channels have to be subscribed to anew (code 20061)."""


@dataclass(frozen=True, slots=True)
class Pong(Event):
    """The answer to a ping; `id` is the ping's own, `time` that of the exchange."""

    id: int | None
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class ServerError(Event):
    """The exchange complains about something that is no subscription of ours."""

    code: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored(Event):
    """A message we have no use for, or one of a kind we do not know."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undecodable(Event):
    """A message of a shape we cannot read; it was dropped, and what was known before still is."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChannelSilent(ChannelEvent):
    """A channel has sent nothing, heartbeats included, for longer than can be."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Disconnected(Event):
    """A socket ended. These channels have no feed until their next snapshot."""

    channels: tuple[Channel, ...]
    reason: str
