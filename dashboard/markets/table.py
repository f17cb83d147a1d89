"""The table of markets as a person wants it: which list, which columns, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from dashboard.accounts.models import User
from dashboard.live import fragments
from dashboard.markets import choices, selectors, stars
from dashboard.markets.choices import ALL, STARS
from dashboard.markets.selectors import MarketRow
from dashboard.markets.sorting import CHOOSABLE, COLUMNS, Sort, headings

FIGURE = '<span role="cell" class="column-%s">%s</span>'
UNIT = ' <span class="unit">%s</span>'


def table(user: User, *, search: str, sort: Sort, asked: str) -> dict[str, Any]:
    """Return what the page of all markets shows of the list that was `asked` for."""
    choice = choices.choice_of(user)
    columns = choices.columns_of(choice)
    starred = stars.starred(user)
    views = choices.views(user)
    view = choices.view_of(views, asked, choice.first)
    first = choices.view_of(views, choice.first, ALL).key
    among = choices.symbols_in(user, view, starred)
    shown = "" if view.key == first else view.key
    return {
        "search": search,
        "sort": sort,
        "views": views,
        "view": view,
        "first": first,
        "shown": shown,
        "is_starred": view.key == STARS,
        "starred": starred,
        "columns": {column: COLUMNS[column] for column in CHOOSABLE},
        "chosen": columns,
        "headings": headings(sort=sort, search=search, shown=shown, columns=columns),
        "rows": [
            (row, SafeString(fragments.cell(row.cells["standing"])), figures(row, columns))
            for row in selectors.market_rows(search=search, sort=sort, among=among)
        ],
    }


def figures(row: MarketRow, columns: Sequence[str]) -> SafeString:
    """Return a row's figures as HTML; by a template hundreds of rows take too long.

    Safe for templates: cells are made of numbers, and the currency's name is escaped.
    """
    return SafeString("".join(figure(row, column) for column in (*columns, "age")))


def figure(row: MarketRow, column: str) -> str:
    drawn = fragments.cell(row.cells[column])
    if column == "volume":
        drawn += UNIT % escape(row.instrument.base_name)
    return FIGURE % (column, drawn)
