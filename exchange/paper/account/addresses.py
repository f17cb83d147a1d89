"""Addresses for deposits: always the same for the same question, and plainly no address at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from exchange.paper.account.methods import METHODS, has_tag

_DIGITS = 16
_TAG_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Address:
    """Where a deposit would go; pool is the shared address that a tag needs, else None."""

    method: str
    currency: str
    own: str
    pool: str | None


def address_of(account: str, method: str, kind: str, renewals: int) -> Address:
    """Return the address of a wallet for a method after so many renewals."""
    currency = METHODS[method]
    digest = hashlib.sha256(f"{account}/{method}/{kind}/{renewals}".encode()).hexdigest()
    if has_tag(method):
        tag = str(int(digest, 16))[:_TAG_DIGITS]
        return Address(method, currency, tag, f"PAPER-{currency}-POOL-NOT-AN-ADDRESS")
    return Address(method, currency, f"PAPER-{currency}-NOT-AN-ADDRESS-{digest[:_DIGITS]}", None)
