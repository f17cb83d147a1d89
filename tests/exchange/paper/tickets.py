"""Short ways to ask an engine for orders, and the laws that must hold after any of them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.market.markets import CURRENCIES
from exchange.paper.numbers import parse_units
from exchange.paper.trading.accounts import LENDERS, NOBODY, bottomless_account
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
    check_reserves(engine)
    check_books(engine)
    check_lenders(engine)
    for name, account in engine.desk.accounts.items():
        entries = engine.desk.money_ledger.entries(name)
        told: dict[tuple[str, str], int] = defaultdict(int)
        for entry in entries:
            told[entry.kind, entry.currency] += entry.amount
            assert told[entry.kind, entry.currency] == entry.balance
        for key, wallet in account.wallets.items():
            assert name in NOBODY or told[key] == wallet.balance


def check_reserves(engine: Engine) -> None:
    reserved: dict[tuple[str, str], int] = defaultdict(int)
    for order in engine.desk.orders.values():
        wallet = paid_wallet(engine.desk.account(order.account), order)
        expected = held_back(order) if order.is_open else 0
        assert order.reserved == expected
        reserved[order.account, wallet.currency] += expected
        own = [fill for fill in engine.desk.fills_of(order.account) if fill.order_id == order.id]
        assert sum(abs(fill.amount) for fill in own) == order.executed
    for account in engine.desk.accounts.values():
        for wallet in account.wallets.values():
            assert wallet.kind == "margin" or 0 <= wallet.available <= wallet.balance
            if wallet.kind == "exchange":
                assert wallet.reserved == reserved[account.name, wallet.currency]


def check_books(engine: Engine) -> None:
    for live in engine.markets.values():
        bid, ask = (live.book.best(is_buy=is_buy) for is_buy in (True, False))
        assert bid is None or ask is None or bid < ask
        for is_buy in (True, False):
            first = live.book.next_for(is_buy=not is_buy)
            assert first is None or first.amount > 0


def check_lenders(engine: Engine) -> None:
    """What the lenders own is what positions are made of, less what they once had to bear."""
    expected: dict[str, int] = defaultdict(int)
    for name in engine.desk.accounts:
        for position in engine.desk.positions.of(name):
            expected[position.market.base.code] += position.amount
            expected[position.market.quote.code] -= position.cost
        for entry in engine.desk.money_ledger.entries(name):
            expected[entry.currency] -= entry.amount if entry.text == "Settlement" else 0
    fresh = bottomless_account(LENDERS, [currency.code for currency in CURRENCIES])
    for wallet in engine.desk.accounts[LENDERS].wallets.values():
        assert wallet.balance - fresh.wallet(wallet.currency).balance == expected[wallet.currency]
