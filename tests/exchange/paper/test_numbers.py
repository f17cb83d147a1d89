from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.paper.numbers import (
    UNIT,
    Number,
    cut_down,
    cut_up,
    dumps,
    from_decimal,
    number,
    parse_units,
    plain_text,
    quotient,
    to_decimal,
)

# What JavaScript's String(x) gives for these doubles.
JAVASCRIPT = [
    (0, 1, "0"),
    (1, 1, "1"),
    (-5, 10, "-0.5"),
    (1, 10**6, "0.000001"),
    (7, 10**7, "7e-7"),
    (56, 10**8, "5.6e-7"),
    (-17, 10**8, "-1.7e-7"),
    (1, 10**11, "1e-11"),
    (123, 10**7, "0.0000123"),
    (3123616438356164, 10**19, "0.0003123616438356164"),
    (3440821596507133, 10**5, "34408215965.07133"),
    (123456789012345680000, 1, "123456789012345680000"),
    (10**21, 1, "1e+21"),
    (15 * 10**20, 1, "1.5e+21"),
    (1, 3, "0.3333333333333333"),
    (10**16, 1, "10000000000000000"),
]


@pytest.mark.parametrize(("numerator", "denominator", "text"), JAVASCRIPT)
def test_numbers_are_written_as_javascript_writes_them(
    numerator: int, denominator: int, text: str
) -> None:
    assert quotient(numerator, denominator) == text


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_fifteen_digits_survive_the_wire(units: int) -> None:
    assert Decimal(number(units)) == to_decimal(units)


@given(st.integers(-(10**20), 10**20))
def test_plain_text_reads_back(units: int) -> None:
    assert parse_units(plain_text(units)) == units


@given(st.integers(-(10**20), 10**20))
def test_a_number_keeps_its_notation_inside_javascripts_bounds(units: int) -> None:
    text = number(units)

    assert ("e" in text) == (0 < abs(units) < 100)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1e5", "1E-3", "NaN", "Infinity", "0x1", "1_0", "١", ".", "1,5", "--1"]
)
def test_only_plain_decimals_are_read(text: str) -> None:
    with pytest.raises(ValueError, match="plain decimal"):
        parse_units(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [("1", UNIT), ("-.5", -UNIT // 2), ("+2.", 2 * UNIT), ("0.000000005", 1), ("0.0000000049", 0)],
)
def test_surplus_decimals_are_rounded_half_up(text: str, units: int) -> None:
    assert parse_units(text) == units


def test_surplus_decimals_can_be_cut() -> None:
    assert parse_units("0.000000019", cut=True) == 1


def test_endless_digits_are_refused() -> None:
    with pytest.raises(ValueError, match="plain decimal"):
        parse_units("1" * 41)


def test_python_numbers_become_units() -> None:
    assert from_decimal(Decimal("7E-7")) == 70
    assert from_decimal(3) == 3 * UNIT


@given(st.integers(1, 10**16), st.integers(1, 5))
def test_a_cut_price_has_few_digits_and_stays_near(units: int, digits: int) -> None:
    down, up = cut_down(units, digits), cut_up(units, digits)

    assert down <= units <= up
    for cut in (down, up):
        assert len(str(cut).rstrip("0")) <= digits
    assert up - down < 10 ** max(1, len(str(units)) - digits + 1)


def test_json_is_compact_and_keeps_number_texts() -> None:
    row = [1, Number("7e-7"), None, True, 'say "ä"', {"a": Number("1")}, ()]

    assert dumps(row) == '[1,7e-7,null,true,"say \\"ä\\"",{"a":1},[]]'


def test_half_a_character_is_written_as_javascript_does() -> None:
    assert dumps(["\ud800", "\udfffä"]) == '["\\ud800","\\udfffä"]'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_value_reads_back(value: object) -> None:
    assert json.loads(dumps(value)) == value


@pytest.mark.parametrize(
    ("written", "read"), [("0.50", "0.5"), ("1E-7", "1e-7"), ("1e3", "1000"), ("1e999", "null")]
)
def test_what_a_caller_wrote_comes_back_as_a_double(written: str, read: str) -> None:
    assert dumps({"a": [Decimal(written)]}) == f'{{"a":[{read}]}}'


def test_a_float_has_no_json() -> None:
    with pytest.raises(TypeError):
        dumps(0.1)
