from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.services import connect_paper_account
from dashboard.markets.models import Instrument
from dashboard.portfolio import selectors
from dashboard.portfolio.models import BalancePoll, Wallet
from tests.dashboard.conftest import SetPrice

LISTED = frozenset({"tBTCUSD", "tETHUSD", "tXXXBTC"})


def add_wallet(
    account: ExchangeAccount, type: str, currency: str, balance: str, available: str | None
) -> None:
    Wallet.objects.create(
        account=account,
        type=type,
        currency=currency,
        balance=Decimal(balance),
        available=None if available is None else Decimal(available),
        changed_at=timezone.now(),
    )


@pytest.fixture
def read(account: ExchangeAccount) -> ExchangeAccount:
    BalancePoll.objects.create(account=account, last_success=timezone.now())
    return account


def test_wallets_are_grouped_by_type_the_most_valuable_first(
    read: ExchangeAccount, owner: User, set_price: SetPrice
) -> None:
    set_price("tBTCUSD", "60000")
    add_wallet(read, "funding", "USD", "10", "10")
    add_wallet(read, "exchange", "USD", "100", "100")
    add_wallet(read, "exchange", "BTC", "1", "1")
    found = selectors.portfolio(owner)

    assert [group.type for group in found.groups] == ["exchange", "funding"]
    assert [each.wallet.currency for each in found.groups[0].holdings] == ["BTC", "USD"]
    assert found.groups[0].total.value == 60100
    assert found.total.value == 60110


def test_what_has_no_price_is_named_and_not_zero(read: ExchangeAccount, owner: User) -> None:
    add_wallet(read, "exchange", "XXX", "5", "5")
    found = selectors.portfolio(owner)

    assert found.unpriced == ("XXX",)
    assert found.groups[0].holdings[0].value is None


def test_currencies_carry_the_names_people_know(
    read: ExchangeAccount, owner: User, tether: Instrument
) -> None:
    add_wallet(read, "exchange", "UST", "5", "5")
    found = selectors.portfolio(owner)

    assert found.groups[0].holdings[0].name == "USDt"
    assert found.unpriced == ("USDt",)


@pytest.mark.parametrize(
    ("type", "why"),
    [
        ("exchange", "Open orders reserve the rest."),
        ("margin", "Open orders and positions reserve the rest."),
        ("funding", "Offers and loans reserve the rest."),
    ],
)
def test_a_lower_available_is_explained(
    read: ExchangeAccount, owner: User, type: str, why: str
) -> None:
    add_wallet(read, type, "USD", "100", "40")
    holding = selectors.portfolio(owner).groups[0].holdings[0]

    assert holding.why_reserved == why
    assert holding.reserved == 60


@pytest.mark.parametrize("available", ["100", None])
def test_nothing_is_explained_where_nothing_is_reserved(
    read: ExchangeAccount, owner: User, available: str | None
) -> None:
    add_wallet(read, "exchange", "USD", "100", available)

    assert selectors.portfolio(owner).groups[0].holdings[0].why_reserved == ""


def test_empty_wallets_are_left_out(read: ExchangeAccount, owner: User) -> None:
    add_wallet(read, "exchange", "USD", "0", "0")

    assert selectors.portfolio(owner).groups == ()


def test_the_age_of_the_balances_is_that_of_the_last_success(
    account: ExchangeAccount, owner: User
) -> None:
    BalancePoll.objects.create(
        account=account,
        last_success=timezone.now() - timedelta(seconds=90),
        last_error="The exchange did not answer.",
    )
    found = selectors.portfolio(owner)

    assert found.age_ms is not None
    assert 90_000 <= found.age_ms < 100_000
    assert found.error == "The exchange did not answer."


def test_a_stranger_has_nothing_of_the_owners(read: ExchangeAccount, stranger: User) -> None:
    add_wallet(read, "exchange", "USD", "100", "100")
    found = selectors.portfolio(stranger)

    assert found.account is None
    assert found.groups == ()
    assert found.total.value == 0


def test_available_is_unknown_before_balances_were_read(account: ExchangeAccount) -> None:
    assert selectors.available(account, ["USD"])["USD"] is None


def test_available_is_zero_without_a_wallet(read: ExchangeAccount) -> None:
    assert selectors.available(read, ["USD"])["USD"] == 0


def test_available_is_of_the_exchange_wallet_alone(read: ExchangeAccount) -> None:
    add_wallet(read, "margin", "USD", "100", "100")
    add_wallet(read, "exchange", "USD", "7", "5")

    assert selectors.available(read, ["USD"])["USD"] == 5


def test_where_the_exchange_does_not_tell_available_is_the_balance(read: ExchangeAccount) -> None:
    add_wallet(read, "exchange", "USD", "7", None)

    assert selectors.available(read, ["USD"])["USD"] == 7


def test_the_markets_that_wallets_are_valued_by_are_everybodys(
    read: ExchangeAccount, stranger: User
) -> None:
    other = connect_paper_account(stranger)
    add_wallet(read, "exchange", "USD", "7", "7")
    add_wallet(read, "margin", "XXX", "7", "7")
    add_wallet(other, "funding", "ETH", "7", "7")

    assert selectors.held_markets(LISTED) == {"tXXXBTC", "tBTCUSD", "tETHUSD"}


def test_an_empty_wallet_needs_no_market(read: ExchangeAccount) -> None:
    add_wallet(read, "exchange", "BTC", "0", "0")

    assert selectors.held_markets(LISTED) == frozenset()


def test_prices_go_on_without_the_database(
    read: ExchangeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_wallet(read, "exchange", "BTC", "1", "1")

    def fail(**_: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(Wallet.objects, "filter", fail)

    assert selectors.held_markets(LISTED) == frozenset()
