"""The orders in which the table of markets can stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from dashboard.markets.selectors import MarketRow

NAME = "name"
COLUMNS = {
    NAME: "Pair",
    "last": "Last",
    "change": "24 h",
    "high": "High",
    "low": "Low",
    "bid": "Bid",
    "ask": "Ask",
    "volume": "Volume",
    "age": "Age",
}

# Pair and age always stand there: a price without its age would promise too much.
CHOOSABLE = tuple(column for column in COLUMNS if column not in {NAME, "age"})
USUAL = ("last", "change", "bid", "ask", "volume")


@dataclass(frozen=True, slots=True)
class Sort:
    """One column and a direction; `column` "" is the order nobody chose: most traded first."""

    column: str = ""
    is_descending: bool = False

    @classmethod
    def from_text(cls, text: str) -> Sort:
        """Read `volume` or `-volume`; anything that is no column of ours means no choice."""
        column = text.removeprefix("-")
        return cls(column, text.startswith("-")) if column in COLUMNS else cls()

    def __str__(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.column}"

    def rows(self, rows: Iterable[MarketRow]) -> list[MarketRow]:
        """Return the rows in this order; those without the figure come last both ways."""
        named = sorted(rows, key=lambda row: row.instrument.public_name)
        if self.column == NAME:
            return named[::-1] if self.is_descending else named
        column = self.column or "turnover"
        known = [row for row in named if row.figure(column) is not None]
        unknown = [row for row in named if row.figure(column) is None]
        known.sort(
            key=lambda row: row.figure(column) or 0,
            reverse=self.is_descending or not self.column,
        )
        return known + unknown


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: a link that sorts by it, or turns the order round."""

    column: str
    title: str
    href: str
    aria_sort: str


def headings(
    *, sort: Sort, search: str, shown: str = "", columns: Iterable[str] = USUAL
) -> list[Heading]:
    """Return the heads of the columns; figures start with the largest, names with A.

    `shown` is the list that the table shows, "" where the page's address need not say it.
    """
    made = []
    for column in (NAME, *columns, "age"):
        title = COLUMNS[column]
        is_current = column == sort.column
        turned = Sort(column, not sort.is_descending if is_current else column not in {NAME, "age"})
        query = ({"q": search} if search else {}) | ({"list": shown} if shown else {})
        query |= {"sort": str(turned)}
        state = "none"
        if is_current:
            state = "descending" if sort.is_descending else "ascending"
        made.append(Heading(column, title, f"?{urlencode(query)}", state))
    return made
