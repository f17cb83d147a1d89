"""Who the owner of an account is said to be. Made from its name, the same in every run."""

from __future__ import annotations

import hashlib

_FIRST_ID, _IDS = 1_000_000, 8_000_000


def user_id(account: str) -> int:
    """Return the number of an account's user, as `info/user` and the socket's `auth` tell it."""
    digest = hashlib.sha256(account.encode()).digest()
    return _FIRST_ID + int.from_bytes(digest[:8], "big") % _IDS


def user_name(account: str) -> str:
    """Return a name for an account's user; keys are no names, so it is not the account's own."""
    return f"paper{user_id(account)}"


def email(account: str) -> str:
    """Return an address at which nobody can ever be reached."""
    return f"{user_name(account)}@paper.invalid"
