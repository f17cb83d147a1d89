from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from exchange.models.orders import OrderType
from exchange.new_order import POST_ONLY, NewOrder


def order(**changes: Any) -> NewOrder:
    members: dict[str, Any] = {
        "symbol": "tBTCUSD",
        "type": OrderType.LIMIT,
        "amount": Decimal("-0.5"),
        "price": Decimal("7E-7"),
    }
    return NewOrder(**members | changes)


def test_numbers_go_out_as_plain_text_and_the_rest_not_at_all():
    assert order(cid=2**44).wire() == {
        "type": "EXCHANGE LIMIT",
        "symbol": "tBTCUSD",
        "amount": "-0.5",
        "price": "0.0000007",
        "cid": 2**44,
    }


def test_digits_go_out_as_they_were_given():
    sent = order(amount=Decimal("1.500"), price=Decimal("61234.567")).wire()

    assert (sent["amount"], sent["price"]) == ("1.500", "61234.567")


def test_every_member_has_its_name_on_the_wire():
    full = order(
        type=OrderType.STOP_LIMIT,
        gid=3,
        flags=POST_ONLY,
        price_aux_limit=Decimal(1),
        price_trailing=Decimal(2),
        price_oco_stop=Decimal(3),
        leverage=10,
        expires=datetime(2026, 11, 22, 14, 0, 5, tzinfo=timezone(timedelta(hours=2))),
        meta={"protect_selfmatch": 1},
    )

    assert full.wire() == {
        "type": "EXCHANGE STOP LIMIT",
        "symbol": "tBTCUSD",
        "amount": "-0.5",
        "price": "0.0000007",
        "price_aux_limit": "1",
        "price_trailing": "2",
        "price_oco_stop": "3",
        "lev": 10,
        "tif": "2026-11-22 12:00:05",
        "gid": 3,
        "flags": 4096,
        "meta": {"protect_selfmatch": 1},
    }


def test_a_market_order_has_no_price():
    assert "price" not in order(type=OrderType.MARKET, price=None).wire()


@pytest.mark.parametrize(
    "changes",
    [
        {"symbol": "btcusd"},
        {"amount": Decimal(0)},
        {"amount": Decimal("NaN")},
        {"amount": Decimal("Infinity")},
        {"price": Decimal(0)},
        {"price": Decimal(-1)},
        {"price": Decimal("NaN")},
        {"price_trailing": Decimal("-0.1")},
        {"cid": 0},
        {"cid": 2**45},
        {"gid": -1},
        {"expires": datetime(2026, 1, 1)},  # noqa: DTZ001, that is the point
    ],
    ids=str,
)
def test_an_order_that_no_exchange_could_take_cannot_be_made(changes):
    with pytest.raises(ValueError):  # noqa: PT011, each has its own words
        order(**changes)


def test_the_largest_client_id_is_allowed():
    assert order(cid=2**45 - 1, expires=datetime(2026, 1, 1, tzinfo=UTC)).wire()["cid"] == 2**45 - 1
