"""What the account's own channel can tell, as frozen values. `channel` is always `ACCOUNT`.

After every authentication the snapshots come anew; each replaces all that was known of its kind.
Source: Bitfinex docs, WebSocket authenticated channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from exchange.errors import Refused
from exchange.models.account import Permission
from exchange.models.funding import FundingInfo, FundingLoan, FundingOffer
from exchange.models.margin import MarginBase, MarginSymbol, Position
from exchange.models.notifications import Notification
from exchange.models.orders import Order
from exchange.models.trades import Fill, FundingFill
from exchange.models.wallets import Wallet
from exchange.outcomes.refusals import refusal
from exchange.stream.events import ChannelEvent, ChannelFrame


class Change(StrEnum):
    """What a frame says happened. An order that fills at once is closed without ever being new."""

    NEW = "n"
    UPDATED = "u"
    CLOSED = "c"


@dataclass(frozen=True, slots=True)
class Authenticated(ChannelEvent):
    """The exchange took our key; the snapshots follow. `permissions` is what the key may do."""

    user_id: int | None
    permissions: tuple[Permission, ...]


@dataclass(frozen=True, slots=True)
class AuthenticationRefused(ChannelEvent):
    """The exchange did not take our key, for the reason it gives."""

    code: int | None
    reason: str

    @property
    def error(self) -> Refused:
        """The refusal as REST would raise it: NotAuthenticated, NonceTooSmall, RateLimited, …"""
        found = refusal(200, ["error", self.code, self.reason])
        return found or Refused(self.reason or "no reason given", self.code)


@dataclass(frozen=True, slots=True)
class PositionsSnapshot(ChannelFrame):
    """All open positions."""

    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class PositionChanged(ChannelFrame):
    """A position was opened, has changed or was closed."""

    change: Change
    position: Position


@dataclass(frozen=True, slots=True)
class WalletsSnapshot(ChannelFrame):
    """All wallets. What is available in them is mostly None: ask for it to be calculated."""

    wallets: tuple[Wallet, ...]


@dataclass(frozen=True, slots=True)
class WalletChanged(ChannelFrame):
    """A wallet's new state; it replaces the one of the same type and currency."""

    wallet: Wallet


@dataclass(frozen=True, slots=True)
class OrdersSnapshot(ChannelFrame):
    """All open orders."""

    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class OrderChanged(ChannelFrame):
    """An order is new, has changed or is closed; only its status text tells filled from cancelled.

    Normally comes before the fills that caused it.
    """

    change: Change
    order: Order


@dataclass(frozen=True, slots=True)
class FillExecuted(ChannelFrame):
    """A trade of ours, told once, at once; its fee is not known yet."""

    fill: Fill


@dataclass(frozen=True, slots=True)
class FillCharged(ChannelFrame):
    """The same trade with its fee, told once, a second or two later."""

    fill: Fill


@dataclass(frozen=True, slots=True)
class Notified(ChannelFrame):
    """The exchange says something about a request or the account.

    SUCCESS of a request means that it is being worked on, not that it was done. `order_id` and
    `cid` name the order it speaks of, where it does.
    """

    notification: Notification
    order_id: int | None
    cid: int | None


@dataclass(frozen=True, slots=True)
class BalanceComputed(ChannelFrame):
    """All assets in US dollars, and what is left of them without what was borrowed."""

    total: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class MarginComputed(ChannelFrame):
    """The margin wallet as a whole, or what it can trade of one pair."""

    margin: MarginBase | MarginSymbol


@dataclass(frozen=True, slots=True)
class FundingComputed(ChannelFrame):
    """What our funding of one currency yields and costs."""

    info: FundingInfo


@dataclass(frozen=True, slots=True)
class OffersSnapshot(ChannelFrame):
    """All funding offers of ours."""

    offers: tuple[FundingOffer, ...]


@dataclass(frozen=True, slots=True)
class OfferChanged(ChannelFrame):
    """A funding offer of ours is new, has changed or is closed."""

    change: Change
    offer: FundingOffer


@dataclass(frozen=True, slots=True)
class LoansSnapshot(ChannelFrame):
    """All loans: those that positions use (credits) or those that none does."""

    is_used: bool
    loans: tuple[FundingLoan, ...]


@dataclass(frozen=True, slots=True)
class LoanChanged(ChannelFrame):
    """A loan began, has changed or ended; `is_used` as in the snapshot."""

    is_used: bool
    change: Change
    loan: FundingLoan


@dataclass(frozen=True, slots=True)
class FundingFilled(ChannelFrame):
    """A loan came of an offer of ours, told once."""

    fill: FundingFill
