"""Orders of accounts, their fills, and the words that tell what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from exchange.paper.market.markets import Market
from exchange.paper.numbers import UNIT, Number, number, quotient

POST_ONLY = 4096


class Kind(StrEnum):
    """Order types that are simulated, by their v2 names."""

    LIMIT = "EXCHANGE LIMIT"
    MARKET = "EXCHANGE MARKET"
    IMMEDIATE = "EXCHANGE IOC"
    FILL_OR_KILL = "EXCHANGE FOK"


class Ending(StrEnum):
    """Why an order is no longer in the book, as its status text begins."""

    EXECUTED = "EXECUTED"
    CANCELED = "CANCELED"
    POST_ONLY = "POSTONLY CANCELED"
    IMMEDIATE = "IOC CANCELED"
    FILL_OR_KILL = "FILLORKILL CANCELED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What somebody asks for. amount is signed units of base (a sale is negative).

    price is None for a market order. source is how it came: "api" or "web".
    """

    market: Market
    kind: Kind
    amount: int
    price: int | None = None
    flags: int = 0
    cid: int | None = None
    gid: int | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    source: str = "api"


@dataclass(slots=True, kw_only=True)
class Order:
    """An accepted order and what has happened to it since.

    amount is signed, remaining is not; price is the limit, or for a market order the price
    seen when it came in. prints holds (price, amount) of each fill, neighbours at one price
    merged. reserved is what the order still holds back in its owner's wallet.
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
    reserved: int = 0
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
    def executed(self) -> int:
        """Amount traded so far, without sign."""
        return abs(self.amount) - self.remaining

    @property
    def sign(self) -> int:
        """1 for a purchase, -1 for a sale."""
        return 1 if self.is_buy else -1

    def record_fill(self, price: int, amount: int, now_ms: int) -> None:
        """Book a fill of `amount` (unsigned) at `price`."""
        self.remaining -= amount
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
        if self.ending is Ending.EXECUTED:
            *earlier, last = self.prints
            tail = f": was PARTIALLY FILLED @ {self._told(earlier)}" if earlier else ""
            return f"EXECUTED @ {self._told([last])}{tail}"
        partly = f"PARTIALLY FILLED @ {self._told(self.prints)}" if self.prints else ""
        if self.ending is None:
            return partly or "ACTIVE"
        return f"{self.ending} was: {partly}" if partly else str(self.ending)

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
