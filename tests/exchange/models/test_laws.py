"""What holds for every model that is read from an array."""

from __future__ import annotations

import json
import pkgutil
from contextlib import suppress
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange import wire
from exchange.errors import DecodeError
from tests.exchange import models
from tests.exchange.models.samples import JSON

MODULES = [
    module
    for found in pkgutil.iter_modules(models.__path__, f"{models.__name__}.")
    if hasattr(module := import_module(found.name), "SAMPLES")
]
SAMPLES = {type(sample.model()).__name__: sample for module in MODULES for sample in module.SAMPLES}
every_model = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


@every_model
def test_a_longer_row_is_read_all_the_same(sample):
    longer = [*wire.loads(sample.text), "new", {"and": "newer"}]

    assert sample.read(longer) == sample.model()


@every_model
@pytest.mark.parametrize("row", [None, {}, [], [1], "row", 5, [True] * 60, [None] * 60], ids=str)
def test_a_wrong_shape_is_a_decode_error(sample, row):
    with pytest.raises(DecodeError):
        sample.read(row)


def fractions_of(row: Any) -> list[Any]:
    """Return the row once for each number with a fraction in it, that number made a text."""
    return [
        [*row[:place], "much", *row[place + 1 :]]
        for place, member in enumerate(row)
        if not isinstance(member, int | str | list | dict | None)
    ]


@every_model
def test_a_text_is_no_amount_in_any_place(sample):
    for row in fractions_of(wire.loads(sample.text)):
        with pytest.raises(DecodeError):
            sample.read(row)


@every_model
@given(row=JSON)
def test_any_json_gives_a_model_or_a_decode_error(sample, row):
    with suppress(DecodeError):
        sample.read(wire.loads(json.dumps(row)))


@every_model
@given(data=st.data())
def test_a_good_row_with_one_odd_member_gives_a_model_or_a_decode_error(sample, data):
    row = wire.loads(sample.text)
    row[data.draw(st.integers(0, len(row) - 1))] = data.draw(JSON)
    with suppress(DecodeError):
        sample.read(wire.loads(json.dumps(row, default=str)))


@every_model
def test_a_bool_is_no_number_in_any_place_that_is_read(sample):
    row = wire.loads(sample.text)
    for place, member in enumerate(row):
        if not isinstance(member, int | Decimal):
            continue
        with suppress(DecodeError):
            assert sample.read([*row[:place], member > 0, *row[place + 1 :]]) == sample.model()
