from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from exchange import models_market as models
from exchange import wire
from tests.exchange.model_laws import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SAMPLES = [
    Sample(models.Candle.from_wire, "[1700000000000,36500,36550.5,36600,36400,12.75]"),
    Sample(
        models.TickerMoment.from_wire,
        '["tBTCUSD",36500,null,36501,null,null,null,null,null,null,null,null,1700000000000]',
    ),
    Sample(models.RawBookOrder.from_wire, "[34006738527,8744.9,-0.25603413]"),
    Sample(
        lambda row: models.DerivativeStatus.from_wire("tBTCF0:USTF0", row),
        "[1700000000000,null,36500.5,36498,null,1234567.8,null,1700006400000,0.00012,16,null,"
        "0.0001,null,null,36499.25,null,null,4321.5,null,null,null,-0.0025,0.0025]",
    ),
    Sample(models.AveragePrice.from_wire, "[36512.25,0.5]"),
]


def test_a_candle_closes_before_it_is_high():
    assert SAMPLES[0].model() == models.Candle(
        time=MOMENT,
        open=Decimal(36500),
        close=Decimal("36550.5"),
        high=Decimal(36600),
        low=Decimal(36400),
        volume=Decimal("12.75"),
    )


def test_a_moment_of_a_ticker_has_its_time_at_the_end():
    assert SAMPLES[1].model() == models.TickerMoment(
        symbol="tBTCUSD", bid=Decimal(36500), ask=Decimal(36501), time=MOMENT
    )


def test_a_raw_order_keeps_the_characters_of_the_wire():
    order = models.RawBookOrder.from_wire(wire.loads_raw("[5,7e-7,-12.50]"))

    assert (order.id, order.price, order.amount) == (5, Decimal("7E-7"), Decimal("-12.5"))
    assert (order.price_text, order.amount_text) == ("7e-7", "-12.50")


def test_a_derivative_has_its_numbers_in_place():
    assert SAMPLES[3].model() == models.DerivativeStatus(
        symbol="tBTCF0:USTF0",
        time=MOMENT,
        price=Decimal("36500.5"),
        spot_price=Decimal(36498),
        insurance_fund=Decimal("1234567.8"),
        next_funding=datetime(2023, 11, 15, 0, 0, tzinfo=UTC),
        next_funding_accrued=Decimal("0.00012"),
        next_funding_step=16,
        current_funding=Decimal("0.0001"),
        mark_price=Decimal("36499.25"),
        open_interest=Decimal("4321.5"),
        clamp_minimum=Decimal("-0.0025"),
        clamp_maximum=Decimal("0.0025"),
    )


def test_a_derivative_may_lack_its_end():
    row = wire.loads(SAMPLES[3].text)[:18]
    status = models.DerivativeStatus.from_wire("tBTCF0:USTF0", row)

    assert status.open_interest == Decimal("4321.5")
    assert (status.clamp_minimum, status.clamp_maximum) == (None, None)


def test_an_average_price_has_its_amount():
    assert SAMPLES[4].model() == models.AveragePrice(
        price=Decimal("36512.25"), amount=Decimal("0.5")
    )


@pytest.mark.parametrize("frame", models.Timeframe)
def test_every_timeframe_has_a_number_and_a_unit(frame):
    assert frame[:-1].isdigit()
    assert frame[-1] in "mhDWM"
