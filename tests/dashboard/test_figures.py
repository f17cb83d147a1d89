"""Numbers for people and numbers for machines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import figures

NARROW = "\u202f"
prices = st.decimals(min_value="1e-8", max_value="1e9", allow_nan=False, places=8)


@pytest.mark.parametrize(
    ("price", "text"),
    [
        ("61240", f"61{NARROW}240"),
        ("61240.5", f"61{NARROW}240.5"),
        ("1.2", "1.2000"),
        ("0.5", "0.50000"),
        ("0.00001234", "0.00001234"),
        ("2400.1", f"2{NARROW}400.1"),
        ("0", "0.00"),
    ],
)
def test_a_price_shows_the_exchanges_five_significant_digits(price: str, text: str) -> None:
    assert figures.price_text(Decimal(price)) == text


@given(prices)
def test_a_price_is_never_rounded_away_from_what_the_exchange_said(price: Decimal) -> None:
    shown = figures.price_text(price).replace(NARROW, "")

    assert Decimal(shown) == price


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_the_plain_form_reads_back_as_the_same_number_and_has_no_exponent(value: Decimal) -> None:
    text = figures.plain(value)

    assert "e" not in text.lower()
    assert Decimal(text) == value


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.5", "0.50"),
        ("0.00000001", "0.00000001"),
        ("1234567.125", f"1{NARROW}234{NARROW}567.125"),
        ("0.999999999", "0.99999999"),
        ("1e24", NARROW.join(["1", *["000"] * 8]) + ".00"),
    ],
)
def test_an_amount_keeps_every_decimal_that_counts(amount: str, text: str) -> None:
    assert figures.amount_text(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("fraction", "tone", "text"),
    [
        ("0.0124", "up", f"▲ +1.24{NARROW}%"),
        ("-0.0124", "down", f"▼ −1.24{NARROW}%"),
        ("0.0004", "flat", f"+0.04{NARROW}%"),
        ("-0.0004", "flat", f"−0.04{NARROW}%"),
    ],
)
def test_a_change_says_its_direction_by_sign_and_arrow(fraction: str, tone: str, text: str) -> None:
    assert figures.change_tone(Decimal(fraction)) == tone
    assert figures.change_text(Decimal(fraction)) == text


@pytest.mark.parametrize(
    ("volume", "text"),
    [
        ("2134.5", f"2.13{NARROW}k"),
        ("12", "12.0"),
        ("1.5", "1.50"),
        ("5e12", f"5{NARROW}000{NARROW}G"),
    ],
)
def test_a_volume_is_short(volume: str, text: str) -> None:
    assert figures.size_text(Decimal(volume)) == text


@pytest.mark.parametrize(
    ("age_ms", "text"),
    [(300, "0.3 s"), (9_999, "9.9 s"), (18_000, "18 s"), (130_000, "2 min"), (8_000_000, "2 h")],
)
def test_an_age_is_counted_down_never_up(age_ms: int, text: str) -> None:
    assert figures.age_text(age_ms) == text.replace(" ", NARROW)


@pytest.mark.parametrize(
    "draw",
    [
        figures.price_text,
        figures.amount_text,
        figures.money_text,
        figures.size_text,
        figures.change_text,
        figures.age_text,
    ],
)
def test_what_is_not_known_is_a_dash(draw: object) -> None:
    assert draw(None) == "–"  # type: ignore[operator]
