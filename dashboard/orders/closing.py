"""Open margin positions, each with a ticket that would close it. Nothing here sends an order."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.problems import problem_text
from dashboard.accounts.sealing import SealingError
from dashboard.figures import plain
from dashboard.orders import selectors
from exchange.errors import ExchangeError
from exchange.models.margin import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """A position with the names of its market and the ticket that closes it."""

    position: Position
    name: str
    base_name: str
    quote_name: str

    @property
    def is_long(self) -> bool:
        return self.position.amount > 0

    @property
    def size(self) -> str:
        return plain(abs(self.position.amount))

    @property
    def closing_url(self) -> str:
        return closing_url(self.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """What is open, or why that could not be read."""

    rows: list[PositionRow]
    problem: str


def positions(account: ExchangeAccount) -> Positions:
    """Ask the exchange for the account's open positions. Never raises for its answers."""
    try:
        found = client_for(account).positions()
    except (ExchangeError, SealingError) as exc:
        return Positions(rows=[], problem=problem_text(exc))
    names = selectors.market_names(each.symbol for each in found)
    rows = [
        PositionRow(
            position=each,
            name=names[each.symbol].pair,
            base_name=names[each.symbol].base,
            quote_name=names[each.symbol].quote,
        )
        for each in found
        if each.amount
    ]
    return Positions(rows=rows, problem="")


def closing_url(position: Position) -> str:
    """Return the address of a ticket for the other side of all of a position, at the market.

    It can only reduce: whatever happens to the position meanwhile, none is opened the other way.
    """
    fields = {
        "symbol": position.symbol,
        "side": "sell" if position.amount > 0 else "buy",
        "type": "MARKET",
        "wallet": "margin",
        "amount": plain(abs(position.amount)),
        "flags": "reduce-only",
    }
    return f"{reverse('orders-new')}?{urlencode(fields)}"
