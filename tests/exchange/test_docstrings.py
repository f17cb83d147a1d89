"""Every public name says what it gives, in which units, what it raises, and where that is written.

What is public is read from `exchange.__all__`; nothing here is a list to be kept up.
"""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import msgspec
import pytest

import exchange
from exchange.client import Client

UNITS = re.compile(r"currency|percent|fractions?\b|daily rate|US dollars")
SHAPES = re.compile(
    r"(newest|oldest|last changed) first|from the best|in the (exchange's order|order asked)"
    r"|by (pair|symbol|scope|currency|key)\b|for each, in order"
)


def exported() -> Iterator[tuple[str, Any]]:
    for name in exchange.__all__:
        found = getattr(exchange, name)
        if isinstance(found, ModuleType):
            for inner, value in vars(found).items():
                if getattr(value, "__module__", None) == found.__name__ and inner[0] != "_":
                    yield f"{name}.{inner}", value
        elif callable(found):
            yield name, found


CLASSES = {name: found for name, found in exported() if inspect.isclass(found)}
FUNCTIONS = {name: found for name, found in exported() if inspect.isfunction(found)}
MODELS = {name: found for name, found in CLASSES.items() if hasattr(found, "from_wire")}


def members() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Methods and properties that our own code gives a public class, inherited ones included."""
    for name, owner in CLASSES.items():
        for inner in dir(owner):
            value = inspect.getattr_static(owner, inner)
            value = getattr(value, "fget", None) or getattr(value, "__func__", value)
            is_ours = (getattr(value, "__module__", None) or "").startswith("exchange")
            if inner[0] != "_" and is_ours and inspect.isfunction(inspect.unwrap(value)):
                yield f"{name}.{inner}", value


MEMBERS = dict(members())
ENDPOINTS = {
    name: method
    for name, method in MEMBERS.items()
    if name.startswith(("RestV1.", "RestV2.")) and name.rpartition(".")[2] not in dir(Client)
}


def every(found: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("name", "found"), found.items(), ids=found)


def words(found: Any) -> str:
    """The docstring on one line; what a class inherits does not count."""
    text = found.__dict__.get("__doc__") if inspect.isclass(found) else found.__doc__
    return " ".join((text or "").split())


def test_the_walk_finds_what_there_is():
    assert len(CLASSES) > 90
    assert len(FUNCTIONS) >= 4
    assert len(ENDPOINTS) > 75
    assert "RestV2.every_trade" in ENDPOINTS
    assert "RestV1.new_order" in ENDPOINTS
    assert "calculations.wallet" in FUNCTIONS


@every(CLASSES | FUNCTIONS | MEMBERS)
def test_every_public_name_is_documented(name, found):
    first, *_ = re.split(r"(?<=[.:…])\s", words(found))

    assert len(first) >= 10
    assert first.endswith((".", ":", "…"))


@every(ENDPOINTS)
def test_every_endpoint_names_its_source(name, found):
    page = "v1, " if name.startswith("RestV1") else ", "

    assert re.search(rf"Source: Bitfinex docs ?{page}\S", words(found))


KINDS = {
    "public read": r"_public|_calculate|configuration\(",
    "read": r"_read\(|_read_telling\(|_present\(|_past\(",
    "write": r"_write\(|_sent\(",
    "page": r"History\(",
}


@every(ENDPOINTS)
def test_every_endpoint_says_what_it_raises_by_what_it_does(name, found):
    code = inspect.getsource(found)
    (kind,) = (kind for kind, calls in KINDS.items() if re.search(calls, code))

    assert re.search(rf"Raises as any {kind}\b", words(found))


@pytest.mark.parametrize("kind", KINDS)
def test_what_each_kind_of_call_raises_is_said_once(kind):
    assert f"- any {kind}: " in words(exchange.RestV2)


@every(ENDPOINTS)
def test_every_endpoint_that_gives_several_says_how_they_are_arranged(name, found):
    gives = inspect.signature(found).return_annotation
    if gives.startswith(("list", "dict", "Iterator")):
        assert SHAPES.search(words(found))


@every(ENDPOINTS)
def test_every_endpoint_that_takes_or_gives_bare_numbers_says_their_unit(name, found):
    signature = inspect.signature(found)
    annotations = [each.annotation for each in signature.parameters.values()]
    if any("Decimal" in str(each) for each in [*annotations, signature.return_annotation]):
        assert UNITS.search(words(found))


@every(MODELS)
def test_every_model_names_its_source_and_the_units_of_its_numbers(name, found):
    numbers = [field for field, kind in found.__annotations__.items() if "Decimal" in str(kind)]
    home = inspect.getmodule(found)

    assert re.search(r"Source: (Bitfinex docs|RFC)", words(found))
    if numbers:
        assert UNITS.search(f"{words(found)} {words(home)}")


@every({name: found for name, found in CLASSES.items() if issubclass(found, msgspec.Struct)})
def test_every_value_is_frozen(name, found):
    assert found.__struct_config__.frozen


@every({name: found for name, found in CLASSES.items() if issubclass(found, enum.Enum)})
def test_every_choice_says_where_its_words_come_from(name, found):
    assert re.search(r"Source: Bitfinex docs|v1 says|frame says|we know|flags", words(found))
