from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.alerts.comparing import Comparing
from dashboard.alerts.models import Direction, PriceAlert
from dashboard.live.events import QuoteValues
from dashboard.live.quotes import STALE_MS

MONEY = st.decimals(min_value="0.00000001", max_value="99999", places=8)


def quote(last: str | None, **changes: Any) -> QuoteValues:
    values: QuoteValues = {
        "symbol": "tBTCUSD",
        "last": last,
        "bid": None,
        "ask": None,
        "change": None,
        "volume": None,
        "high": None,
        "low": None,
        "at_ms": 1,
        "age_ms": 0,
        "is_streamed": True,
    }
    return values | changes  # type: ignore[return-value]


def comparing(direction: Direction, price: str = "60000") -> Comparing:
    made = Comparing()
    made.wait_for([PriceAlert(symbol="tBTCUSD", direction=direction, price=Decimal(price))])
    return made


@pytest.mark.parametrize(
    ("direction", "last", "rings"),
    [
        (Direction.RISES, "59999.9", False),
        (Direction.RISES, "60000", True),
        (Direction.RISES, "60000.0", True),
        (Direction.RISES, "60000.1", True),
        (Direction.FALLS, "60000.1", False),
        (Direction.FALLS, "60000", True),
        (Direction.FALLS, "59999.9", True),
    ],
)
def test_a_price_rings_once_it_is_reached(direction: Direction, last: str, rings: bool) -> None:
    reached = comparing(direction).reached_by(quote(last))

    assert [price for _, price in reached] == ([Decimal(last)] if rings else [])


def test_another_market_rings_nothing() -> None:
    assert comparing(Direction.RISES).reached_by(quote("70000", symbol="tETHUSD")) == []


def test_a_market_without_a_price_rings_nothing() -> None:
    assert comparing(Direction.FALLS).reached_by(quote(None)) == []


def test_an_old_price_rings_nothing() -> None:
    waiting = comparing(Direction.RISES)

    assert waiting.reached_by(quote("70000", age_ms=STALE_MS)) == []
    assert waiting.reached_by(quote("70000", age_ms=STALE_MS - 1)) != []


def test_what_is_no_longer_waited_for_is_forgotten() -> None:
    made = comparing(Direction.RISES)
    made.wait_for([])

    assert made.symbols == []
    assert made.reached_by(quote("70000")) == []


@given(price=MONEY, last=MONEY)
def test_every_price_is_on_one_side_or_reached_from_both(price: Decimal, last: Decimal) -> None:
    text = format(price, "f")
    up = comparing(Direction.RISES, text).reached_by(quote(format(last, "f")))
    down = comparing(Direction.FALLS, text).reached_by(quote(format(last, "f")))

    assert bool(up) == (last >= price)
    assert bool(down) == (last <= price)


def test_a_price_at_which_nobody_can_trade_rings_nothing() -> None:
    waiting = comparing(Direction.RISES)

    assert waiting.reached_by(quote("60001", standing="halted")) == []
    assert waiting.reached_by(quote("60001")) != []
