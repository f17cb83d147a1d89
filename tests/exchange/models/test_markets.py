from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from exchange import wire
from exchange.models.markets import Candle, DerivativeStatus, PairInfo, Timeframe
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

SAMPLES = [
    Sample(
        PairInfo.from_wire,
        '["BTCUSD",[null,null,null,"0.00004","2000.0",null,null,null,0.2,0.1,null,null]]',
    ),
    Sample(Candle.from_wire, "[1700000000000,36500,36550.5,36600,36400,12.75]"),
    Sample(
        lambda row: DerivativeStatus.from_wire("tBTCF0:USTF0", row),
        "[1700000000000,null,36500.5,36498,null,1234567.8,null,1700006400000,0.00012,16,null,"
        "0.0001,null,null,36499.25,null,null,4321.5,null,null,null,-0.0025,0.0025]",
    ),
]


def test_pair_infos_have_sizes_from_text_and_margins_from_numbers():
    assert SAMPLES[0].model() == PairInfo(
        pair="BTCUSD",
        minimum=Decimal("0.00004"),
        maximum=Decimal(2000),
        initial_margin=Decimal("0.2"),
        minimum_margin=Decimal("0.1"),
    )


def test_pair_infos_may_lack_margins():
    info = PairInfo.from_wire(["BTCUSD", [None, None, None, "1", "2"]])

    assert info.initial_margin is None
    assert info.minimum_margin is None


def test_a_candle_closes_before_it_is_high():
    assert SAMPLES[1].model() == Candle(
        time=MOMENT,
        open=Decimal(36500),
        close=Decimal("36550.5"),
        high=Decimal(36600),
        low=Decimal(36400),
        volume=Decimal("12.75"),
    )


def test_a_derivative_has_its_numbers_in_place():
    assert SAMPLES[2].model() == DerivativeStatus(
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
    row = wire.loads(SAMPLES[2].text)[:18]
    status = DerivativeStatus.from_wire("tBTCF0:USTF0", row)

    assert status.open_interest == Decimal("4321.5")
    assert (status.clamp_minimum, status.clamp_maximum) == (None, None)


@pytest.mark.parametrize("frame", Timeframe)
def test_every_timeframe_has_a_number_and_a_unit(frame):
    assert frame[:-1].isdigit()
    assert frame[-1] in "mhDWM"
