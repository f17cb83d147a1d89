from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.paper.fields import parse_fields, units, whole
from exchange.paper.numbers import UNIT
from exchange.paper.refusals import Refusal


def test_no_body_counts_as_an_empty_object() -> None:
    assert parse_fields(b"") == parse_fields(b"{}") == parse_fields(b" \n") == {}


def test_fractions_stay_exact() -> None:
    assert parse_fields(b'{"price": 0.1}') == {"price": Decimal("0.1")}


@pytest.mark.parametrize("body", [b"[]", b"1", b"{", b'{"a": NaN}', b"\xff", b"[" * 9_999])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal, match="json: invalid"):
        parse_fields(body)


@given(st.binary(max_size=40))
def test_any_bytes_give_an_object_or_a_refusal(body: bytes) -> None:
    try:
        fields = parse_fields(body)
    except Refusal:
        return

    assert isinstance(fields, dict)


@pytest.mark.parametrize(("value", "number"), [(5, 5), ("5", 5), (None, None), (0, 0)])
def test_whole_numbers_are_read(value: object, number: int | None) -> None:
    assert whole({"id": value}, "id") == number


@pytest.mark.parametrize("value", [True, -1, "x", "-1", "1.5", Decimal("1.5"), [], {}, 2**53, "٣"])
def test_other_things_are_no_whole_numbers(value: object) -> None:
    with pytest.raises(Refusal, match="id: invalid"):
        whole({"id": value}, "id")


def test_a_missing_number_has_a_default() -> None:
    assert whole({}, "limit", 25) == 25


@pytest.mark.parametrize("value", ["1.5", Decimal("1.5")])
def test_amounts_are_texts_or_numbers(value: object) -> None:
    assert units({"amount": value}, "amount") == UNIT * 3 // 2


def test_surplus_decimals_are_rounded_or_cut() -> None:
    assert units({"amount": "0.000000019"}, "amount") == 2
    assert units({"price": "0.000000019"}, "price", cut=True) == 1


@pytest.mark.parametrize("value", [None, "", "1e5", True, [], "NaN", "five"])
def test_an_amount_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(Refusal, match="amount: invalid") as refusal:
        units({"amount": value}, "amount")

    assert refusal.value.code == 10001
