from __future__ import annotations

import pytest

from exchange.paper.faults.json_text import mapped, read, replaced

TEXT = '[1,"te",[7e-7,1.10,"a"],{"b":[null,true]}]'


@pytest.mark.parametrize(
    ("at", "value", "expected"),
    [
        ((0,), "NaN", '[NaN,"te",[7e-7,1.10,"a"],{"b":[null,true]}]'),
        ((2, 1), "null", '[1,"te",[7e-7,null,"a"],{"b":[null,true]}]'),
        ((3, "b", 1), '"x"', '[1,"te",[7e-7,1.10,"a"],{"b":[null,"x"]}]'),
        ((-2, -1), "[]", '[1,"te",[7e-7,1.10,[]],{"b":[null,true]}]'),
        ((), "{}", "{}"),
    ],
)
def test_one_value_changes_and_every_other_character_stays(
    at: tuple[int | str, ...], value: str, expected: str
) -> None:
    assert replaced(TEXT, at, value) == expected


@pytest.mark.parametrize("at", [(9,), (2, 9), ("b",), (3, 0), (3, "c"), (1, 0), (0, 0)])
def test_a_place_that_is_not_there_is_an_error(at: tuple[int | str, ...]) -> None:
    with pytest.raises(LookupError):
        replaced(TEXT, at, "1")


def test_every_text_is_changed_and_no_name() -> None:
    assert mapped(read(TEXT), str.upper) == ["1", "TE", ["7e-7", "1.10", "A"], {"b": [None, True]}]
