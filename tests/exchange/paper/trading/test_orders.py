from __future__ import annotations

import pytest

from exchange.paper.market.markets import catalogue
from exchange.paper.numbers import UNIT, parse_units
from exchange.paper.trading.orders import Ending, Kind, Order


def order(amount: str = "1") -> Order:
    units = parse_units(amount)
    return Order(
        id=1,
        account="ann",
        market=catalogue()[0],
        kind=Kind.LIMIT,
        amount=units,
        price=100 * UNIT,
        cid=5,
        created_ms=1,
        updated_ms=1,
        remaining=abs(units),
    )


def filled(amount: str, *prints: tuple[str, str], ending: Ending | None = None) -> Order:
    made = order(amount)
    for price, part in prints:
        made.record_fill(parse_units(price), parse_units(part), 2)
    if ending is not None:
        made.end(ending, 3)
    return made


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (order(), "ACTIVE"),
        (filled("-1", ("578.81", "0.1")), "PARTIALLY FILLED @ 578.81(-0.1)"),
        (
            filled("1", ("99", "0.1"), ("99.5", "0.2")),
            "PARTIALLY FILLED @ 99(0.1), 99.5(0.2)",
        ),
        (
            filled("-0.2", ("107.6", "0.2"), ending=Ending.EXECUTED),
            "EXECUTED @ 107.6(-0.2)",
        ),
        (
            filled("1", ("915.9", "0.22"), ("916.2", "0.78"), ending=Ending.EXECUTED),
            "EXECUTED @ 916.2(0.78): was PARTIALLY FILLED @ 915.9(0.22)",
        ),
        (filled("1", ending=Ending.CANCELED), "CANCELED"),
        (
            filled("1", ("5", "0.5"), ending=Ending.CANCELED),
            "CANCELED was: PARTIALLY FILLED @ 5(0.5)",
        ),
        (filled("1", ending=Ending.POST_ONLY), "POSTONLY CANCELED"),
        (filled("1", ending=Ending.FILL_OR_KILL), "FILLORKILL CANCELED"),
        (filled("1", ending=Ending.IMMEDIATE), "IOC CANCELED"),
    ],
)
def test_a_status_tells_what_happened(made: Order, words: str) -> None:
    assert made.status() == words


def test_fills_at_one_price_are_told_together() -> None:
    made = filled("1", ("5", "0.25"), ("5", "0.25"))

    assert made.status() == "PARTIALLY FILLED @ 5(0.5)"


def test_the_average_price_is_weighted() -> None:
    made = filled("1", ("100", "0.25"), ("200", "0.75"))

    assert made.average_price() == "175"
    assert made.executed == UNIT
    assert made.updated_ms == 2


def test_an_untouched_order_has_no_average_price() -> None:
    assert order().average_price() == "0"


def test_a_closed_order_is_not_open() -> None:
    made = filled("-1", ending=Ending.CANCELED)

    assert not made.is_open
    assert not made.is_buy
    assert (made.sign, made.updated_ms) == (-1, 3)
