"""One drawing of a figure for the page, the refetch and the socket."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live import fragments
from dashboard.live.board import Board
from dashboard.live.depth import BookView, PublicTrade, TradesView, levels
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


def test_a_book_shows_both_sides_and_running_totals() -> None:
    book = BookView(
        symbol="tBTCUSD",
        at_ms=1,
        bids=levels([(Decimal(100), Decimal(1), 1), (Decimal(99), Decimal(2), 1)]),
        asks=levels([(Decimal(101), Decimal(5), 1)]),
    )

    drawn = fragments.book("tBTCUSD", book)

    assert 'data-live-part="book:tBTCUSD"' in drawn
    assert drawn.count("<tr>") == 3
    assert '<td class="total">3.00</td>' in drawn
    assert book.spread == 1


def test_a_trade_says_its_side_by_an_arrow_too() -> None:
    trade = PublicTrade(id=7, time_ms=0, side="sell", amount=Decimal(1), price=Decimal(100))
    drawn = fragments.trades("tBTCUSD", TradesView(symbol="tBTCUSD", at_ms=1, trades=(trade,)))

    assert 'class="sell"' in drawn
    assert "▼" in drawn
    assert "00:00:00" in drawn


@pytest.mark.parametrize("draw", [fragments.book, fragments.trades])
def test_a_part_without_data_says_that_it_waits(draw) -> None:  # type: ignore[no-untyped-def]
    drawn = draw("tBTCUSD", None)

    assert "Waiting for" in drawn
    assert 'data-state="off"' in drawn


def test_words_of_the_relay_cannot_become_markup() -> None:
    board = Board()
    board.hear_relay(5, '"><script>alert(1)</script>')

    assert "<script" not in fragments.feed(board.feed())
