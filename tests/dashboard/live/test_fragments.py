"""One drawing of a figure for the page, the refetch and the socket."""

from __future__ import annotations

from decimal import Decimal

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live import fragments
from dashboard.live.board import Board
from dashboard.live.quotes import Quote, absent_cells

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


def test_only_the_figures_that_changed_travel() -> None:
    before = Quote(symbol="tBTCUSD", last=Decimal(1), bid=Decimal(2))
    now = Quote(symbol="tBTCUSD", last=Decimal(1), bid=Decimal(3))

    drawn = fragments.quote(now, before)

    assert 'data-field="bid"' in drawn
    assert 'data-field="last"' not in drawn


def test_a_renewed_age_travels_without_any_figure() -> None:
    quote = Quote(symbol="tBTCUSD", last=Decimal(1), age_at_arrival_ms=120)

    assert fragments.quote(quote, quote).endswith('data-streamed="1"></div>')


def test_words_of_the_relay_cannot_become_markup() -> None:
    board = Board()
    board.hear_relay(5, '"><script>alert(1)</script>')

    assert "<script" not in fragments.feed(board.feed())
