from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dashboard.orders.models import Order, Origin
from dashboard.orders.sightings import figures, is_older, is_partner, is_same, origin_of
from tests.dashboard.orders.conftest import seen


@pytest.mark.parametrize(
    "difference",
    [
        {"cid": 1},
        {"symbol": "tETHUSD"},
        {"type": "EXCHANGE MARKET"},
        {"amount_orig": Decimal("0.02")},
        {"amount_orig": Decimal("-0.01")},
        {"price": Decimal(59999)},
        {"created": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_f40_an_order_that_differs_in_anything_is_not_ours(
    claimed: Order, difference: dict[str, Any]
) -> None:
    assert is_same(claimed, seen(claimed))
    assert not is_same(claimed, seen(claimed, **difference))


def test_clocks_may_differ_by_a_minute(claimed: Order) -> None:
    assert claimed.sent_at is not None
    early = claimed.sent_at - timedelta(seconds=59)

    assert is_same(claimed, seen(claimed, created=early))


@pytest.mark.parametrize(("late_seconds", "is_ours"), [(119, True), (121, False)])
def test_an_order_made_long_after_ours_was_sent_is_not_ours(
    claimed: Order, late_seconds: int, is_ours: bool
) -> None:
    assert claimed.sent_at is not None
    late = claimed.sent_at + timedelta(seconds=late_seconds)

    assert is_same(claimed, seen(claimed, created=late)) == is_ours


@pytest.mark.parametrize("name", ["price_aux_limit", "price_trailing"])
def test_the_further_prices_must_fit_too(claimed: Order, name: str) -> None:
    setattr(claimed, name, Decimal(59000))

    assert is_same(claimed, seen(claimed, **{name: Decimal(59000)}))
    assert not is_same(claimed, seen(claimed, **{name: Decimal(58999)}))
    assert not is_same(claimed, seen(claimed))


def test_no_price_is_the_same_as_a_price_of_zero(claimed: Order) -> None:
    assert is_same(claimed, seen(claimed, price_aux_limit=Decimal(0), price_trailing=Decimal(0)))


@pytest.mark.parametrize("changes", [{"type": "EXCHANGE MARKET"}, {"price_trailing": Decimal(100)}])
def test_a_price_that_the_exchange_makes_up_is_not_compared(
    claimed: Order, changes: dict[str, Any]
) -> None:
    for name, value in changes.items():
        setattr(claimed, name, value)

    assert is_same(claimed, seen(claimed, price=Decimal(1), **changes))


def test_the_stop_of_a_pair_is_known_by_its_price(claimed: Order) -> None:
    claimed.price_oco_stop = Decimal(55000)
    stop = seen(claimed, id=78, type="EXCHANGE STOP", price=Decimal(55000))

    assert is_partner(claimed, stop)
    assert not is_same(claimed, stop)
    assert not is_partner(claimed, seen(claimed, type="EXCHANGE STOP", price=Decimal(54999)))
    assert not is_partner(claimed, seen(claimed))


@pytest.mark.parametrize(
    ("routing", "origin"),
    [
        ("API>BFX", Origin.OTHER_KEY),
        ("BFX", Origin.WEBSITE),
        ("", Origin.ELSEWHERE),
        (None, Origin.ELSEWHERE),
    ],
)
def test_the_routing_tells_who_made_an_order(
    claimed: Order, routing: str | None, origin: Origin
) -> None:
    assert origin_of(seen(claimed, routing=routing)) == origin


def test_of_two_views_at_one_time_the_one_with_less_traded_is_older(claimed: Order) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    claimed.exchange_updated_at, claimed.executed = now, Decimal("0.004")

    assert is_older(seen(claimed, updated=now), claimed)
    assert not is_older(seen(claimed, updated=now, amount=Decimal("0.006")), claimed)
    assert is_older(seen(claimed, updated=now - timedelta(milliseconds=1)), claimed)
    assert not is_older(seen(claimed, updated=now + timedelta(milliseconds=1)), claimed)


def test_a_market_order_has_no_price_of_ours(claimed: Order) -> None:
    assert figures(seen(claimed, type="EXCHANGE MARKET", price=Decimal(1)))["price"] is None
