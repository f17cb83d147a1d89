"""API keys of paper traders: what they may do, and the nonces they have used up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from exchange.paper.refusals import GENERIC, NONCE, Refusal

# Source: Bitfinex docs, "Key Permissions".
SCOPES = (
    "account",
    "history",
    "orders",
    "positions",
    "funding",
    "settings",
    "wallets",
    "withdraw",
    "ui_withdraw",
    "bfxpay",
)
LARGEST_NONCE = 2**53 - 1

_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)

Permissions = Mapping[str, tuple[int, int]]


def _reading() -> dict[str, tuple[int, int]]:
    return {scope: (1, 0) for scope in SCOPES if "withdraw" not in scope}


def _trading() -> dict[str, tuple[int, int]]:
    return _reading() | dict.fromkeys(("orders", "positions", "funding"), (1, 1))


@dataclass(frozen=True, slots=True)
class PaperKey:
    """An API key. permissions maps a scope to (read, write); a scope left out is (0, 0).

    Keys that name the same account share its money; by default each key has an account of its
    own.
    """

    key: str
    secret: str = field(repr=False)
    permissions: Permissions = field(default_factory=_trading)
    account: str = ""

    @property
    def owner(self) -> str:
        """Name of the account the key acts for."""
        return self.account or self.key

    @classmethod
    def read_only(cls, key: str, secret: str, account: str = "") -> Self:
        """Make a key that may look and not touch."""
        return cls(key, secret, _reading(), account)

    @classmethod
    def with_withdraw(cls, key: str, secret: str, account: str = "") -> Self:
        """Make the kind of key a careful program refuses: one that may take money out."""
        return cls(key, secret, _trading() | {"withdraw": (1, 1)}, account)


class KeyHolder:
    """A key in use. REST v1, v2 and the socket draw from its one sequence of nonces."""

    def __init__(self, key: PaperKey, last_nonce: int, used: dict[str, int]) -> None:
        self.key = key
        self.last_nonce = last_nonce
        self._used = used

    def accept_nonce(self, nonce: str) -> None:
        """Use a nonce up. Raises Refusal when it is not above all earlier ones."""
        if not _DIGITS.fullmatch(nonce) or int(nonce) > LARGEST_NONCE:
            raise Refusal(NONCE, "nonce: invalid")
        if int(nonce) <= self.last_nonce:
            raise Refusal(NONCE, "nonce: small")
        self.last_nonce = self._used[self.key.key] = int(nonce)

    def require(self, scope: str, *, write: bool) -> None:
        """Raise Refusal unless the key may read (or write) within a scope."""
        if not self.key.permissions.get(scope, (0, 0))[write]:
            raise Refusal(GENERIC, "api_key: permission invalid")


class Keyring:
    """All keys, by name. nonces are the last ones used in an earlier run."""

    def __init__(self, keys: Iterable[PaperKey], nonces: Mapping[str, int]) -> None:
        self._used: dict[str, int] = {}
        self._holders = {
            key.key: KeyHolder(key, nonces.get(key.key, 0), self._used) for key in keys
        }

    def find(self, key: str) -> KeyHolder | None:
        """Return the holder of a key, or None when there is no such key."""
        return self._holders.get(key)

    def owners(self) -> list[str]:
        """Return the names of the accounts the keys act for."""
        return list(dict.fromkeys(holder.key.owner for holder in self._holders.values()))

    def take_used_nonces(self) -> dict[str, int]:
        """Return the newest nonce of every key that used one since the last call."""
        used = dict(self._used)
        self._used.clear()
        return used
