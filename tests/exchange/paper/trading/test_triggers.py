from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exchange.paper.market.markets import catalogue
from exchange.paper.numbers import UNIT
from exchange.paper.trading.orders import Kind, Order
from exchange.paper.trading.triggers import Triggers, trailing_price


def stop(order_id: int, price: int, *, is_buy: bool, trailing: int = 0) -> Order:
    return Order(
        id=order_id,
        account="ann",
        market=catalogue()[0],
        kind=Kind.TRAILING_STOP if trailing else Kind.STOP,
        amount=UNIT if is_buy else -UNIT,
        price=price * UNIT,
        trailing=trailing * UNIT,
        cid=5,
        created_ms=1,
        updated_ms=1,
        remaining=UNIT,
        queued=order_id,
    )


def drained(triggers: Triggers, last: int) -> list[int]:
    found = []
    while order := triggers.next_due(last * UNIT):
        found.append(order.id)
        triggers.remove(order)
    return found


def test_a_buy_is_due_above_and_a_sale_below() -> None:
    triggers = Triggers()
    for order in (stop(1, 110, is_buy=True), stop(2, 90, is_buy=False)):
        triggers.add(order)

    assert [drained(triggers, last) for last in (91, 109)] == [[], []]
    assert drained(triggers, 110) == [1]
    assert drained(triggers, 90) == [2]
    assert len(triggers) == 0


def test_of_several_the_nearest_is_due_first_then_the_oldest() -> None:
    triggers = Triggers()
    for place, price in enumerate((120, 110, 120, 115)):
        triggers.add(stop(place, price, is_buy=True))

    assert drained(triggers, 125) == [1, 3, 0, 2]


def test_removing_one_that_is_not_there_does_nothing() -> None:
    triggers = Triggers()
    triggers.remove(stop(1, 110, is_buy=True))

    assert len(triggers) == 0


@given(st.lists(st.integers(50_000, 99_000), min_size=1, max_size=30), st.booleans())
def test_a_trailing_stop_stays_at_its_distance_from_the_best_price_seen(
    course: list[int], is_buy: bool
) -> None:
    triggers, distance = Triggers(), 1_000
    order = stop(1, 0, is_buy=is_buy, trailing=distance)
    order.price = trailing_price(is_buy, course[0] * UNIT, distance * UNIT)
    triggers.add(order)
    for last in course:
        triggers.follow(last * UNIT)
    best = min(course) + distance if is_buy else max(course) - distance

    assert order.price == best * UNIT
    assert drained(triggers, best) == [1]


def test_a_trailing_price_is_rounded_away_from_the_market() -> None:
    assert trailing_price(True, 61_234 * UNIT, UNIT // 2) == 61_235 * UNIT
    assert trailing_price(False, 61_234 * UNIT, UNIT // 2) == 61_233 * UNIT
    assert trailing_price(False, 5, 10) == 1
