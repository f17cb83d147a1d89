"""Orders of accounts, their fills, and the words that tell what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from exchange.paper.market.markets import Market
from exchange.paper.numbers import UNIT, Number, number, quotient

# Source: Bitfinex docs, "Flag values".
HIDDEN = 64
CLOSE = 512
REDUCE_ONLY = 1_024
POST_ONLY = 4_096
ONE_CANCELS_OTHER = 16_384
NO_VARIABLE_RATE = 524_288

_ACTIVE, _CLOSING = "ACTIVE", "ACTIVE (note:POSCLOSE)"


class Style(StrEnum):
    """How an order trades, whichever wallet pays."""

    LIMIT = "LIMIT"
    MARKET = "MARKET"
    STOP = "STOP"
    STOP_LIMIT = "STOP LIMIT"
    TRAILING_STOP = "TRAILING STOP"
    FILL_OR_KILL = "FOK"
    IMMEDIATE = "IOC"


class Kind(StrEnum):
    """Order types by their v2 names. Those without a prefix trade on margin."""

    LIMIT = "EXCHANGE LIMIT"
    MARKET = "EXCHANGE MARKET"
    STOP = "EXCHANGE STOP"
    STOP_LIMIT = "EXCHANGE STOP LIMIT"
    TRAILING_STOP = "EXCHANGE TRAILING STOP"
    FILL_OR_KILL = "EXCHANGE FOK"
    IMMEDIATE = "EXCHANGE IOC"
    MARGIN_LIMIT = "LIMIT"
    MARGIN_MARKET = "MARKET"
    MARGIN_STOP = "STOP"
    MARGIN_STOP_LIMIT = "STOP LIMIT"
    MARGIN_TRAILING_STOP = "TRAILING STOP"
    MARGIN_FILL_OR_KILL = "FOK"
    MARGIN_IMMEDIATE = "IOC"

    @property
    def style(self) -> Style:
        """How it trades."""
        return _STYLES[self]

    @property
    def is_margin(self) -> bool:
        """True when borrowed money trades and a position comes of it."""
        return _STYLES[self].value == self.value

    def styled(self, style: Style) -> Kind:
        """Return the type of another style for the same wallet."""
        return Kind(style.value if self.is_margin else f"EXCHANGE {style.value}")


_STYLES = {kind: Style(kind.removeprefix("EXCHANGE ")) for kind in Kind}
_WAITS_FOR_PRICE = (Style.STOP, Style.STOP_LIMIT, Style.TRAILING_STOP)


class Ending(StrEnum):
    """Why an order is no longer alive, as its status text begins.

    Source: Bitfinex docs, "Abbreviations glossary", and recorded frames.
    """

    EXECUTED = "EXECUTED"
    FORCED = "FORCED EXECUTED"
    CANCELED = "CANCELED"
    POST_ONLY = "POSTONLY CANCELED"
    IMMEDIATE = "IOC CANCELED"
    FILL_OR_KILL = "FILLORKILL CANCELED"
    NO_BALANCE = "INSUFFICIENT BALANCE (G1)"
    NO_MARGIN = "INSUFFICIENT MARGIN"
    NO_POSITION = "RSN_POS_NOTFOUND"
    WOULD_INCREASE = "RSN_POS_REDUCE_INCR"
    WOULD_FLIP = "RSN_POS_REDUCE_FLIP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What somebody asks for. amount is signed units of base (a sale is negative).

    price is None for a market order and for a trailing stop, and the trigger of other stops;
    auxiliary is the limit of a stop limit, trailing the distance of a trailing stop, oco_stop
    the trigger of a stop that dies when this order trades, and the other way round.
    source is how it came: "api" or "web".
    """

    market: Market
    kind: Kind
    amount: int
    price: int | None = None
    auxiliary: int = 0
    trailing: int = 0
    oco_stop: int | None = None
    flags: int = 0
    cid: int | None = None
    gid: int | None = None
    tif_ms: int | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    source: str = "api"


