"""API keys of paper traders: what they may do, and the nonces they have used up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from exchange.paper.faults.keys import NarrowedKey, NonceUsedElsewhere, Permissions, RevokedKey
from exchange.paper.faults.planting import F, Faults, Place, Planted
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


class _Meet(Protocol):
    def __call__(self, kind: type[F], place: Place) -> list[Planted[F]]:
        """Find the faults of a kind that are meant for a place."""


def reading() -> dict[str, tuple[int, int]]:
    """Return the permissions to see everything and touch nothing."""
    return {scope: (1, 0) for scope in SCOPES if "withdraw" not in scope}


def trading() -> dict[str, tuple[int, int]]:
    """Return the permissions to see and to trade; no money leaves by them."""
    return reading() | dict.fromkeys(("orders", "positions", "funding"), (1, 1))


def withdrawing() -> dict[str, tuple[int, int]]:
    """Return the permissions to see, to trade, to move money between wallets and to take it out."""
    return trading() | {"wallets": (1, 1), "withdraw": (1, 1)}


@dataclass(frozen=True, slots=True)
class PaperKey:
    """An API key. permissions maps a scope to (read, write); a scope left out is (0, 0).

    Keys that name the same account share its money; by default each key has an account of its
    own.
    """

    key: str
    secret: str = field(repr=False)
    permissions: Permissions = field(default_factory=trading)
    account: str = ""

    @property
    def owner(self) -> str:
        """Name of the account the key acts for."""
        return self.account or self.key

    @classmethod
    def read_only(cls, key: str, secret: str, account: str = "") -> Self:
        """Make a key that may look and not touch."""
        return cls(key, secret, reading(), account)

    @classmethod
    def with_withdraw(cls, key: str, secret: str, account: str = "") -> Self:
        """Make the kind of key a careful program refuses: one that may take money out."""
        return cls(key, secret, withdrawing(), account)


class NonceLine:
    """The one rising sequence of a key's nonces. used collects what has yet to be saved."""

    def __init__(self, key: str, last: int, used: dict[str, int]) -> None:
        self._key = key
        self._used = used
        self.last = last

    def use(self, nonce: int) -> None:
        """Use a nonce up. Raises Refusal when it is not above all earlier ones."""
        if nonce <= self.last:
            raise Refusal(NONCE, "nonce: small")
        self.last = self._used[self._key] = nonce


class KeyHolder:
    """A key as it is in one call. REST v1, v2 and the socket draw from one line of nonces."""

    def __init__(self, key: PaperKey, nonces: NonceLine, faults: Faults, path: str = "") -> None:
        self.key = key
        self._nonces = nonces
        self._faults = faults
        self._place = Place(key=key.key, path=path)

    def accept_nonce(self, nonce: str) -> None:
        """Use a nonce up. Raises Refusal when it is not above all earlier ones."""
        if not _DIGITS.fullmatch(nonce) or int(nonce) > LARGEST_NONCE:
            raise Refusal(NONCE, "nonce: invalid")
        for planted in self._faults.strike(NonceUsedElsewhere, self._place):
            self._nonces.use(min(int(nonce) + planted.fault.ahead, LARGEST_NONCE))
        self._nonces.use(int(nonce))

    def require(self, scope: str, *, write: bool) -> None:
        """Raise Refusal unless the key may read (or write) within a scope."""
        if not self.key.permissions.get(scope, (0, 0))[write]:
            raise Refusal(GENERIC, "api_key: permission invalid")


class Keyring:
    """All keys, by name. nonces are the last ones used in an earlier run.

    Keys come, change and go while the exchange runs: ask for a key anew at every call.
    """

    def __init__(
        self,
        keys: Iterable[PaperKey],
        nonces: Mapping[str, int],
        faults: Faults | None = None,
    ) -> None:
        self._faults = Faults() if faults is None else faults
        self._saved = dict(nonces)
        self._used: dict[str, int] = {}
        self._lines: dict[str, NonceLine] = {}
        self._given: dict[str, PaperKey] = {}
        self._now: dict[str, PaperKey] = {}
        for key in keys:
            self.add(key)

    def __iter__(self) -> Iterator[PaperKey]:
        return iter(self._now.values())

    def add(self, key: PaperKey) -> None:
        """Let a key in. Raises ValueError when there was one of that name."""
        if key.key in self._given:
            raise ValueError(f"there is a key {key.key!r} already")
        self._given[key.key] = self._now[key.key] = key
        last = self._saved.get(key.key, 0)
        self._lines[key.key] = NonceLine(key.key, last, self._used)

    def revoke(self, key: str) -> None:
        """Let a key open nothing any more. Raises KeyError for an unknown one."""
        self._now.pop(self._given[key].key, None)

    def narrow(self, key: str, permissions: Permissions) -> None:
        """Give a key other permissions, fewer or more. Raises KeyError for an unknown one."""
        self._now[key] = replace(self._given[key], permissions=permissions)

    def restore(self, key: str) -> None:
        """Make a key what it was when it was let in. Raises KeyError for an unknown one."""
        self._now[key] = self._given[key]

    def find(self, key: str, path: str = "") -> KeyHolder | None:
        """Return a key for a call to a path, or None when there is no such key."""
        return self._find(key, path, self._faults.strike)

    def look(self, key: str, path: str = "") -> KeyHolder | None:
        """Return a key as `find` would, for nobody's call: faults do not count it."""
        return self._find(key, path, self._faults.looming)

    def _find(self, key: str, path: str, meet: _Meet) -> KeyHolder | None:
        found = self._now.get(key)
        place = Place(key=key, path=path)
        if found is None or meet(RevokedKey, place):
            return None
        for planted in meet(NarrowedKey, place):
            found = replace(found, permissions=planted.fault.permissions)
        return KeyHolder(found, self._lines[key], self._faults, path)

    def owners(self) -> list[str]:
        """Return the names of the accounts the keys act for."""
        return list(dict.fromkeys(key.owner for key in self._now.values()))

    def take_used_nonces(self) -> dict[str, int]:
        """Return the newest nonce of every key that used one since the last call."""
        used = dict(self._used)
        self._used.clear()
        return used
