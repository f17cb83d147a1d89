"""Lists of markets that a person made, each with a name of their own."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from dashboard.accounts.models import User
from dashboard.markets import selectors
from dashboard.markets.models import NAME_LENGTH, Instrument, Watchlist, WatchlistMarket

MOST_LISTS = 20
MOST_MARKETS = 100
NO_NAME = "Give the list a name."
LONG_NAME = f"A name has at most {NAME_LENGTH} letters."
TAKEN = "You have a list of that name already."
TOO_MANY_LISTS = f"You have {MOST_LISTS} lists already: delete one that you no longer need."
TOO_MANY_MARKETS = f"A list holds {MOST_MARKETS} markets at most: take one away first."
NO_MARKET = "The exchange lists no market “{asked}”. Write a pair, as BTC/USD."


class Refused(Exception):
    """What cannot be; the text is the sentence for its person."""


def of(user: User) -> list[Watchlist]:
    return list(Watchlist.objects.filter(user=user).order_by("name"))


def one(user: User, number: str) -> Watchlist | None:
    """Return a person's list by its number as it stands in an address."""
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return Watchlist.objects.filter(user=user, pk=int(number)).first()


def symbols_on(watchlist: Watchlist) -> frozenset[str]:
    return frozenset(watchlist.markets.values_list("symbol", flat=True))


def with_market(user: User, symbol: str) -> list[tuple[Watchlist, bool]]:
    """Return a person's lists, each with whether a market is on it."""
    on = set(
        WatchlistMarket.objects.filter(watchlist__user=user, symbol=symbol).values_list(
            "watchlist_id", flat=True
        )
    )
    return [(each, each.pk in on) for each in of(user)]


def create(user: User, name: str) -> Watchlist:
    """Make an empty list. Raises Refused."""
    name = checked_name(name)
    if Watchlist.objects.filter(user=user).count() >= MOST_LISTS:
        raise Refused(TOO_MANY_LISTS)
    try:
        with transaction.atomic():
            return Watchlist.objects.create(user=user, name=name)
    except IntegrityError as exc:
        raise Refused(TAKEN) from exc


def rename(watchlist: Watchlist, name: str) -> None:
    """Give a list another name. Raises Refused."""
    watchlist.name = checked_name(name)
    try:
        with transaction.atomic():
            watchlist.save(update_fields=["name"])
    except IntegrityError as exc:
        raise Refused(TAKEN) from exc


def add(watchlist: Watchlist, asked: str) -> Instrument:
    """Put a market on a list, named by its symbol or its pair; twice is once. Raises Refused."""
    found = selectors.named(asked)
    if found is None:
        raise Refused(NO_MARKET.format(asked=selectors.searchable(asked)))
    if watchlist.markets.count() >= MOST_MARKETS:
        raise Refused(TOO_MANY_MARKETS)
    WatchlistMarket.objects.get_or_create(watchlist=watchlist, symbol=found.symbol)
    return found


def remove(watchlist: Watchlist, symbol: str) -> None:
    watchlist.markets.filter(symbol=symbol).delete()


def checked_name(text: str) -> str:
    name = " ".join("".join(sign for sign in text if sign.isprintable()).split())
    if not name:
        raise Refused(NO_NAME)
    if len(name) > NAME_LENGTH:
        raise Refused(LONG_NAME)
    return name
