"""What a test, or a person by the admin address, may do to an exchange that no trader can.

To be called on the exchange's own thread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.numbers import cut_down, from_decimal, to_decimal
from exchange.paper.trading.accounts import Wallet
from exchange.paper.trading.orders import Kind, Order, Ticket

Figure = Decimal | int | str


class Hooks:
    """Move an engine by hand. Amounts and prices are Decimals; a negative amount sells."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def place(
        self,
        account: str,
        symbol: str,
        amount: Figure,
        price: Figure | None = None,
        **members: Any,
    ) -> int:
        """Place an order for an account as if by the exchange's own site; returns its id.

        Without a price it is a market order. members are further ones of a ticket, such as cid.
        Raises Refusal.
        """
        ticket = Ticket(
            market=self._engine.markets[symbol].market,
            kind=Kind.MARKET if price is None else Kind.LIMIT,
            amount=from_decimal(amount),
            price=None if price is None else cut_down(from_decimal(price)),
            **({"source": "web"} | members),
        )
        return self._engine.place(account, ticket).id

    def cancel(self, order_id: int) -> None:
        """Cancel an open order as its owner would elsewhere. Raises KeyError."""
        self._engine.cancel(self._engine.desk.orders[order_id])

    def deposit(self, account: str, method: str, amount: Figure, kind: str = "exchange") -> int:
        """Let money arrive by a method ("bitcoin"); returns the movement's id."""
        units = from_decimal(amount)
        return self._engine.office.deposit(account, kind, method, units).id

    def order(self, order_id: int) -> Order:
        """Return a copy of an order as it is now. Raises KeyError for an unknown id."""
        return replace(self._engine.desk.orders[order_id])

    def balance(self, account: str, currency: str, kind: str = "exchange") -> Decimal:
        """Return what a wallet holds."""
        return to_decimal(self._wallet(account, currency, kind).balance)

    def available(self, account: str, currency: str, kind: str = "exchange") -> Decimal:
        """Return what of a wallet is not held back by open orders."""
        return to_decimal(self._wallet(account, currency, kind).available)

    def wallets(self, account: str) -> Iterable[Wallet]:
        """Return an account's wallets."""
        return self._engine.desk.account(account).wallets.values()

    def best_prices(self, symbol: str) -> tuple[Decimal, Decimal]:
        """Return the best bid and the best ask. Raises ValueError where a side is empty."""
        book = self._engine.markets[symbol].book
        bid, ask = book.bids.best(), book.asks.best()
        if bid is None or ask is None:
            raise ValueError(f"{symbol} has an empty side")
        return to_decimal(bid), to_decimal(ask)

    def move_price(self, symbol: str, price: Figure) -> None:
        """Let the market trade at `price` from now on; orders it passes are filled.

        While the simulation is paused it stays there.
        """
        self._engine.move_price(symbol, from_decimal(price))

    def trade(self, symbol: str, amount: Figure, price: Figure | None = None) -> Decimal:
        """Let a bot buy (or with a negative amount sell) from the book, at `price` at worst.

        Returns how much it got.
        """
        units = from_decimal(amount)
        limit = None if price is None else from_decimal(price)
        got = self._engine.bots_trade(symbol, is_buy=units > 0, amount=abs(units), limit=limit)
        return to_decimal(got)

    def _wallet(self, account: str, currency: str, kind: str) -> Wallet:
        return self._engine.desk.account(account).wallet(currency, kind)
