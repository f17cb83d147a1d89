from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from exchange.models.wallets import Wallet, WalletType
from tests.exchange.models.samples import Sample

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

WALLET = (
    '["exchange","LTC",0.06729727,0,0.06729727,"Exchange 0.4 LTC for UST @ 65.075",'
    '{"reason":"TRADE"}]'
)

SAMPLES = [
    Sample(Wallet.from_wire, WALLET),
]


def test_a_wallet_keeps_every_digit():
    assert SAMPLES[0].model() == Wallet(
        type=WalletType.EXCHANGE,
        currency="LTC",
        balance=Decimal("0.06729727"),
        unsettled_interest=Decimal(0),
        available=Decimal("0.06729727"),
        last_change="Exchange 0.4 LTC for UST @ 65.075",
    )


def test_a_wallet_may_lack_its_available_part_and_its_last_change():
    wallet = Wallet.from_wire(["margin", "USD", 5, 0, None])

    assert wallet.available is None
    assert wallet.last_change is None


def test_models_are_frozen():
    with pytest.raises(AttributeError):
        SAMPLES[0].model().balance = Decimal(1)
