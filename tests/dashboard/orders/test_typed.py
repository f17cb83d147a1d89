from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.orders.typed import NotANumber, typed_number

REFUSED = {
    "b01 empty": ("", "Enter an amount."),
    "b02 zero": ("0", "must be above 0"),
    "b02 long zero": ("0.00000000", "must be above 0"),
    "b02 minus zero": ("-0", "without a sign"),
    "b03 negative": ("-1", "without a sign"),
    "b03 plus": ("+1", "without a sign"),
    "b04 comma": ("1,5", "Use a point: 1.5."),
    "b05 both marks": ("1.000,50", "without separators"),
    "b05 space": ("1 000", "without separators"),
    "b05 apostrophe": ("1'000", "without separators"),
    "b05 no-break space": ("1\u00a0000", "without separators"),
    "b06 exponent": ("1e5", "no exponent"),
    "b06 negative exponent": ("1E-8", "no exponent"),
    "b07 underscore": ("1_000", "without separators"),
    "b08 full-width digits": ("１２", "plain digits"),
    "b08 arabic digit": ("٣", "plain digits"),
    "b08 fraction sign": ("½", "plain digits"),
    "b08 superscript": ("²", "plain digits"),
    "b09 nan": ("NaN", "plain digits"),
    "b09 signalling nan": ("sNaN", "plain digits"),
    "b09 infinity": ("Infinity", "plain digits"),
    "b09 minus infinity": ("-inf", "without a sign"),
    "b10 huge exponent": ("1e1000000", "no exponent"),
    "b10 many digits": ("9" * 5000, "too long"),
    "b10 thirteen digits": ("1" * 13, "too large"),
    "b11 nine decimals": ("0.123456789", "at most 8 decimals"),
    "b14 minus sign": ("\u22121", "without a sign"),
    "b14 right-to-left override": ("\u202e1", "plain digits"),
    "b14 zero-width space": ("1\u200b2", "plain digits"),
    "b15 null": ("1\x00", "plain digits"),
    "b15 line break": ("1\n2", "plain digits"),
    "b15 line break at the end": ("1\n", "plain digits"),
    "b16 currency sign": ("$5", "plain digits"),
    "b16 unit": ("5 BTC", "plain digits"),
    "b16 per cent": ("50%", "plain digits"),
    "no whole part": (".5", "plain digits"),
    "no fraction": ("1.", "plain digits"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_number_is_refused_with_its_sentence(text: str, words: str) -> None:
    with pytest.raises(NotANumber, match=words):
        typed_number(text, "amount")


@pytest.mark.parametrize("text", ["1", "0.05", "0.00000001", "999999999999.99999999", "007"])
def test_a_plain_number_is_taken_as_it_stands(text: str) -> None:
    assert typed_number(text, "amount") == Decimal(text)


def test_the_sentence_names_the_field() -> None:
    with pytest.raises(NotANumber, match=r"Enter a price\."):
        typed_number("", "price")


def test_b10_a_megabyte_is_refused_at_once() -> None:
    started = time.thread_time()
    for text in ("9" * 1_000_000, "1 000" * 200_000, "1e" * 500_000):
        with pytest.raises(NotANumber):
            typed_number(text, "amount")

    assert time.thread_time() - started < 0.1


@given(st.text(max_size=60))
def test_any_text_gives_a_number_above_0_or_a_sentence(text: str) -> None:
    number, sentence = None, ""
    try:
        number = typed_number(text, "amount")
    except NotANumber as refusal:
        sentence = str(refusal)

    assert (number is None) is sentence.endswith(".")
    assert number is None or (number > 0 and number == Decimal(text) and text.isascii())


@given(st.decimals("0.00000001", "999999999999", places=8))
def test_every_amount_the_exchange_could_take_is_taken(amount: Decimal) -> None:
    assert typed_number(format(amount, "f"), "amount") == amount
