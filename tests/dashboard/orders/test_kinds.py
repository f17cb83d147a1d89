from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dashboard.orders.kinds import KINDS, kind_of, price_words, wire_type
from dashboard.orders.models import Order
from exchange.models.orders import OrderType


def test_the_kinds_are_all_that_the_exchange_has_for_spot_and_margin() -> None:
    spot = {wire_type(kind, is_margin=False) for kind in KINDS.values()}
    margin = {wire_type(kind, is_margin=True) for kind in KINDS.values()}

    assert spot == {str(type) for type in OrderType}
    assert margin == {str(type).removeprefix("EXCHANGE ") for type in OrderType}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_order_of_either_wallet_knows_its_kind(kind: Any) -> None:
    for is_margin in (False, True):
        assert kind_of(Order(type=wire_type(kind, is_margin=is_margin))) is kind


def test_an_order_of_a_kind_from_elsewhere_has_none() -> None:
    assert kind_of(Order(type="EXCHANGE ICEBERG")) is None


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"type": "EXCHANGE LIMIT"}, "at 60\u202f000 USD"),
        ({"type": "EXCHANGE MARKET"}, "at the market price"),
        ({"type": "STOP"}, "at the market once 60\u202f000 USD is reached"),
        (
            {"type": "EXCHANGE STOP LIMIT", "price_aux_limit": Decimal(59000)},
            "at 59\u202f000 USD once 60\u202f000 USD is reached",
        ),
        (
            {"type": "EXCHANGE TRAILING STOP", "price": None, "price_trailing": Decimal(500)},
            "once the market turns by 500.00 USD",
        ),
        (
            {"type": "EXCHANGE LIMIT", "price_oco_stop": Decimal(70000)},
            "at 60\u202f000 USD, or at the market once 70\u202f000 USD is reached",
        ),
    ],
)
def test_a_price_is_told_in_words(columns: dict[str, Any], words: str) -> None:
    assert price_words(Order(**{"price": Decimal(60000)} | columns), "USD") == words
