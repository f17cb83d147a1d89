"""Random things that people and bots do to an exchange, for property tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT, plain_text
from exchange.paper.trading.amending import Change
from exchange.paper.trading.orders import (
    CLOSE,
    HIDDEN,
    ONE_CANCELS_OTHER,
    POST_ONLY,
    REDUCE_ONLY,
    Kind,
    Order,
    Style,
)
from tests.exchange.paper.tickets import SYMBOL, place

PEOPLE = ("ann", "bob")

_people = st.sampled_from(PEOPLE)
_amounts = st.integers(4_000, UNIT // 2) | st.integers(4_000, 60_000)
_signed = st.builds(lambda amount, sign: amount * sign, _amounts, st.sampled_from((1, -1)))
# Whole dollars away from the fair price, where most of the traffic is.
_offsets = st.integers(-30, 30)
_on_margin = st.booleans()
_flags = st.sampled_from((0, 0, POST_ONLY, HIDDEN, HIDDEN | POST_ONLY, REDUCE_ONLY, CLOSE))
_metas = st.sampled_from(({}, {"make_visible": 1}, {"protect_selfmatch": 1}))
_lives_ms = st.none() | st.integers(1, 20)
_at_once = st.sampled_from((Style.MARKET, Style.IMMEDIATE, Style.FILL_OR_KILL))
_stops = st.sampled_from((Style.STOP, Style.STOP_LIMIT, Style.TRAILING_STOP))
_any_order = st.integers(0, 50)

# What people do; no bot has a part in it.
PEOPLES_MOVES = (
    st.tuples(st.just("limit"), _people, _signed, _offsets, _on_margin, _flags, _metas, _lives_ms),
    st.tuples(st.just("at once"), _people, _signed, _offsets, _on_margin, _at_once),
    st.tuples(st.just("stop"), _people, _signed, _offsets, _on_margin, _stops),
    st.tuples(st.just("pair"), _people, _signed, st.integers(0, 30), _on_margin),
    st.tuples(st.just("amend"), _any_order, st.none() | _amounts, st.none() | _offsets, _flags),
    st.tuples(st.just("cancel"), _any_order),
    st.tuples(st.just("tick")),
)
MOVES = st.one_of(
    *PEOPLES_MOVES,
    st.tuples(st.just("bots"), _signed, _offsets),
    st.tuples(st.just("move"), _offsets | st.sampled_from((-9_000, 9_000))),
    st.tuples(st.just("steps"), st.integers(1, 10)),
)


def _near(engine: Engine, offset: int) -> int:
    return engine.prices.fair(engine.markets[SYMBOL].market) // UNIT + offset


def _kind(style: Style, on_margin: bool) -> Kind:
    return (Kind.MARGIN_LIMIT if on_margin else Kind.LIMIT).styled(style)


def _limit(
    engine: Engine,
    who: str,
    amount: int,
    offset: int,
    on_margin: bool,
    flags: int,
    meta: dict[str, Any],
    life_ms: int | None,
) -> None:
    if not on_margin:
        flags &= ~(REDUCE_ONLY | CLOSE)
    place(
        engine,
        plain_text(amount),
        str(_near(engine, offset)),
        who=who,
        kind=_kind(Style.LIMIT, on_margin),
        flags=flags,
        meta=meta,
        tif_ms=None if life_ms is None else engine.clock() + life_ms,
    )


def _trade(
    engine: Engine, who: str, amount: int, offset: int, on_margin: bool, style: Style
) -> None:
    price = None if style is Style.MARKET else str(_near(engine, offset))
    place(engine, plain_text(amount), price, who=who, kind=_kind(style, on_margin))


def _stop(
    engine: Engine, who: str, amount: int, offset: int, on_margin: bool, style: Style
) -> None:
    price = None if style is Style.TRAILING_STOP else str(_near(engine, offset))
    place(
        engine,
        plain_text(amount),
        price,
        who=who,
        kind=_kind(style, on_margin),
        auxiliary=_near(engine, offset // 2) * UNIT if style is Style.STOP_LIMIT else 0,
        trailing=abs(offset + 1) * UNIT if style is Style.TRAILING_STOP else 0,
    )


def _pair(engine: Engine, who: str, amount: int, offset: int, on_margin: bool) -> None:
    away = offset if amount < 0 else -offset
    place(
        engine,
        plain_text(amount),
        str(_near(engine, away)),
        who=who,
        kind=_kind(Style.LIMIT, on_margin),
        flags=ONE_CANCELS_OTHER,
        oco_stop=_near(engine, -away) * UNIT,
    )


def _waiting(engine: Engine, place_in_line: int) -> Order | None:
    waiting = [order for who in PEOPLE for order in engine.desk.open_orders(who)]
    return waiting[place_in_line % len(waiting)] if waiting else None


def _cancel(engine: Engine, place_in_line: int) -> None:
    order = _waiting(engine, place_in_line)
    if order is not None:
        engine.cancel(order)


def _amend(
    engine: Engine, place_in_line: int, amount: int | None, offset: int | None, flags: int
) -> None:
    order = _waiting(engine, place_in_line)
    if order is None:
        return
    has_price = not order.trailing and offset is not None
    change = Change(
        amount=None if amount is None else amount * order.sign,
        price=_near(engine, offset or 0) * UNIT if has_price else None,
        trailing=abs(offset + 1) * UNIT if order.trailing and offset is not None else None,
        flags=flags & (HIDDEN | POST_ONLY) | order.flags & ~(HIDDEN | POST_ONLY),
    )
    engine.amend(order, change)


def _tick(engine: Engine) -> None:
    engine.desk.tick()


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
    "at once": _trade,
    "stop": _stop,
    "pair": _pair,
    "amend": _amend,
    "cancel": _cancel,
    "tick": _tick,
    "bots": _bots,
    "move": _move,
    "steps": _steps,
}
