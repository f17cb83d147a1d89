"""Short ways to ask an engine for orders, and the laws that must hold after any of them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.numbers import parse_units
from exchange.paper.trading.orders import Kind, Order, Ticket
from exchange.paper.trading.settlement import held_back, paid_wallet

SYMBOL = "tBTCUSD"


def place(
    engine: Engine, amount: str, price: str | None = None, who: str = "ann", **members: Any
) -> Order:
    symbol = members.pop("symbol", SYMBOL)
    ticket = Ticket(
        market=engine.markets[symbol].market,
        kind=members.pop("kind", Kind.MARKET if price is None else Kind.LIMIT),
        amount=parse_units(amount),
        price=None if price is None else parse_units(price),
        **members,
    )
    return engine.place(who, ticket)


def totals(engine: Engine) -> dict[str, int]:
    """How much of each currency there is, in all accounts together."""
    found: dict[str, int] = defaultdict(int)
    for account in engine.desk.accounts.values():
        for wallet in account.wallets.values():
            found[wallet.currency] += wallet.balance
    return dict(found)


def check_laws(engine: Engine) -> None:
    """Nobody owes, nothing is spent twice, no book is crossed, every fill adds up."""
    reserved: dict[tuple[str, str], int] = defaultdict(int)
    for order in engine.desk.orders.values():
        wallet = paid_wallet(engine.desk.account(order.account), order)
        expected = held_back(order) if order.is_open else 0
        assert order.reserved == expected
        reserved[order.account, wallet.currency] += expected
        own = [fill for fill in engine.desk.fills if fill.order_id == order.id]
        assert sum(abs(fill.amount) for fill in own) == order.executed
    for account in engine.desk.accounts.values():
        for wallet in account.wallets.values():
            assert 0 <= wallet.available <= wallet.balance
            if wallet.kind == "exchange":
                assert wallet.reserved == reserved[account.name, wallet.currency]
    for live in engine.markets.values():
        bid, ask = live.book.bids.best(), live.book.asks.best()
        assert bid is None or ask is None or bid < ask
