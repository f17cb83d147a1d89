from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from exchange import wire
from exchange.errors import DecodeError
from exchange.stream.liquidation import Liquidation

ROW = '["pos",145400868,1609144352338,null,"tETHF0:USTF0",-1.67,732.6,null,1,0,null,730.96]'


def test_a_liquidation_tells_whose_position_and_at_what_price():
    assert Liquidation.from_wire(wire.loads(ROW)) == Liquidation(
        position_id=145400868,
        time=datetime(2020, 12, 28, 8, 32, 32, 338000, tzinfo=UTC),
        symbol="tETHF0:USTF0",
        amount=Decimal("-1.67"),
        base_price=Decimal("732.6"),
        is_match=True,
        is_market_sold=False,
        price=Decimal("730.96"),
    )


def test_an_announced_liquidation_has_no_price_yet():
    assert Liquidation.from_wire(wire.loads(ROW)[:10]).price is None


def test_a_time_may_have_a_fraction_of_a_millisecond():
    row = wire.loads_raw(ROW.replace("1609144352338", "1574697680828.2002"))

    assert Liquidation.from_wire(row).time == datetime(2019, 11, 25, 16, 1, 20, 828000, tzinfo=UTC)


@pytest.mark.parametrize("first", ["neg", None, 5])
def test_only_positions_are_liquidated(first):
    with pytest.raises(DecodeError, match="position"):
        Liquidation.from_wire([first, *wire.loads(ROW)[1:]])
