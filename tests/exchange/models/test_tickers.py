from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from exchange.models.tickers import AveragePrice, FundingTicker, Ticker, TickerMoment
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

TICKER = "[61003,9.81,61005,9.14,-2271,-0.0359,61005.5,1158.6,63614,60390,1364774820000]"

SAMPLES = [
    Sample(lambda row: Ticker.from_wire("tBTCUSD", row), TICKER),
    Sample(
        lambda row: FundingTicker.from_wire("fUSD", row),
        "[0.0003123616438356164,0.0002,120,15000000.5,0.00025,2,42000,-0.00001,-0.04,0.00024,"
        "98765432.1,0.0004,0.0001,null,null,3456789.5,1700000000000]",
    ),
    Sample(
        TickerMoment.from_wire,
        '["tBTCUSD",36500,null,36501,null,null,null,null,null,null,null,null,1700000000000]',
    ),
    Sample(AveragePrice.from_wire, "[36512.25,0.5]"),
]


def test_a_ticker_has_its_numbers_in_place():
    assert SAMPLES[0].model() == Ticker(
        symbol="tBTCUSD",
        bid=Decimal(61003),
        bid_size=Decimal("9.81"),
        ask=Decimal(61005),
        ask_size=Decimal("9.14"),
        daily_change=Decimal(-2271),
        daily_change_relative=Decimal("-0.0359"),
        last=Decimal("61005.5"),
        volume=Decimal("1158.6"),
        high=Decimal(63614),
        low=Decimal(60390),
    )


def test_a_funding_ticker_has_its_numbers_in_place():
    assert SAMPLES[1].model() == FundingTicker(
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


def test_a_moment_of_a_ticker_has_its_time_at_the_end():
    assert SAMPLES[2].model() == TickerMoment(
        symbol="tBTCUSD", bid=Decimal(36500), ask=Decimal(36501), time=MOMENT
    )


def test_an_average_price_has_its_amount():
    assert SAMPLES[3].model() == AveragePrice(price=Decimal("36512.25"), amount=Decimal("0.5"))
