from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from exchange import wire
from exchange.models.trades import Fill, FundingFill, PublicFundingTrade, PublicTrade
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

FILL = (
    '[1133411090,"tLTCUST",1655110144598,97084883506,0.1,42.821,"EXCHANGE MARKET",42.799,-1,'
    '-0.0002,"LTC",1655110144596]'
)

SAMPLES = [
    Sample(Fill.from_wire, FILL),
    Sample(lambda row: PublicTrade.from_wire("tBTCUSD", row), "[1,1700000000123,-0.5,61000]"),
    Sample(
        lambda row: PublicFundingTrade.from_wire("fUSD", row),
        "[2,1700000000000,-500,0.00025,30]",
    ),
    Sample(FundingFill.from_wire, '[636854,"fUSD",1700000000000,41237920,-1000,0.003,7]'),
]


def test_a_fill_names_its_fee_and_side_of_the_book():
    fill = SAMPLES[0].model()

    assert (fill.amount, fill.price) == (Decimal("0.1"), Decimal("42.821"))
    assert (fill.fee, fill.fee_currency) == (Decimal("-0.0002"), "LTC")
    assert fill.is_maker is False
    assert fill.cid == 1655110144596


def test_a_fill_of_one_order_lacks_what_the_order_says():
    row = wire.loads(FILL)[:10]
    row[6] = row[7] = row[8] = None
    fill = Fill.from_wire(row)

    assert (fill.order_type, fill.order_price, fill.is_maker) == (None, None, None)
    assert (fill.fee_currency, fill.cid) == (None, None)


def test_a_trade_has_its_time_and_sign():
    assert SAMPLES[1].model() == PublicTrade(
        id=1,
        symbol="tBTCUSD",
        time=datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=UTC),
        amount=Decimal("-0.5"),
        price=Decimal(61000),
    )


def test_a_public_loan_has_its_rate_and_period():
    assert SAMPLES[2].model() == PublicFundingTrade(
        id=2,
        symbol="fUSD",
        time=MOMENT,
        amount=Decimal(-500),
        rate=Decimal("0.00025"),
        period=30,
    )


def test_a_loan_of_ours_names_the_offer_it_came_of():
    assert SAMPLES[3].model() == FundingFill(
        id=636854,
        symbol="fUSD",
        time=MOMENT,
        offer_id=41237920,
        amount=Decimal(-1000),
        rate=Decimal("0.003"),
        period=7,
    )
