"""What can go wrong with an API key while a program uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from exchange.paper.faults.planting import Fault

# Scope → (read, write).
Permissions = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class RevokedKey(Fault):
    """The key is unknown, as after its owner has deleted it."""

    kind = "revoked_key"

    times: int | None = None


@dataclass(frozen=True, kw_only=True)
class NarrowedKey(Fault):
    """The key has these permissions instead of its own."""

    kind = "narrowed_key"

    permissions: Permissions = field(default_factory=dict)
    times: int | None = None


@dataclass(frozen=True, kw_only=True)
class NonceUsedElsewhere(Fault):
    """Another program with the same key has just used a nonce that is higher by `ahead`."""

    kind = "nonce_used_elsewhere"

    ahead: int = 1_000_000
