from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from exchange import models_funding as models
from exchange import wire
from tests.exchange.model_laws import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
LOAN = (
    '[2995442,"fUSD",1,1700000000000,1700000000000,820.49,0,"ACTIVE","FIXED",null,null,0.0002,7,'
    "1700000000000,1700000000000,null,0,null,1,null,0"
)
SAMPLES = [
    Sample(
        lambda row: models.FundingTicker.from_wire("fUSD", row),
        "[0.0003123616438356164,0.0002,120,15000000.5,0.00025,2,42000,-0.00001,-0.04,0.00024,"
        "98765432.1,0.0004,0.0001,null,null,3456789.5,1700000000000]",
    ),
    Sample(
        lambda row: models.PublicFundingTrade.from_wire("fUSD", row),
        "[2,1700000000000,-500,0.00025,30]",
    ),
    Sample(models.FundingBookLevel.from_wire, "[0.00025,30,3,42000.5]"),
    Sample(models.RawFundingOffer.from_wire, "[645902785,30,0.00025,-775]"),
    Sample(models.FundingInfo.from_wire, '["sym","fUSD",[0.0001,0.0002,7,2.5]]'),
    Sample(
        models.FundingOffer.from_wire,
        '[41238747,"fUST",1700000000000,1700000000000,100,150,"LIMIT",null,null,0,"ACTIVE",null,'
        "null,null,0.0024,2,0,1,null,0,null]",
    ),
    Sample(models.FundingLoan.from_wire, LOAN + ',"tBTCUSD"]'),
    Sample(models.FundingFill.from_wire, '[636854,"fUSD",1700000000000,41237920,-1000,0.003,7]'),
]


def test_a_funding_ticker_has_its_numbers_in_place():
    assert SAMPLES[0].model() == models.FundingTicker(
        symbol="fUSD",
        frr=Decimal("0.0003123616438356164"),
        bid=Decimal("0.0002"),
        bid_period=120,
        bid_size=Decimal("15000000.5"),
        ask=Decimal("0.00025"),
        ask_period=2,
        ask_size=Decimal(42000),
        daily_change=Decimal("-0.00001"),
        daily_change_relative=Decimal("-0.04"),
        last=Decimal("0.00024"),
        volume=Decimal("98765432.1"),
        high=Decimal("0.0004"),
        low=Decimal("0.0001"),
        frr_available=Decimal("3456789.5"),
    )


def test_a_public_loan_has_its_rate_and_period():
    assert SAMPLES[1].model() == models.PublicFundingTrade(
        id=2,
        symbol="fUSD",
        time=MOMENT,
        amount=Decimal(-500),
        rate=Decimal("0.00025"),
        period=30,
    )


def test_a_level_and_an_offer_keep_the_characters_of_the_wire():
    level = models.FundingBookLevel.from_wire(wire.loads_raw("[7e-7,30,3,42000.50]"))
    offer = models.RawFundingOffer.from_wire(wire.loads_raw("[5,30,7e-7,-775.0]"))

    assert (level.rate_text, level.period, level.count) == ("7e-7", 30, 3)
    assert (level.amount, level.amount_text) == (Decimal("42000.5"), "42000.50")
    assert (offer.id, offer.period, offer.rate_text) == (5, 30, "7e-7")
    assert (offer.rate, offer.amount, offer.amount_text) == (
        Decimal("7E-7"),
        Decimal(-775),
        "-775.0",
    )


def test_funding_of_a_currency_yields_and_lasts():
    assert SAMPLES[4].model() == models.FundingInfo(
        symbol="fUSD",
        yield_loan=Decimal("0.0001"),
        yield_lend=Decimal("0.0002"),
        duration_loan=Decimal(7),
        duration_lend=Decimal("2.5"),
    )


def test_an_offer_tells_what_remains_and_what_was_offered():
    assert SAMPLES[5].model() == models.FundingOffer(
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
    credit = SAMPLES[6].model()
    loan = models.FundingLoan.from_wire(wire.loads(LOAN + "]"))

    assert credit == models.FundingLoan(
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


def test_a_loan_of_ours_names_the_offer_it_came_of():
    assert SAMPLES[7].model() == models.FundingFill(
        id=636854,
        symbol="fUSD",
        time=MOMENT,
        offer_id=41237920,
        amount=Decimal(-1000),
        rate=Decimal("0.003"),
        period=7,
    )
