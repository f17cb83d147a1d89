from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exchange import wire
from exchange.errors import DecodeError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_fraction_becomes_the_decimal_it_is_written_as():
    assert wire.loads("[0.1, 1.50, 7e-7, 34408215965.07133]") == [
        Decimal("0.1"),
        Decimal("1.50"),
        Decimal("7E-7"),
        Decimal("34408215965.07133"),
    ]


def test_a_whole_number_stays_a_whole_number():
    assert [type(number) for number in wire.loads("[1, -2, 9007199254740993]")] == [int] * 3


def test_raw_numbers_keep_their_characters():
    assert wire.loads_raw("[7e-7, 1.50, 1e-11]") == ["7e-7", "1.50", "1e-11"]
    assert {type(number) for number in wire.loads_raw("[7e-7, 1.50]")} == {wire.RawNumber}


def test_bytes_are_read_as_utf_8():
    assert wire.loads('["é"]'.encode()) == ["é"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nope",
        "[NaN]",
        "[Infinity]",
        "[-Infinity]",
        "[1e99999999999999999999]",
        "[1" + "0" * 5000 + "]",
        "[" * 100_000,
        b"\xff\xfe",
        "[1] [2]",
        "<html>",
        '["\\ud800"]',
        '["\ud800"]',
        b'["\xc3("]',
        "[01]",
        "[1.]",
    ],
    ids=range(16),
)
def test_what_is_not_json_is_a_decode_error(text):
    with pytest.raises(DecodeError, match="not JSON we accept"):
        wire.loads(text)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[5,{"a":', "}]")])
def test_what_is_nested_beyond_a_hundred_levels_is_a_decode_error(opening, closing):
    levels = opening.count("[") + opening.count("{")
    deepest = opening * (100 // levels) + "0" + closing * (100 // levels)

    assert str(wire.loads(deepest)).count("0") == 1
    with pytest.raises(DecodeError, match="nested more than 100 deep"):
        wire.loads(f"[{deepest}]")


def test_a_hundred_levels_with_more_brackets_are_not_too_deep():
    deepest = "[[]," + "[" * 99 + "0" + "]" * 99 + "]"

    assert wire.loads(deepest)[0] == []


def test_a_long_list_is_not_deep():
    assert len(wire.loads("[" + ",".join(["[1]"] * 5000) + "]")) == 5000


@given(st.text() | st.binary() | JSON.map(json.dumps))
@example("[" * 100_000)
def test_any_text_gives_json_or_a_decode_error(text):
    for loads in (wire.loads, wire.loads_raw):
        with suppress(DecodeError):
            loads(text)


@given(JSON)
@example([-0.0, 1e-7, 10**400, "\U0001f30a", {"a": [1.50]}])
def test_another_parser_reads_the_same(value):
    with suppress(UnicodeEncodeError, ValueError):
        text = json.dumps(value, ensure_ascii=False, allow_nan=False).encode().decode()

        assert repr(wire.loads(text)) == repr(json.loads(text, parse_float=Decimal))
        assert repr(wire.loads_raw(text.encode())) == repr(json.loads(text, parse_float=str))


def test_dumps_is_compact_and_keeps_the_order():
    assert wire.dumps({"b": 1, "a": [True, None, "é"]}) == b'{"b":1,"a":[true,null,"\\u00e9"]}'


def test_dumps_refuses_a_decimal_and_a_nan():
    with pytest.raises(TypeError):
        wire.dumps({"amount": Decimal("1")})
    with pytest.raises(ValueError, match="not JSON compliant"):
        wire.dumps([float("nan")])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("7E-7", "0.0000007"),
        ("1E+3", "1000"),
        ("-0.10", "-0.10"),
        ("-0", "0"),
        ("61234.5", "61234.5"),
    ],
)
def test_plain_never_writes_an_exponent(number, text):
    assert wire.plain(Decimal(number)) == text


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_plain_refuses_what_is_no_number(number):
    with pytest.raises(ValueError, match="no plain form"):
        wire.plain(Decimal(number))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_plain_text_reads_back_as_the_same_number(number):
    text = wire.plain(number)

    assert Decimal(text) == number
    assert set(text) <= set("-.0123456789")
