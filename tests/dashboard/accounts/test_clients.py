from __future__ import annotations

import logging
from typing import Any

import pytest

from dashboard.accounts import clients
from dashboard.accounts.budgets import DatabaseBudget
from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount, SealedKey, User
from dashboard.accounts.nonces import DatabaseNonces
from dashboard.accounts.sealing import SealingError, seal
from dashboard.accounts.services import paper_credentials
from exchange import Credentials, SqliteBudget, SqliteNonces
from exchange.paper import PaperExchange


@pytest.fixture
def new_authorities() -> Any:
    clients.nonces.cache_clear()
    clients.budget.cache_clear()
    yield
    clients.nonces.cache_clear()
    clients.budget.cache_clear()


def test_an_account_has_one_client_per_process(account: ExchangeAccount) -> None:
    assert client_for(account) is client_for(account)


def test_a_new_key_gets_a_new_client(account: ExchangeAccount) -> None:
    before = client_for(account)
    seal(account, Credentials("new-key", "new-secret"))
    after = client_for(account)
    before.close()

    assert after is not before


def test_an_account_without_a_key_has_no_client(owner: User) -> None:
    bare = ExchangeAccount.objects.create(user=owner, exchange="paper", label="Bare")

    with pytest.raises(SealingError, match="No exchange key"):
        client_for(bare)


def test_the_client_signs_with_the_accounts_own_key(
    paper: PaperExchange, account: ExchangeAccount
) -> None:
    client_for(account).wallets()

    assert paper.ledger.requests[-1].key == paper_credentials().key
    assert paper.ledger.requests[-1].verdict == "ok"


def test_no_log_line_of_a_signed_call_holds_key_or_secret(
    paper: PaperExchange, account: ExchangeAccount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client_for(account).wallets()
    credentials = paper_credentials()

    assert credentials.secret not in caplog.text
    assert credentials.key not in caplog.text
    assert SealedKey.objects.get().envelope not in caplog.text


@pytest.mark.usefixtures("new_authorities")
def test_one_host_shares_files() -> None:
    assert isinstance(clients.nonces(), SqliteNonces)
    assert isinstance(clients.budget(), SqliteBudget)


@pytest.mark.usefixtures("new_authorities")
def test_many_hosts_share_the_database(settings: Any) -> None:
    settings.DATABASE_URL = "postgres://somewhere/tidewatch"

    assert isinstance(clients.nonces(), DatabaseNonces)
    assert isinstance(clients.budget(), DatabaseBudget)


@pytest.mark.usefixtures("new_authorities")
def test_calls_over_the_database_authority_are_accepted(
    paper: PaperExchange, account: ExchangeAccount, settings: Any
) -> None:
    settings.DATABASE_URL = "postgres://somewhere/tidewatch"
    client_for(account).wallets()
    client_for(account).permissions()

    signed = [each for each in paper.ledger.requests if each.key]
    assert [each.verdict for each in signed] == ["ok", "ok"]
