"""Random things that people and bots do to an exchange, for property tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT, plain_text
from exchange.paper.trading.orders import POST_ONLY, Kind
from tests.exchange.paper.tickets import SYMBOL, place

PEOPLE = ("ann", "bob")

_people = st.sampled_from(PEOPLE)
_amounts = st.integers(4_000, UNIT // 2) | st.integers(4_000, 60_000)
_signed = st.builds(lambda amount, sign: amount * sign, _amounts, st.sampled_from((1, -1)))
# Whole dollars away from the fair price, where most of the traffic is.
_offsets = st.integers(-30, 30)

MOVES = st.one_of(
    st.tuples(st.just("limit"), _people, _signed, _offsets, st.sampled_from((0, POST_ONLY))),
    st.tuples(
        st.just("at once"),
        _people,
        _signed,
        _offsets,
        st.sampled_from((Kind.MARKET, Kind.IMMEDIATE, Kind.FILL_OR_KILL)),
    ),
    st.tuples(st.just("cancel"), st.integers(0, 50)),
    st.tuples(st.just("bots"), _signed, _offsets),
    st.tuples(st.just("move"), _offsets),
    st.tuples(st.just("steps"), st.integers(1, 10)),
)


def _near(engine: Engine, offset: int) -> int:
    return engine.prices.fair(engine.markets[SYMBOL].market) // UNIT + offset


def _limit(engine: Engine, who: str, amount: int, offset: int, flags: int) -> None:
    place(engine, plain_text(amount), str(_near(engine, offset)), who=who, flags=flags)


def _at_once(engine: Engine, who: str, amount: int, offset: int, kind: Kind) -> None:
    price = None if kind is Kind.MARKET else str(_near(engine, offset))
    place(engine, plain_text(amount), price, who=who, kind=kind)


def _cancel(engine: Engine, place_in_line: int) -> None:
    waiting = [order for who in PEOPLE for order in engine.desk.open_orders(who)]
    if waiting:
        engine.cancel(waiting[place_in_line % len(waiting)])


def _bots(engine: Engine, amount: int, offset: int) -> None:
    limit = _near(engine, offset) * UNIT
    engine.bots_trade(SYMBOL, is_buy=amount > 0, amount=abs(amount), limit=limit)


def _move(engine: Engine, offset: int) -> None:
    engine.move_price(SYMBOL, _near(engine, offset) * UNIT)


def _steps(engine: Engine, steps: int) -> None:
    for _ in range(steps):
        engine.step()


ACTIONS: dict[str, Callable[..., Any]] = {
    "limit": _limit,
    "at once": _at_once,
    "cancel": _cancel,
    "bots": _bots,
    "move": _move,
    "steps": _steps,
}
