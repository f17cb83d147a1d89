from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.accounts.models import ExchangeAccount
from dashboard.decimal_field import ExactDecimalField, trimmed
from dashboard.portfolio.models import Wallet

AMOUNTS = st.decimals(min_value="-1e17", max_value="1e17", places=18, allow_nan=False)


@given(AMOUNTS)
def test_trimming_changes_the_writing_and_not_the_number(amount: Decimal) -> None:
    short = trimmed(amount)

    assert short == amount
    assert int(short.as_tuple().exponent) <= 0
    assert not ("." in format(short, "f") and format(short, "f").endswith("0"))


@pytest.mark.parametrize(
    ("written", "short"), [("1.50", "1.5"), ("100", "100"), ("1E+3", "1000"), ("0.000", "0")]
)
def test_trimmed_numbers_look_as_people_write_them(written: str, short: str) -> None:
    assert str(trimmed(Decimal(written))) == short


@pytest.mark.parametrize(
    "amount", ["11.960650700086292", "123456789012345.123456789012345678", "0.00000001", "0"]
)
def test_the_database_keeps_every_digit(account: ExchangeAccount, amount: str) -> None:
    Wallet.objects.create(
        account=account,
        type="exchange",
        currency="BTC",
        balance=Decimal(amount),
        available=None,
        changed_at="2026-01-01T00:00:00Z",
    )
    stored = Wallet.objects.get()

    assert stored.balance == Decimal(amount)
    assert stored.available is None
    assert Wallet.objects.filter(balance=Decimal(amount)).exists()


class Vendor:
    def __init__(self, vendor: str) -> None:
        self.vendor = vendor


def test_where_the_database_has_decimals_they_are_used() -> None:
    field = ExactDecimalField()

    assert field.db_type(Vendor("postgresql")) == "numeric(36, 18)"
    assert field.db_type(Vendor("sqlite")) == "text"
