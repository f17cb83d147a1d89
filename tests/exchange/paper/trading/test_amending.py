from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT, parse_units
from exchange.paper.refusals import Refusal
from exchange.paper.trading.amending import Change
from exchange.paper.trading.orders import HIDDEN, POST_ONLY, Kind
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.tickets import SYMBOL, check_laws, place
from tests.exchange.paper.trading.test_execution import available, best, last, pair


def test_a_new_price_and_amount_hold_back_what_they_need(engine: Engine, clock: Clock) -> None:
    order = place(engine, "0.1", "50000")
    clock.ms += 5
    changed = engine.amend(order, Change(price=40_000 * UNIT, amount=UNIT // 5))

    assert (order.remaining, order.price) == (UNIT // 5, 40_000 * UNIT)
    assert order.amount == parse_units("0.2")
    assert order.updated_ms == clock.ms
    assert (changed.remaining, changed.status()) == (UNIT // 5, "ACTIVE")
    assert available(engine, "USD") == parse_units("42000")
    check_laws(engine)


def test_a_delta_is_added_to_what_remains(engine: Engine) -> None:
    order = place(engine, "-0.1", "70000")
    engine.amend(order, Change(delta=-UNIT // 10))

    assert order.remaining == UNIT // 5
    assert available(engine, "BTC") == parse_units("0.3")


def test_after_a_part_was_filled_the_amount_means_what_remains(engine: Engine) -> None:
    ask = best(engine, is_buy=False)
    order = place(engine, "-0.1", f"{ask - 1}")
    engine.bots_trade(SYMBOL, is_buy=True, amount=UNIT // 25, limit=(ask - 1) * UNIT)
    engine.amend(order, Change(amount=-UNIT // 50))
    engine.bots_trade(SYMBOL, is_buy=True, amount=UNIT, limit=(ask - 1) * UNIT)

    assert order.executed == parse_units("0.06")
    assert order.status() == f"EXECUTED @ {ask - 1}(-0.06)"
    assert order.amount == parse_units("-0.06")
    check_laws(engine)


@pytest.mark.parametrize(
    ("change", "keeps_its_place"),
    [
        (Change(amount=UNIT // 20), True),
        (Change(delta=-UNIT // 20), True),
        (Change(gid=5, tif_ms=2**45, meta={"aff_code": "x"}), True),
        (Change(flags=POST_ONLY), True),
        (Change(amount=UNIT // 5), False),
        (Change(flags=HIDDEN), False),
    ],
)
def test_less_of_an_order_keeps_its_place_in_line(
    engine: Engine, change: Change, keeps_its_place: bool
) -> None:
    bid = best(engine, is_buy=True) + 1
    first = place(engine, "0.1", f"{bid}")
    second = place(engine, "0.1", f"{bid}", who="bob")
    engine.amend(first, change)
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=bid * UNIT)

    assert (first.executed, second.executed) == ((1_000, 0) if keeps_its_place else (0, 1_000))
    check_laws(engine)


def test_a_price_that_comes_back_has_lost_its_place(engine: Engine) -> None:
    bid = best(engine, is_buy=True) + 1
    first = place(engine, "0.1", f"{bid}")
    second = place(engine, "0.1", f"{bid}", who="bob")
    for price in (bid - 5, bid):
        engine.amend(first, Change(price=price * UNIT))
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=bid * UNIT)

    assert (first.executed, second.executed) == (0, 1_000)


def test_a_price_that_crosses_trades_at_once(engine: Engine) -> None:
    order = place(engine, "0.01", "50000")
    changed = engine.amend(order, Change(price=(best(engine, is_buy=False) + 50) * UNIT))

    assert changed.status() == "ACTIVE"
    assert order.status().startswith("EXECUTED @ ")
    check_laws(engine)


def test_a_price_that_crosses_ends_what_may_only_wait(engine: Engine) -> None:
    order = place(engine, "0.01", "50000", flags=POST_ONLY)
    engine.amend(order, Change(price=70_000 * UNIT))

    assert order.status() == "POSTONLY CANCELED"
    assert available(engine, "USD") == parse_units("50000")


def test_a_stop_moves_its_price_and_its_distance(engine: Engine) -> None:
    start = last(engine)
    stop = place(engine, "-0.1", f"{start - 500}", kind=Kind.STOP)
    trailing = place(engine, "-0.1", kind=Kind.TRAILING_STOP, trailing=500 * UNIT)
    engine.amend(stop, Change(price=(start - 100) * UNIT))
    engine.amend(trailing, Change(trailing=100 * UNIT))
    engine.move_price(SYMBOL, (start - 200) * UNIT)
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=None)

    assert stop.status().startswith("EXECUTED @ ")
    assert trailing.status().startswith("EXECUTED @ ")
    check_laws(engine)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(amount=-UNIT), "amount must keep its side"),
        (Change(delta=-UNIT), "amount must keep its side"),
        (Change(amount=1), "minimum size for BTC/USD"),
        (Change(amount=3_000 * UNIT), "maximum size for BTC/USD"),
        (Change(amount=2 * UNIT), "not enough exchange balance for 2 BTCUSD at 50000.0"),
        (Change(price=600_000 * UNIT), "not enough exchange balance for 0.1 BTCUSD at 600000.0"),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(
    engine: Engine, change: Change, words: str
) -> None:
    order = place(engine, "0.1", "50000")
    before, funds = replace(order), available(engine, "USD")
    with pytest.raises(Refusal, match=words):
        engine.amend(order, change)

    assert order == before
    assert available(engine, "USD") == funds
    check_laws(engine)


def test_all_that_is_free_and_held_back_may_be_used(engine: Engine) -> None:
    order = place(engine, "0.9", "50000")
    engine.amend(order, Change(amount=UNIT))

    assert available(engine, "USD") == 0


def test_a_pair_keeps_its_terms(engine: Engine) -> None:
    limit, stop = pair(engine, "-0.2", last(engine) + 300, last(engine) - 300)
    for order in (limit, stop):
        with pytest.raises(Refusal, match="OCO"):
            engine.amend(order, Change(price=order.price + UNIT))
    engine.amend(limit, Change(gid=9))

    assert (limit.gid, stop.gid) == (9, None)
    check_laws(engine)


def test_a_changed_time_in_force_is_kept_to(engine: Engine, clock: Clock) -> None:
    order = place(engine, "0.1", "50000", tif_ms=clock.ms + 5)
    engine.amend(order, Change(tif_ms=clock.ms + 50))
    clock.ms += 10
    engine.step()
    before = order.is_open
    clock.ms += 40
    engine.step()

    assert before
    assert order.status() == "CANCELED"
