from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from exchange import wire
from exchange.models.margin import MarginBase, MarginSymbol, Position
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SAMPLES = [
    Sample(
        Position.from_wire,
        '["tETHUST","ACTIVE",-0.2,153.71,0.5,0,-0.07,-0.19,193.5,3.3,null,142355652,1700000000000,'
        "1700000000000,null,0,null,12.5,1.25,{}]",
    ),
    Sample(MarginBase.from_wire, '["base",[-13.25,0.5,49331.7,49318.45,27]]'),
    Sample(
        MarginSymbol.from_wire,
        '["sym","tETHUSD",[149361.09,149639.26,830.5,-830.25,null,null,null,null]]',
    ),
]


def test_a_position_has_its_numbers_in_place():
    assert SAMPLES[0].model() == Position(
        id=142355652,
        symbol="tETHUST",
        status="ACTIVE",
        amount=Decimal("-0.2"),
        base_price=Decimal("153.71"),
        margin_funding=Decimal("0.5"),
        profit=Decimal("-0.07"),
        profit_percent=Decimal("-0.19"),
        liquidation_price=Decimal("193.5"),
        leverage=Decimal("3.3"),
        created=MOMENT,
        updated=MOMENT,
        is_derivative=False,
        collateral=Decimal("12.5"),
        collateral_minimum=Decimal("1.25"),
    )


def test_a_position_of_a_history_ends_with_its_times():
    row = wire.loads(SAMPLES[0].text)[:14]
    row[6:11] = [None] * 5
    position = Position.from_wire(row)

    assert (position.id, position.updated) == (142355652, MOMENT)
    assert (position.profit, position.leverage, position.collateral) == (None, None, None)
    assert position.is_derivative is False


def test_the_margin_wallet_has_a_net_and_a_minimum():
    assert SAMPLES[1].model() == MarginBase(
        profit=Decimal("-13.25"),
        funding_cost=Decimal("0.5"),
        balance=Decimal("49331.7"),
        net=Decimal("49318.45"),
        minimum=Decimal(27),
    )


def test_a_pair_has_what_can_be_bought_and_sold():
    assert SAMPLES[2].model() == MarginSymbol(
        symbol="tETHUSD",
        tradable_balance=Decimal("149361.09"),
        gross_balance=Decimal("149639.26"),
        buy=Decimal("830.5"),
        sell=Decimal("-830.25"),
    )
