from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dashboard.accounts import services
from dashboard.accounts.models import ExchangeAccount, SealedKey, User
from dashboard.accounts.services import KeyRefused, store_key
from exchange.credentials import Credentials
from exchange.errors import NotAuthenticated, NotSent
from exchange.paper import PaperExchange, PaperKey, running_paper

WITHDRAWER = PaperKey.with_withdraw("can-withdraw", "secret-of-withdrawer")
READER = PaperKey.read_only("read-only", "secret-of-reader")


def credentials_of(key: PaperKey) -> Credentials:
    return Credentials(key.key, key.secret)


@pytest.fixture
def exchange(settings: Any) -> Any:
    with running_paper(keys=[WITHDRAWER, READER]) as paper:
        settings.EXCHANGE_AUTH_URL = paper.rest_url
        yield paper


def test_the_owner_has_no_password(owner: User) -> None:
    assert owner.username == "owner"
    assert not owner.has_usable_password()
    assert not owner.is_staff


def test_there_is_one_owner_however_often_it_is_ensured(owner: User) -> None:
    assert services.ensure_owner() == owner


def test_the_paper_account_keeps_its_key(account: ExchangeAccount, owner: User) -> None:
    before = services.paper_credentials()
    again = services.connect_paper_account(owner)
    after = services.paper_credentials()

    assert again == account
    assert (before.key, before.secret) == (after.key, after.secret)


def test_settings_decide_the_paper_key(settings: Any, owner: User) -> None:
    settings.PAPER_KEY, settings.PAPER_SECRET = "chosen-key", "chosen-secret"
    chosen = services.paper_credentials()

    assert (chosen.key, chosen.secret) == ("chosen-key", "chosen-secret")


def test_a_paper_key_set_later_replaces_the_first_one(
    settings: Any, account: ExchangeAccount
) -> None:
    settings.PAPER_KEY, settings.PAPER_SECRET = "chosen-key", "chosen-secret"
    chosen = services.paper_credentials()

    assert chosen.key == "chosen-key"
    assert SealedKey.objects.get().account == account


@pytest.mark.django_db(transaction=True)
def test_two_first_starts_at_once_agree_on_one_key() -> None:
    barrier = threading.Barrier(4)
    keys: list[str] = []

    def start() -> None:
        barrier.wait()
        keys.append(services.paper_credentials().key)
        connection.close()

    services.ensure_owner()
    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 4
    assert len(set(keys)) == 1


def test_there_is_no_paper_account_on_the_real_exchange(settings: Any, owner: User) -> None:
    settings.EXCHANGE = "bitfinex"

    with pytest.raises(KeyRefused):
        services.connect_paper_account(owner)
    assert not ExchangeAccount.objects.exists()


def test_no_real_key_is_stored_yet(settings: Any, owner: User) -> None:
    settings.EXCHANGE = "bitfinex"

    with pytest.raises(KeyRefused, match="does not take a real exchange key yet"):
        store_key(user=owner, label="Main", credentials=Credentials("key", "secret"))
    assert not SealedKey.objects.exists()


def test_a_key_that_can_withdraw_is_refused(exchange: PaperExchange, owner: User) -> None:
    with pytest.raises(KeyRefused, match="can withdraw money"):
        store_key(user=owner, label="Risky", credentials=credentials_of(WITHDRAWER))
    assert not ExchangeAccount.objects.exists()


def test_who_insists_gets_a_key_that_can_withdraw_stored(
    exchange: PaperExchange, owner: User
) -> None:
    account = store_key(
        user=owner,
        label="Risky",
        credentials=credentials_of(WITHDRAWER),
        insists_on_withdrawal=True,
    )

    assert account.permissions is not None
    assert account.permissions["withdraw"] == [True, True]


def test_a_key_is_stored_with_what_it_may_do(exchange: PaperExchange, owner: User) -> None:
    account = store_key(user=owner, label="Reader", credentials=credentials_of(READER))

    assert account.permissions is not None
    assert account.permissions["wallets"] == [True, False]
    assert SealedKey.objects.get().account == account


def test_a_key_the_exchange_does_not_know_is_not_stored(
    exchange: PaperExchange, owner: User
) -> None:
    with pytest.raises(NotAuthenticated):
        store_key(user=owner, label="Wrong", credentials=Credentials("no-such-key", "secret"))
    assert not ExchangeAccount.objects.exists()


def test_a_key_that_cannot_be_checked_is_not_stored(settings: Any, owner: User) -> None:
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"

    with pytest.raises(NotSent):
        store_key(user=owner, label="Unseen", credentials=credentials_of(READER))
    assert not ExchangeAccount.objects.exists()


def test_permissions_are_read_again_after_ten_minutes(
    paper: PaperExchange, account: ExchangeAccount
) -> None:
    for age, calls in ((None, 1), (timedelta(minutes=9), 1), (timedelta(minutes=11), 2)):
        account.permissions_at = None if age is None else timezone.now() - age
        services.refresh_permissions(account)

        asked = [each for each in paper.ledger.requests if "permissions" in each.path]
        assert len(asked) == calls
