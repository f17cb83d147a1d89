from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from exchange import wire
from exchange.models.books import BookLevel, FundingBookLevel, RawBookOrder, RawFundingOffer
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

SAMPLES = [
    Sample(BookLevel.from_wire, "[61000,2,-0.5]"),
    Sample(RawBookOrder.from_wire, "[34006738527,8744.9,-0.25603413]"),
    Sample(FundingBookLevel.from_wire, "[0.00025,30,3,42000.5]"),
    Sample(RawFundingOffer.from_wire, "[645902785,30,0.00025,-775]"),
]


def test_a_level_keeps_the_characters_of_the_wire():
    level = BookLevel.from_wire(wire.loads_raw("[7e-7,1,-12.50]"))

    assert (level.price, level.amount) == (Decimal("7E-7"), Decimal("-12.5"))
    assert (level.price_text, level.amount_text) == ("7e-7", "-12.50")


def test_a_level_without_characters_has_plain_ones():
    level = BookLevel.from_wire(wire.loads("[7e-7,1,-12]"))

    assert (level.price_text, level.amount_text) == ("0.0000007", "-12")


def test_a_raw_order_keeps_the_characters_of_the_wire():
    order = RawBookOrder.from_wire(wire.loads_raw("[5,7e-7,-12.50]"))

    assert (order.id, order.price, order.amount) == (5, Decimal("7E-7"), Decimal("-12.5"))
    assert (order.price_text, order.amount_text) == ("7e-7", "-12.50")


def test_funding_has_rates_and_periods_in_place():
    level = FundingBookLevel.from_wire(wire.loads("[7e-7,30,3,42000.50]"))
    offer = RawFundingOffer.from_wire(wire.loads("[5,30,7e-7,-775.0]"))

    assert level == FundingBookLevel(
        rate=Decimal("7E-7"), period=30, count=3, amount=Decimal("42000.5")
    )
    assert offer == RawFundingOffer(id=5, period=30, rate=Decimal("7E-7"), amount=Decimal(-775))
