"""What a person chose for the table of markets: its columns, and the list it opens with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboard.accounts.models import User
from dashboard.markets import watchlists
from dashboard.markets.models import TableChoice, Watchlist
from dashboard.markets.sorting import CHOOSABLE, USUAL

ALL, STARS = "all", "stars"


@dataclass(frozen=True, slots=True)
class View:
    """A list that the table can show: `key` is its name in addresses."""

    key: str
    title: str
    watchlist: Watchlist | None = None


def choice_of(user: User) -> TableChoice:
    return TableChoice.objects.filter(user=user).first() or TableChoice(user=user)


def columns_of(choice: TableChoice) -> list[str]:
    """Return the columns between pair and age, in the table's order."""
    chosen = choice.columns.split(",")
    return [column for column in CHOOSABLE if column in chosen] or list(USUAL)


def choose_columns(user: User, columns: Iterable[str]) -> None:
    """Show these columns from now on; without any, the usual ones."""
    known = [column for column in CHOOSABLE if column in set(columns)]
    change(user, columns=",".join(known))


def open_with(user: User, key: str) -> None:
    """Let the page open with a list; one that is not this person's means all markets."""
    keys = {view.key for view in views(user)}
    change(user, first=key if key in keys - {ALL} else "")


def change(user: User, **members: Any) -> None:
    TableChoice.objects.update_or_create(user=user, defaults=members)


def views(user: User) -> list[View]:
    """Return all that the table can show a person."""
    own = [View(str(each.pk), each.name, each) for each in watchlists.of(user)]
    return [View(ALL, "All"), View(STARS, "★ Stars"), *own]


def view_of(views: Iterable[View], asked: str, first: str) -> View:
    """Return the list that was asked for, the first one otherwise, all where that is gone."""
    by_key = {view.key: view for view in views}
    return by_key.get(asked) or by_key.get(first) or by_key[ALL]


def symbols_in(user: User, view: View, starred: frozenset[str]) -> frozenset[str] | None:
    """Return what is on a list, None for all markets."""
    if view.watchlist:
        return watchlists.symbols_on(view.watchlist)
    return starred if view.key == STARS else None
