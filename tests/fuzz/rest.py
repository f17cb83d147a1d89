"""Any answer of REST gives a model, a verdict or the one decode error.

An input's first byte chooses what is to be read, the second the HTTP status, the rest is the body.
Every reader and every judge of `exchange` takes part by itself, a new one too.
"""

from __future__ import annotations

import inspect
import pkgutil
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from exchange import wire
from exchange.errors import DecodeError, ExchangeError
from exchange.models.orders import Order
from exchange.new_order import NewOrder
from exchange.order_operations import CancelOrders, OrderUpdate
from tests.fuzz import mutations

ORDER = NewOrder(symbol="tBTCUSD", type="EXCHANGE MARKET", amount=wire.loads("0.5"), cid=7)
CHANGE = OrderUpdate(id=7, price=wire.loads("1.5"))
# What readers and judges want to know besides the answer.
CIRCUMSTANCES: dict[str, Any] = {
    "symbol": "tBTCUSD",
    "sent": True,
    "read": Order.from_wire,
    "expected_id": 97084883506,
    "expected_cid": 1655110144596,
    "expected_ids": {97084883506},
    "change": CHANGE,
    "operations": [ORDER, CHANGE, CancelOrders(ids=(97084883506,))],
}
STATUSES = (200, 200, 200, 400, 401, 403, 429, 500, 502, 503)
SEEDS = Path(__file__).with_name("rest_seeds.txt")


def modules(package: str) -> Iterator[ModuleType]:
    """Every module of one of the packages of `exchange`."""
    path = import_module(f"exchange.{package}").__path__
    for found in pkgutil.iter_modules(path, f"exchange.{package}."):
        yield import_module(found.name)


def readers() -> dict[str, Callable[..., Any]]:
    """All that turns a parsed row or object into a model."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules("models"):
        for name, value in vars(module).items():
            if getattr(value, "__module__", None) != module.__name__ or name.startswith("_"):
                continue
            if hasattr(value, "from_wire"):
                found[name] = value.from_wire
            elif inspect.isfunction(value) and hasattr(value, "__wrapped__"):
                found[f"{module.__name__}.{name}"] = value
    return found


def judges() -> dict[str, Callable[..., Any]]:
    """All that decide what the answer to a call means."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules("outcomes"):
        for name, value in vars(module).items():
            is_own = getattr(value, "__module__", None) == module.__name__
            if is_own and inspect.isfunction(value) and not name.startswith("_"):
                found[f"{module.__name__}.{name}"] = value
    return found


def prepared(function: Callable[..., Any]) -> Callable[[int, Any], Any]:
    """A reader or a judge as a function of status and answer alone."""
    # The decorator of readers hides what the function itself takes.
    names = list(inspect.signature(function, follow_wrapped=True).parameters)
    names = [name for name in names if name != "cls"]

    def call(status: int, answer: Any) -> Any:
        own = {"status": status, **CIRCUMSTANCES}
        return function(*(own.get(name, answer) for name in names[:1]), **rest(names[1:], answer))

    def rest(left: list[str], answer: Any) -> dict[str, Any]:
        return {name: CIRCUMSTANCES.get(name, answer) for name in left}

    return call


READERS = [prepared(reader) for reader in readers().values()]
JUDGES = [prepared(judge) for judge in judges().values()]


def check(data: bytes) -> Any:
    """Read one answer. Returns what it means, None for no JSON; raises what nobody expects."""
    if len(data) < 2:
        return None
    chosen, status = data[0] % (len(READERS) + len(JUDGES)), STATUSES[data[1] % len(STATUSES)]
    try:
        answer = wire.loads(data[2:])
    except DecodeError:
        return None
    if chosen < len(READERS):
        with suppress(DecodeError):
            return READERS[chosen](status, answer)
        return None
    verdict = JUDGES[chosen - len(READERS)](status, answer)
    if isinstance(verdict, BaseException) and not isinstance(verdict, ExchangeError):
        raise TypeError(f"no verdict: {verdict!r}")
    return verdict


def mutated(data: bytes, chance: random.Random) -> bytes | None:
    """The same with another answer that is JSON, or None where there is none."""
    body = mutations.mutated(data[2:], chance)
    return None if body is None else data[:2] + body


def seeds() -> list[bytes]:
    """Every recorded body, for every reader and judge."""
    bodies = SEEDS.read_bytes().splitlines()
    count = len(READERS) + len(JUDGES)
    return [bytes([chosen, 0]) + body for chosen in range(count) for body in bodies]
