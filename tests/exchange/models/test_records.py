from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from exchange.models.records import LedgerEntry, Movement
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

SAMPLES = [
    Sample(
        LedgerEntry.from_wire,
        '[2531822314,"UST","exchange",1700000000000,null,-0.5,1184.65487174,null,"Transfer"]',
    ),
    Sample(
        Movement.from_wire,
        '[13293039,"ETH","ETHEREUM",null,null,1700000000000,1700000000000,null,null,"COMPLETED",'
        'null,null,-0.75,-0.001,null,null,"0x38110e0Fc932CB2BE",null,null,null,"0x523ec8945",'
        '"rent"]',
    ),
]


def test_a_ledger_entry_has_the_balance_after_it():
    assert SAMPLES[0].model() == LedgerEntry(
        id=2531822314,
        currency="UST",
        wallet="exchange",
        time=MOMENT,
        amount=Decimal("-0.5"),
        balance=Decimal("1184.65487174"),
        description="Transfer",
    )


def test_a_withdrawal_is_a_negative_movement():
    assert SAMPLES[1].model() == Movement(
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
