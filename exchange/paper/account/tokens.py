"""Tokens: secrets that stand in for a key and its signatures until they expire.

They are forgotten when the exchange stops. Source: Bitfinex docs, "Generate Token".
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from exchange.paper.keys import PaperKey

LONGEST_LIFE_SECONDS = 7 * 24 * 3600

# Letters for what a token may do, and the permissions they stand for.
_CAPABILITIES = {
    "a": ("account", "history"),
    "o": ("orders", "positions"),
    "f": ("funding",),
    "s": ("settings",),
    "w": ("wallets",),
    "wd": ("withdraw",),
}
CAPABILITIES = frozenset(_CAPABILITIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token allows: letters for scopes (all when empty), and whether to change things."""

    key: str
    expires_ms: int
    capabilities: Collection[str]
    may_write: bool

    def narrowed(self, key: PaperKey) -> PaperKey:
        """Return the key with no more permissions than the token has."""
        letters = self.capabilities or CAPABILITIES
        scopes = {scope for letter in letters for scope in _CAPABILITIES[letter]}
        allowed = {
            scope: (read, write * self.may_write)
            for scope, (read, write) in key.permissions.items()
            if scope in scopes
        }
        return replace(key, permissions=allowed, account=key.owner)


class Tokens:
    """Give tokens out and know them again. clock gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._tokens: dict[str, Token] = {}

    def issue(
        self, key: str, *, lasts_seconds: int, capabilities: Collection[str], may_write: bool
    ) -> str:
        """Make a token for a key."""
        now_ms = self._clock()
        self._tokens = {
            name: token for name, token in self._tokens.items() if token.expires_ms > now_ms
        }
        name = f"pub:api:{secrets.token_hex(16)}"
        self._tokens[name] = Token(
            key=key,
            expires_ms=now_ms + lasts_seconds * 1000,
            capabilities=frozenset(capabilities),
            may_write=may_write,
        )
        return name

    def find(self, name: str) -> Token | None:
        """Return a token that has not expired, or None."""
        token = self._tokens.get(name)
        return token if token is not None and token.expires_ms > self._clock() else None
