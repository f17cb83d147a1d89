"""Figures that are worked out only when a client asks for them.

Source: Bitfinex docs, "WebSocket Inputs", calc.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from exchange.paper.engine import Engine
from exchange.paper.margin_rows import margin_base_row, margin_symbol_row
from exchange.paper.market.currencies import BY_CODE
from exchange.paper.numbers import dumps, number
from exchange.paper.rows import wallet_row
from exchange.paper.stream.account.frames import Frame, position_frame, wallet_topics
from exchange.paper.trading.desk import Desk

MOST_AT_ONCE = 30

_SECOND_MS = 1_000
_FUNDING_SYMBOLS = frozenset(f"f{code}" for code in BY_CODE)


class CalculationQueue:
    """Names of figures that wait; so many are worked out in a second."""

    def __init__(self, a_second: int) -> None:
        self._a_second = a_second
        self._waiting: deque[str] = deque()
        self._served_ms: deque[int] = deque()

    def ask(self, names: Iterable[str]) -> None:
        """Put names at the end of the line."""
        self._waiting.extend(names)

    def due(self, now_ms: int) -> Iterator[str]:
        """Yield the names whose turn it is."""
        while self._served_ms and self._served_ms[0] <= now_ms - _SECOND_MS:
            self._served_ms.popleft()
        while self._waiting and len(self._served_ms) < self._a_second:
            self._served_ms.append(now_ms)
            yield self._waiting.popleft()


def calculated(engine: Engine, account: str, name: str) -> Frame | None:
    """Work out a figure by its name; None for one that nobody knows."""
    desk = engine.desk
    match name.split("_", 2):
        case ["wallet", kind, currency]:
            return _wallet(desk, account, kind, currency)
        case ["balance"]:
            total = number(_assets(desk, account))
            return Frame("bu", dumps([total, total]), ("balance",), "wallets")
        case ["margin", "base"]:
            row = margin_base_row(desk.margin.base(account))
            return Frame("miu", dumps(row), ("balance",), "positions")
        case ["margin", "sym", symbol] if symbol in engine.markets:
            row = margin_symbol_row(symbol, desk.margin.symbol(account, symbol))
            return Frame("miu", dumps(row), ("balance",), "positions")
        case ["position", symbol]:
            position = desk.positions.find(account, symbol)
            return None if position is None else position_frame("pu", position, desk.margin)
        case ["funding", "sym", symbol] if symbol in _FUNDING_SYMBOLS:
            # Nobody lends or borrows here.
            return Frame("fiu", dumps(["sym", symbol, [0, 0, 0, 0]]), ("balance",), "funding")
    return None


def _wallet(desk: Desk, account: str, kind: str, currency: str) -> Frame | None:
    wallet = desk.account(account).wallets.get((kind, currency))
    if wallet is None:
        return None
    return Frame("wu", dumps(wallet_row(wallet)), wallet_topics(kind, currency), "wallets")


def _assets(desk: Desk, account: str) -> int:
    held = desk.account(account).wallets.values()
    return sum(desk.margin.value(wallet.currency, wallet.balance) for wallet in held)
