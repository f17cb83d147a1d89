from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from exchange import rows
from exchange.errors import DecodeError
from exchange.wire import RawNumber


def test_a_number_may_come_whole_parsed_or_raw():
    assert rows.decimal(3) == Decimal(3)
    assert rows.decimal(Decimal("1.5")) == Decimal("1.5")
    assert rows.decimal(RawNumber("7e-7")) == Decimal("7E-7")
    assert rows.optional_decimal(None) is None
    assert rows.optional_decimal(1) == 1


@pytest.mark.parametrize("value", [True, "1.5", None, [1], 1.5, {}])
def test_what_is_no_number_is_none(value):
    with pytest.raises(TypeError, match="not a number"):
        rows.decimal(value)


@pytest.mark.parametrize(
    "value", ["1e60", "-1e400", "1e-60", "0e-999", "1" * 61, "0." + "1" * 61], ids=range(6)
)
@pytest.mark.parametrize("parsed", [RawNumber, Decimal])
def test_a_number_beyond_any_money_is_refused(value, parsed):
    with pytest.raises(ValueError, match="beyond"):
        rows.decimal(parsed(value))
    with pytest.raises(ValueError, match="beyond"):
        rows.decimals([1, parsed(value)])


def test_a_whole_number_beyond_any_money_is_refused():
    with pytest.raises(ValueError, match="beyond"):
        rows.decimal(10**60)


@pytest.mark.parametrize("value", ["9e59", "1e-59", "-" + "1" * 60, "0." + "1" * 60])
def test_a_number_of_sixty_digits_is_read_to_the_last(value):
    assert str(rows.decimal(RawNumber(value))) == str(Decimal(value))
    assert rows.decimals([Decimal(value)]) == [Decimal(value)]


def test_numbers_are_read_together_as_one_by_one():
    assert rows.decimals([3, Decimal("1.5"), RawNumber("7e-7")]) == [
        Decimal(3),
        Decimal("1.5"),
        Decimal("7E-7"),
    ]
    assert rows.decimals([]) == []


@pytest.mark.parametrize("value", [True, "1.5", None, [1], 1.5, {}])
def test_one_that_is_no_number_spoils_them_all(value):
    with pytest.raises(TypeError, match="not a number"):
        rows.decimals([1, value, 2])


@pytest.mark.parametrize("value", ["0.00004", "-12", "1e-7", "2000.0"])
def test_numbers_as_text_are_read(value):
    assert rows.decimal_text(value) == Decimal(value)


@pytest.mark.parametrize(
    "value", ["", "1,5", "1_0", " 1", "NaN", "٣", "1e9999", RawNumber("1.5"), 1]
)
def test_other_text_is_no_number(value):
    with pytest.raises(TypeError, match="not a number as text"):
        rows.decimal_text(value)


def test_whole_numbers_may_come_as_text():
    assert rows.integer(5) == 5
    assert rows.integer("4096") == 4096
    assert rows.integer("-1") == -1
    assert rows.optional_integer(None) is None
    assert rows.optional_integer("0") == 0


@pytest.mark.parametrize("value", [True, "1.5", "", "٣", RawNumber("1.0"), Decimal(1), None])
def test_other_values_are_no_whole_number(value):
    with pytest.raises(TypeError, match="not a whole number"):
        rows.integer(value)


def test_text_is_text_and_not_a_raw_number():
    assert rows.text("a") == "a"
    assert rows.optional_text(None) is None
    assert rows.optional_text("a") == "a"
    with pytest.raises(TypeError, match="not a text"):
        rows.text(RawNumber("1.5"))


def test_a_flag_is_0_or_1():
    assert [rows.flag(value) for value in (0, 1, False, True)] == [False, True, False, True]
    for value in (2, "1", None, Decimal(1), [], RawNumber("1.0")):
        with pytest.raises(TypeError, match="not a flag"):
            rows.flag(value)


def test_times_are_utc_and_exact_to_the_millisecond():
    assert rows.time_ms(1700000000123) == datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=UTC)
    assert rows.optional_time_ms(None) is None
    assert rows.optional_time_ms(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert rows.time_seconds("1710328265.9690602").microsecond == 969060
    for value in ("1700000000123", True, None, Decimal(1)):
        with pytest.raises(TypeError, match="not a time"):
            rows.time_ms(value)


def test_an_array_may_be_longer_but_not_shorter():
    assert rows.array([1, 2, 3], 2) == [1, 2, 3]
    with pytest.raises(ValueError, match="1 members where 2 are due"):
        rows.array([1], 2)
    with pytest.raises(TypeError, match="not an array"):
        rows.array({}, 0)


@pytest.mark.parametrize("fault", [TypeError, ValueError, KeyError, IndexError, OverflowError])
def test_a_failure_to_read_names_what_was_read(fault):
    @rows.decodes
    def read_thing(row: list[int]) -> int:
        raise fault("odd")

    with pytest.raises(DecodeError, match=r"read_thing row .*odd") as caught:
        read_thing([1])

    assert isinstance(caught.value.__cause__, fault)


def test_a_long_row_is_cut_in_the_message():
    @rows.decodes
    def read_thing(row: list[int]) -> int:
        raise ValueError("odd")

    with pytest.raises(DecodeError) as caught:
        read_thing(list(range(10_000)))

    assert len(str(caught.value)) < 300


def test_some_numbers_come_in_either_form():
    assert rows.number("1.50") == rows.number(Decimal("1.5"))
    assert rows.optional_number(None) is None
    assert rows.optional_number("0") == 0


@pytest.mark.parametrize("value", ["", "x", True, None, [1]])
def test_other_values_are_a_number_in_neither_form(value):
    with pytest.raises(TypeError):
        rows.number(value)


def test_a_flag_that_is_missing_is_no():
    assert rows.optional_flag(None) is False
    assert rows.optional_flag(1) is True
    with pytest.raises(TypeError):
        rows.optional_flag(2)


def test_a_short_row_is_filled_up_and_a_long_one_left_alone():
    assert rows.padded([1], 1, 3) == [1, None, None]
    assert rows.padded([1, 2, 3, 4], 1, 3) == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="1 members where 2 are due"):
        rows.padded([1], 2, 3)


def test_an_object_is_nothing_else():
    assert rows.mapping({"a": 1}) == {"a": 1}
    with pytest.raises(TypeError, match="not an object"):
        rows.mapping([])
