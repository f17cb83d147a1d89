"""The markets that a person marked with a star."""

from __future__ import annotations

from dashboard.accounts.models import User
from dashboard.markets.models import Instrument, Star


def starred(user: User) -> frozenset[str]:
    """Return the symbols that a person marked, whether or not they are still listed."""
    return frozenset(Star.objects.filter(user=user).values_list("symbol", flat=True))


def star(user: User, symbol: str) -> bool:
    """Mark a market; doing it twice is the same as once. False: there never was such a market."""
    if not Instrument.objects.filter(symbol=symbol).exists():
        return False
    Star.objects.get_or_create(user=user, symbol=symbol)
    return True


def unstar(user: User, symbol: str) -> None:
    Star.objects.filter(user=user, symbol=symbol).delete()
