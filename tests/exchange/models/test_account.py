from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from exchange.models.account import AccountSummary, Alert, FeeSummary, Login, Permission, UserInfo
from tests.exchange.models.samples import Sample

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

PERMISSION = Sample(Permission.from_wire, '["orders",1,0]')
FEES = Sample(
    FeeSummary.from_wire,
    "[null,null,null,null,[[0.001,0.0011,0.0012,null,null,0],[0.002,0.0021,0.0022]]]",
)
SAMPLES = [
    Sample(UserInfo.from_wire, json.dumps(user_row())),
    Sample(AccountSummary.from_wire, json.dumps(SUMMARY)),
    Sample(Alert.from_wire, '["price:tETHUSD:220.5","price","tETHUSD",220.5,100]'),
    Sample(
        Login.from_wire,
        '[12345,null,1700000000000,null,"203.0.113.9",null,null,"{\\"agent\\":\\"x\\"}"]',
    ),
    PERMISSION,
    FEES,
]


def test_a_user_may_have_paper_money():
    assert SAMPLES[0].model() == UserInfo(
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

    assert UserInfo.from_wire(row).two_factor_modes == ()


def test_a_summary_has_fees_volumes_and_a_discount():
    summary = SAMPLES[1].model()

    assert summary.fees.taker_fiat == Decimal("0.0022")
    assert summary.volumes == {"BTC": Decimal("0.5"), "Total (USD)": Decimal("18250.25")}
    assert summary.fees_paid == {"USD": Decimal("18.25"), "BTC": Decimal("0.0005")}
    assert summary.fees_paid_total == Decimal("36.5")
    assert (summary.leo_level, summary.leo_average) == (2, Decimal("12.5"))


def test_a_summary_may_say_nothing_about_leo():
    row = [*SUMMARY[:4], [[0, 0, 0], [0, 0, 0]], [[], None, 0], None, None, None, None]
    summary = AccountSummary.from_wire(row)

    assert (summary.leo_level, summary.leo_average, summary.fees_paid) == (None, None, {})


def test_an_alert_is_named_by_its_price():
    assert SAMPLES[2].model() == Alert(
        key="price:tETHUSD:220.5",
        type="price",
        symbol="tETHUSD",
        price=Decimal("220.5"),
        count=100,
    )


def test_a_login_came_from_somewhere():
    assert SAMPLES[3].model() == Login(
        id=12345, time=MOMENT, address="203.0.113.9", details='{"agent":"x"}'
    )


def test_a_permission_reads_or_writes_one_scope():
    assert PERMISSION.model() == Permission(scope="orders", read=True, write=False)


def test_fees_differ_by_side_and_kind_of_money():
    fees = FEES.model()

    assert (fees.maker, fees.maker_stable, fees.maker_fiat) == (
        Decimal("0.001"),
        Decimal("0.0011"),
        Decimal("0.0012"),
    )
    assert fees.taker_fiat == Decimal("0.0022")