@dataclass(slots=True, kw_only=True)
class Order:
    """An accepted order and what has happened to it since.

    amount is signed, what was asked for at first or by the last update; remaining and executed,
    which make it up, have no sign.
    price is the limit, the trigger while it waits for one, or for a market order the price seen
    when it came in. prints holds (price, amount) of each fill, neighbours at one price merged.
    reserved is what the order still holds back in its owner's wallet, cover the price its partner
    may have to pay. placed_by is the order it came with. queued rises with everyone who takes a
    place in line.
    """

    id: int
    account: str
    market: Market
    kind: Kind
    amount: int
    price: int
    cid: int
    created_ms: int
    updated_ms: int
    remaining: int
    gid: int | None = None
    flags: int = 0
    meta: dict[str, Any] = field(default_factory=dict)
    source: str = "api"
    previous_kind: Kind | None = None
    auxiliary: int = 0
    trailing: int = 0
    tif_ms: int | None = None
    partner: int | None = None
    placed_by: int | None = None
    cover: int = 0
    queued: int = 0
    reserved: int = 0
    executed: int = 0
    traded_total: int = 0
    prints: list[tuple[int, int]] = field(default_factory=list)
    ending: Ending | None = None

    @property
    def is_buy(self) -> bool:
        """True for a purchase of the base currency."""
        return self.amount > 0

    @property
    def is_open(self) -> bool:
        """True while the order may still trade."""
        return self.ending is None

    @property
    def waits_for_price(self) -> bool:
        """True for a stop whose price has not come yet: it is not in the book."""
        return self.kind.style in _WAITS_FOR_PRICE

    @property
    def sign(self) -> int:
        """1 for a purchase, -1 for a sale."""
        return 1 if self.is_buy else -1

    def record_fill(self, price: int, amount: int, now_ms: int) -> None:
        """Book a fill of `amount` (unsigned) at `price`."""
        self.remaining -= amount
        self.executed += amount
        self.updated_ms = now_ms
        # The exact value, not the rounded money that moved: it is only read as an average.
        self.traded_total += price * amount
        if self.prints and self.prints[-1][0] == price:
            amount += self.prints.pop()[1]
        self.prints.append((price, amount))

    def end(self, ending: Ending, now_ms: int) -> None:
        """Close the order for good."""
        self.ending = ending
        self.updated_ms = now_ms

    def average_price(self) -> Number:
        """Return the mean price of what was traded, 0 when nothing was."""
        return quotient(self.traded_total, self.executed * UNIT) if self.executed else Number("0")

    def status(self) -> str:
        """Say what became of the order in the exchange's words.

        Source: Bitfinex docs, "Abbreviations glossary", and recorded frames.
        """
        if self.ending in (Ending.EXECUTED, Ending.FORCED):
            return self._executed_status()
        told = [_CLOSING] if self.flags & CLOSE else []
        if self.prints:
            told.append(f"PARTIALLY FILLED @ {self._told(self.prints)}")
        if self.ending is None:
            return told[-1] if told else _ACTIVE
        if not told and self.ending in (Ending.NO_BALANCE, Ending.NO_MARGIN):
            told = [_ACTIVE]
        return f"{self.ending} was: {', '.join(told)}" if told else str(self.ending)

    def _executed_status(self) -> str:
        *earlier, last = self.prints
        tail = f" was {_CLOSING}" if self.flags & CLOSE else ""
        if earlier:
            tail = f": was PARTIALLY FILLED @ {self._told(earlier)}"
        return f"{self.ending} @ {self._told([last])}{tail}"

    def _told(self, prints: list[tuple[int, int]]) -> str:
        return ", ".join(
            f"{number(price)}({number(amount * self.sign)})" for price, amount in prints
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One side of a trade as its owner sees it.

    amount is signed; fee is a positive number of units of fee_currency.
    """

    id: int
    order_id: int
    account: str
    market: Market
    made_ms: int
    amount: int
    price: int
    is_maker: bool
    fee: int
    fee_currency: str
    kind: Kind
    order_price: int
    cid: int
