"""One drawing of a figure for the page, the refetch and the socket."""

from __future__ import annotations

import re
from decimal import Decimal

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live import fragments
from dashboard.live.board import Board
from dashboard.live.quotes import Quote, absent_cells
from tests.dashboard.quotes import told_of

numbers = st.none() | st.decimals(min_value="1e-8", max_value="1e9", places=8)
quotes = st.builds(
    Quote,
    symbol=st.sampled_from(["tBTCUSD", "tDOGE:USD"]),
    last=numbers,
    bid=numbers,
    ask=numbers,
    change=st.none() | st.decimals(min_value=-1, max_value=9, places=6),
    volume=numbers,
    at_ms=st.none() | st.integers(min_value=0, max_value=2**42),
    is_streamed=st.booleans(),
    age_at_arrival_ms=st.integers(min_value=0, max_value=10**8),
)


@given(quotes)
def test_the_fast_cell_is_the_templates_cell_byte_for_byte(quote: Quote) -> None:
    for cell in quote.cells.values():
        assert fragments.cell(cell) == render_to_string("live/_cell.html", {"cell": cell})


def test_an_absent_cell_is_drawn_alike_too() -> None:
    for cell in absent_cells("tBTCUSD").values():
        assert fragments.cell(cell) == render_to_string("live/_cell.html", {"cell": cell})


def figures_in(drawn: str) -> dict[str, list[str]]:
    """Read a quote's figures as static/js/live.js and cells.js do."""
    text = re.fullmatch(r"<i [^<>]*>([^<>&]*)</i>", drawn)
    assert text
    return {name: rest for name, *rest in (each.split("|") for each in text[1].split(";") if each)}


@given(quotes)
def test_the_figures_that_travel_are_what_the_pages_cells_show(quote: Quote) -> None:
    cells = quote.cells.values()

    assert figures_in(fragments.quote(told_of(quote))) == {
        cell.field: [cell.value, cell.text, cell.tone] for cell in cells if cell.field != "age"
    }


def test_only_the_figures_that_changed_travel() -> None:
    before = Quote(symbol="tBTCUSD", last=Decimal(1), bid=Decimal(2))
    now = Quote(symbol="tBTCUSD", last=Decimal(1), bid=Decimal(3))

    assert figures_in(fragments.quote(told_of(now), told_of(before))) == {
        "bid": ["3", "3.0000", ""]
    }


def test_a_figure_that_the_exchange_no_longer_tells_travels_as_a_dash() -> None:
    before = Quote(symbol="tBTCUSD", last=Decimal(1))

    drawn = fragments.quote(told_of(Quote(symbol="tBTCUSD")), told_of(before))

    assert figures_in(drawn) == {"last": ["", "–", "absent"]}


def test_a_renewed_age_travels_without_any_figure() -> None:
    quote = told_of(Quote(symbol="tBTCUSD", last=Decimal(1), at_ms=7, age_at_arrival_ms=120))

    assert fragments.quote(quote, quote).endswith(' data-streamed="1" data-at="7"></i>')


def test_words_of_the_relay_cannot_become_markup() -> None:
    board = Board()
    board.hear_relay(5, '"><script>alert(1)</script>')

    assert "<script" not in fragments.feed(board.feed())
