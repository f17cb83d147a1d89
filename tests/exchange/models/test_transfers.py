from __future__ import annotations

from decimal import Decimal

from exchange.models.transfers import DepositAddress, Transfer, Withdrawal
from tests.exchange.models.samples import Sample

SAMPLES = [
    # Recorded in 2021.
    Sample(Transfer.from_wire, '[1616451183763,"exchange","margin",null,"UST","UST",null,1]'),
    Sample(DepositAddress.from_wire, '[null,"BITCOIN","BTC",null,"1abc",null]'),
    Sample(
        Withdrawal.from_wire,
        '[13063236,null,"bitcoin",null,"exchange",0.25,null,null,0.0004]',
    ),
]


def test_a_transfer_has_two_wallets():
    assert SAMPLES[0].model() == Transfer(
        source="exchange", target="margin", currency="UST", currency_to="UST", amount=Decimal(1)
    )


def test_an_address_of_ones_own_has_no_tag():
    assert SAMPLES[1].model() == DepositAddress(
        method="BITCOIN", currency="BTC", address="1abc", tag=None
    )


def test_a_shared_address_needs_the_tag():
    row = [None, "RIPPLE", "XRP", None, "4207", "rPool"]
    address = DepositAddress.from_wire(row)

    assert (address.address, address.tag) == ("rPool", "4207")


def test_a_withdrawal_has_an_id_and_a_fee():
    assert SAMPLES[2].model() == Withdrawal(
        id=13063236,
        method="bitcoin",
        payment_id=None,
        wallet="exchange",
        amount=Decimal("0.25"),
        fee=Decimal("0.0004"),
    )
