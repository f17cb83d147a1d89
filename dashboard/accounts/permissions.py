"""What a key may do, in the words of the exchange's scopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exchange.models.account import Permission

# Write on either of these can move money out of the account.
WITHDRAWAL_SCOPES = ("withdraw", "ui_withdraw")

Snapshot = Mapping[str, list[bool]]


def snapshot(permissions: Iterable[Permission]) -> dict[str, list[bool]]:
    """Return permissions as they are stored: scope → [may read, may write]."""
    return {each.scope: [each.read, each.write] for each in permissions}


def can_withdraw(permissions: Snapshot) -> bool:
    """Tell whether a key with these permissions could take money out."""
    return any(permissions.get(scope, [False, False])[1] for scope in WITHDRAWAL_SCOPES)


def can_trade(permissions: Snapshot) -> bool:
    return permissions.get("orders", [False, False])[1]
