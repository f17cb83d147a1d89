"""Figures that are worked out only when a client asks for them.

Source: Bitfinex docs, "WebSocket Inputs", calc.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT, dumps, number
from exchange.paper.rows import wallet_row
from exchange.paper.stream.account.frames import Frame, wallet_topics
from exchange.paper.trading.accounts import Wallet

MOST_AT_ONCE = 30

_SECOND_MS = 1_000


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
    kind, _, rest = name.partition("_")
    match kind:
        case "wallet":
            return _wallet(engine, account, rest)
        case "balance" if name == "balance":
            total = number(_assets(engine, account))
            return Frame("bu", dumps([total, total]), ("balance",), "wallets")
    return None


def _wallet(engine: Engine, account: str, name: str) -> Frame | None:
    kind, _, currency = name.partition("_")
    wallet = engine.desk.account(account).wallets.get((kind, currency))
    if wallet is None:
        return None
    return Frame("wu", dumps(wallet_row(wallet)), wallet_topics(kind, currency), "wallets")


def _assets(engine: Engine, account: str) -> int:
    wallets = engine.desk.account(account).wallets.values()
    return sum(_in_dollars(engine, wallet) for wallet in wallets)


def _in_dollars(engine: Engine, wallet: Wallet) -> int:
    if wallet.currency == "USD":
        return wallet.balance
    for pair in (f"t{wallet.currency}USD", f"t{wallet.currency}:USD"):
        if pair in engine.markets:
            return wallet.balance * engine.markets[pair].day.last // UNIT
    return 0
