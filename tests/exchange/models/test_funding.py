from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from exchange import wire
from exchange.models.funding import FundingInfo, FundingLoan, FundingOffer
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

LOAN = (
    '[2995442,"fUSD",1,1700000000000,1700000000000,820.49,0,"ACTIVE","FIXED",null,null,0.0002,7,'
    "1700000000000,1700000000000,null,0,null,1,null,0"
)

SAMPLES = [
    Sample(FundingInfo.from_wire, '["sym","fUSD",[0.0001,0.0002,7,2.5]]'),
    Sample(
        FundingOffer.from_wire,
        '[41238747,"fUST",1700000000000,1700000000000,100,150,"LIMIT",null,null,0,"ACTIVE",null,'
        "null,null,0.0024,2,0,1,null,0,null]",
    ),
    Sample(FundingLoan.from_wire, LOAN + ',"tBTCUSD"]'),
]


def test_funding_of_a_currency_yields_and_lasts():
    assert SAMPLES[0].model() == FundingInfo(
        symbol="fUSD",
        yield_loan=Decimal("0.0001"),
        yield_lend=Decimal("0.0002"),
        duration_loan=Decimal(7),
        duration_lend=Decimal("2.5"),
    )


def test_an_offer_tells_what_remains_and_what_was_offered():
    assert SAMPLES[1].model() == FundingOffer(
        id=41238747,
        symbol="fUST",
        created=MOMENT,
        updated=MOMENT,
        amount=Decimal(100),
        amount_orig=Decimal(150),
        type="LIMIT",
        status="ACTIVE",
        rate=Decimal("0.0024"),
        period=2,
        hidden=True,
        renews=False,
    )


def test_a_credit_has_a_position_and_a_loan_has_none():
    credit = SAMPLES[2].model()
    loan = FundingLoan.from_wire(wire.loads(LOAN + "]"))

    assert credit == FundingLoan(
        id=2995442,
        symbol="fUSD",
        side=1,
        created=MOMENT,
        updated=MOMENT,
        amount=Decimal("820.49"),
        status="ACTIVE",
        rate=Decimal("0.0002"),
        period=7,
        opened=MOMENT,
        last_payout=MOMENT,
        renews=True,
        position_pair="tBTCUSD",
    )
    assert loan.position_pair is None
