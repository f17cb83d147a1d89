"""A quote knows its age, and what may be said of it."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from dashboard.live.quotes import FIELDS, WORDS, FeedState, Quote, Standing, absent_cells, state_of


@pytest.mark.parametrize(
    ("age_ms", "is_streamed", "state"),
    [
        (0, True, FeedState.LIVE),
        (4_999, True, FeedState.LIVE),
        (5_000, True, FeedState.SLOW),
        (17_999, True, FeedState.SLOW),
        (18_000, True, FeedState.STALE),
        (0, False, FeedState.SNAPSHOT),
        (18_000, False, FeedState.STALE),
        (None, True, FeedState.OFF),
    ],
)
def test_only_a_young_streamed_value_is_live(
    age_ms: int | None, is_streamed: bool, state: FeedState
) -> None:
    assert state_of(age_ms, is_streamed=is_streamed) is state


def test_a_quote_ages_by_itself() -> None:
    quote = Quote(symbol="tBTCUSD", age_at_arrival_ms=4_000, arrived=time.monotonic() - 2)

    assert 6_000 <= quote.age_ms() < 7_000
    assert quote.state() is FeedState.SLOW


def test_every_field_has_a_cell_with_a_value_for_scripts_and_a_text_for_people() -> None:
    quote = Quote(symbol="tBTCUSD", last=Decimal("61240"), change=Decimal("-0.02"), at_ms=17)

    cells = quote.cells

    assert tuple(cells) == FIELDS
    assert (cells["last"].value, cells["last"].text) == ("61240", "61\u202f240")
    assert cells["last"].at_ms == 17
    assert (cells["change"].tone, cells["bid"].value, cells["bid"].text) == ("down", "", "–")


def test_a_symbol_without_a_quote_says_so_in_every_cell() -> None:
    assert {cell.state for cell in absent_cells("tBTCUSD").values()} == {"off"}
    assert tuple(absent_cells("tBTCUSD")) == FIELDS


@pytest.mark.parametrize("standing", [each for each in Standing if each])
def test_a_closed_market_is_never_live_however_fresh_its_last_word(standing: Standing) -> None:
    quote = Quote(symbol="tBTCUSD", last=Decimal(1), standing=standing, age_at_arrival_ms=0)
    cells = quote.cells

    assert quote.state() is FeedState.CLOSED
    assert {cell.state for cell in cells.values()} == {"closed"}
    assert (cells["standing"].value, cells["standing"].text) == (standing.value, WORDS[standing])


def test_an_open_market_says_nothing_about_its_standing() -> None:
    cells = Quote(symbol="tBTCUSD").cells

    assert (cells["standing"].value, cells["standing"].text) == ("", "")
    assert absent_cells("tBTCUSD")["standing"].text == ""
