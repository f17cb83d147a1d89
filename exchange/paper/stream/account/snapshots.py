"""All there is of an account, as a socket is told after it has authenticated.

Source: Bitfinex docs, "WebSocket Authenticated Channels".
"""

from __future__ import annotations

from collections.abc import Iterator

from exchange.paper.engine import Engine
from exchange.paper.margin_rows import position_row
from exchange.paper.numbers import dumps
from exchange.paper.rows import order_row, uncomputed_wallet_row
from exchange.paper.stream.account.filters import Filter
from exchange.paper.stream.account.frames import Frame, trading_topics, wallet_topics

# Funding is not simulated: nobody has offers, credits or loans.
_EMPTY = ("fos", "fcs", "fls")


def snapshots(engine: Engine, account: str, wanted: Filter) -> Iterator[Frame]:
    """Yield the snapshots in the order of the real exchange, empty ones included."""
    if wanted.admits_some("trading"):
        yield _positions(engine, account, wanted)
    if wanted.admits_some("wallet"):
        yield _wallets(engine, account, wanted)
    if wanted.admits_some("trading"):
        yield _orders(engine, account, wanted)
    if wanted.admits_some("funding"):
        yield from (Frame(code, "[]", ("funding",), "funding") for code in _EMPTY)


def _positions(engine: Engine, account: str, wanted: Filter) -> Frame:
    rows = [
        position_row(position, engine.desk.margin)
        for position in engine.desk.positions.of(account)
        if wanted.admits(trading_topics(position.market.symbol))
    ]
    return Frame("ps", dumps(rows), ("trading",), "positions")


def _wallets(engine: Engine, account: str, wanted: Filter) -> Frame:
    rows = [
        uncomputed_wallet_row(wallet)
        for wallet in engine.desk.account(account).wallets.values()
        if wanted.admits(wallet_topics(wallet.kind, wallet.currency))
    ]
    return Frame("ws", dumps(rows), ("wallet",), "wallets")


def _orders(engine: Engine, account: str, wanted: Filter) -> Frame:
    rows = [
        order_row(order)
        for order in engine.desk.open_orders(account)
        if wanted.admits(trading_topics(order.market.symbol))
    ]
    return Frame("os", dumps(rows), ("trading",), "orders")
