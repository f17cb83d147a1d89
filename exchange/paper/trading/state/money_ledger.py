"""The money ledger of each account: every movement, with what the wallet then held."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from exchange.paper.trading.accounts import Entry

KEPT_ENTRIES = 20_000


class MoneyLedger:
    """Keep the newest `KEPT_ENTRIES` movements of each account."""

    def __init__(self) -> None:
        self._entries: defaultdict[str, deque[Entry]] = defaultdict(
            lambda: deque(maxlen=KEPT_ENTRIES)
        )

    def enter(self, entry: Entry) -> None:
        """Write a movement down."""
        self._entries[entry.account].append(entry)

    def entries(self, account: str) -> Sequence[Entry]:
        """Return an account's movements, oldest first."""
        return self._entries[account]
