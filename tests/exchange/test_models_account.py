from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from exchange import models_account as models
from tests.exchange.model_laws import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def user_row() -> list[Any]:
    row: list[Any] = [None] * 55
    row[:6] = [18975, "ann@example.com", "ann", 1700000000000, 1, 3]
    row[7:11] = ["Zurich", "en_US", "bitfinex", 1]
    row[23], row[26] = 1, ["otp", "u2f"]
    return row


SUMMARY = [
    *[None] * 4,
    [[0.001, 0.001, 0.001, None, None, 0], [0.002, 0.0021, 0.0022, None, None, 0]],
    [
        [{"curr": "BTC", "vol": "0.5"}, {"curr": "Total (USD)", "vol": 18250.25}],
        {"USD": 18.25, "BTC": "0.0005"},
        36.5,
    ],
    [None, {}, 0],
    *[None] * 2,
    {"leo_lev": 2, "leo_amount_avg": 12.5},
]
SAMPLES = [
    Sample(
        models.LedgerEntry.from_wire,
        '[2531822314,"UST","exchange",1700000000000,null,-0.5,1184.65487174,null,"Transfer"]',
    ),
    Sample(
        models.Movement.from_wire,
        '[13293039,"ETH","ETHEREUM",null,null,1700000000000,1700000000000,null,null,"COMPLETED",'
        'null,null,-0.75,-0.001,null,null,"0x38110e0Fc932CB2BE",null,null,null,"0x523ec8945",'
        '"rent"]',
    ),
    Sample(models.UserInfo.from_wire, json.dumps(user_row())),
    Sample(models.AccountSummary.from_wire, json.dumps(SUMMARY)),
    Sample(models.Alert.from_wire, '["price:tETHUSD:220.5","price","tETHUSD",220.5,100]'),
    Sample(
        models.Login.from_wire,
        '[12345,null,1700000000000,null,"203.0.113.9",null,null,"{\\"agent\\":\\"x\\"}"]',
    ),
]


def test_a_ledger_entry_has_the_balance_after_it():
    assert SAMPLES[0].model() == models.LedgerEntry(
        id=2531822314,
        currency="UST",
        wallet="exchange",
        time=MOMENT,
        amount=Decimal("-0.5"),
        balance=Decimal("1184.65487174"),
        description="Transfer",
    )


def test_a_withdrawal_is_a_negative_movement():
    assert SAMPLES[1].model() == models.Movement(
        id=13293039,
        currency="ETH",
        method="ETHEREUM",
        started=MOMENT,
        updated=MOMENT,
        status="COMPLETED",
        amount=Decimal("-0.75"),
        fees=Decimal("-0.001"),
        address="0x38110e0Fc932CB2BE",
        transaction_id="0x523ec8945",
        note="rent",
    )


def test_a_user_may_have_paper_money():
    assert SAMPLES[2].model() == models.UserInfo(
        id=18975,
        email="ann@example.com",
        username="ann",
        created=MOMENT,
        is_verified=True,
        verification_level=3,
        timezone="Zurich",
        locale="en_US",
        is_email_verified=True,
        is_paper=True,
        two_factor_modes=("otp", "u2f"),
    )


def test_a_user_without_second_factors_has_none():
    row = user_row()
    row[26] = None

    assert models.UserInfo.from_wire(row).two_factor_modes == ()


def test_a_summary_has_fees_volumes_and_a_discount():
    summary = SAMPLES[3].model()

    assert summary.fees.taker_fiat == Decimal("0.0022")
    assert summary.volumes == {"BTC": Decimal("0.5"), "Total (USD)": Decimal("18250.25")}
    assert summary.fees_paid == {"USD": Decimal("18.25"), "BTC": Decimal("0.0005")}
    assert summary.fees_paid_total == Decimal("36.5")
    assert (summary.leo_level, summary.leo_average) == (2, Decimal("12.5"))


def test_a_summary_may_say_nothing_about_leo():
    row = [*SUMMARY[:4], [[0, 0, 0], [0, 0, 0]], [[], None, 0], None, None, None, None]
    summary = models.AccountSummary.from_wire(row)

    assert (summary.leo_level, summary.leo_average, summary.fees_paid) == (None, None, {})


def test_an_alert_is_named_by_its_price():
    assert SAMPLES[4].model() == models.Alert(
        key="price:tETHUSD:220.5",
        type="price",
        symbol="tETHUSD",
        price=Decimal("220.5"),
        count=100,
    )


def test_a_login_came_from_somewhere():
    assert SAMPLES[5].model() == models.Login(
        id=12345, time=MOMENT, address="203.0.113.9", details='{"agent":"x"}'
    )
