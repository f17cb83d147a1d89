from __future__ import annotations

from typing import Any

from dashboard.accounts import selectors
from dashboard.accounts.models import ExchangeAccount, User


def test_a_person_sees_only_accounts_of_their_own(
    account: ExchangeAccount, owner: User, stranger: User
) -> None:
    assert list(selectors.accounts_of(owner)) == [account]
    assert list(selectors.accounts_of(stranger)) == []
    assert selectors.main_account(stranger) is None
    assert list(selectors.stored_keys(stranger)) == []


def test_the_main_account_is_one_with_a_key(owner: User) -> None:
    ExchangeAccount.objects.create(user=owner, exchange="paper", label="Bare")

    assert selectors.main_account(owner) is None


def test_accounts_of_the_other_exchange_do_not_exist_here(
    account: ExchangeAccount, owner: User, settings: Any
) -> None:
    settings.EXCHANGE = "bitfinex"

    assert selectors.main_account(owner) is None
    assert list(selectors.connected_accounts()) == []


def test_listing_keys_does_not_load_what_is_sealed(account: ExchangeAccount, owner: User) -> None:
    (key,) = selectors.stored_keys(owner)

    assert "envelope" in key.get_deferred_fields()
