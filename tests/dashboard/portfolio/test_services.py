from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

import exchange as wire
from dashboard.accounts import due_work
from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.portfolio import services
from dashboard.portfolio.models import BalancePoll, Wallet
from exchange.errors import NoAnswer
from exchange.paper import PaperExchange

Hints = list[tuple[int, str]]


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> Hints:
    told: Hints = []
    monkeypatch.setattr(services, "tell_person", lambda user, what: told.append((user, what)))
    return told


def poll() -> None:
    BalancePoll.objects.update(due_at=timezone.now())
    services.poll_due_balances()


def wallet(currency: str, balance: str, available: str | None = None) -> wire.Wallet:
    return wire.Wallet(
        type=wire.WalletType.EXCHANGE,
        currency=currency,
        balance=Decimal(balance),
        unsettled_interest=Decimal(0),
        available=None if available is None else Decimal(available),
        last_change=None,
    )


def test_the_first_poll_stores_every_wallet(paper: PaperExchange, account: ExchangeAccount) -> None:
    poll()

    assert Wallet.objects.get(type="exchange", currency="BTC").balance == Decimal("0.5")
    assert Wallet.objects.get(type="margin", currency="USD").available == 5000
    assert Wallet.objects.get(type="funding", currency="USD").balance == 2500
    assert BalancePoll.objects.get().last_success is not None


@pytest.mark.django_db(transaction=True)
def test_the_person_is_told_only_when_something_differs(
    paper: PaperExchange, account: ExchangeAccount, hints: Hints, paper_account_name: str
) -> None:
    poll()
    poll()
    first = list(hints)
    paper.place(paper_account_name, "tBTCUSD", "0.1", "50000")
    poll()

    assert first == [(account.user_id, "balances-changed")]
    assert hints == first * 2


def test_only_what_differs_is_written(paper: PaperExchange, account: ExchangeAccount) -> None:
    poll()
    before = {row.currency: row.changed_at for row in Wallet.objects.filter(type="exchange")}
    paper.place(paper_name(), "tBTCUSD", "0.1", "50000")
    poll()
    after = {row.currency: row.changed_at for row in Wallet.objects.filter(type="exchange")}

    assert {name for name in before if before[name] != after[name]} == {"USD"}


def paper_name() -> str:
    from dashboard.accounts.services import paper_credentials

    return paper_credentials().key


def test_a_wallet_that_is_gone_goes(account: ExchangeAccount) -> None:
    services.replace_wallets(account=account, wallets=[wallet("BTC", "1"), wallet("ETH", "2")])
    changed = services.replace_wallets(account=account, wallets=[wallet("BTC", "1")])

    assert changed
    assert [row.currency for row in Wallet.objects.all()] == ["BTC"]


def test_the_same_wallets_again_are_no_change(account: ExchangeAccount) -> None:
    told = [wallet("BTC", "1.50", "1"), wallet("USD", "7")]
    services.replace_wallets(account=account, wallets=told)

    assert not services.replace_wallets(account=account, wallets=told)


def test_available_may_be_unknown_and_become_known(account: ExchangeAccount) -> None:
    services.replace_wallets(account=account, wallets=[wallet("BTC", "1", None)])
    changed = services.replace_wallets(account=account, wallets=[wallet("BTC", "1", "1")])

    assert changed
    assert Wallet.objects.get().available == 1


def test_a_failure_keeps_the_last_balances_and_says_why(
    paper: PaperExchange, account: ExchangeAccount, settings: Any
) -> None:
    poll()
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"
    poll()
    state = BalancePoll.objects.get()

    assert Wallet.objects.count() == 8
    assert state.last_error == "The exchange cannot be reached."
    assert state.claimed_until is None


def test_the_next_success_clears_the_failure(
    paper: PaperExchange, account: ExchangeAccount, settings: Any
) -> None:
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"
    poll()
    services.poll_due_balances()
    settings.EXCHANGE_AUTH_URL = paper.rest_url
    poll()

    assert BalancePoll.objects.get().last_error == ""


def test_a_key_that_does_not_open_is_told(paper: PaperExchange, account: ExchangeAccount) -> None:
    SealedKey.objects.update(envelope="broken")
    services.poll_due_balances()

    assert "cannot be opened" in BalancePoll.objects.get().last_error


def test_a_poll_learns_what_the_key_may_do(paper: PaperExchange, account: ExchangeAccount) -> None:
    poll()
    services.poll_due_balances()
    account.refresh_from_db()

    assert account.permissions is not None
    assert account.permissions["orders"] == [True, True]


def test_permissions_that_cannot_be_read_cost_no_balance(
    paper: PaperExchange, account: ExchangeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: ExchangeAccount) -> None:
        raise NoAnswer("no usable answer")

    monkeypatch.setattr(services, "refresh_permissions", refuse)
    services.poll_due_balances()

    assert Wallet.objects.exists()
    assert BalancePoll.objects.get().last_error == ""


def test_between_two_times_nothing_is_asked(paper: PaperExchange, account: ExchangeAccount) -> None:
    services.poll_due_balances()
    asked = len(paper.ledger.requests)
    services.poll_due_balances()

    assert len(paper.ledger.requests) == asked
    assert not services.poll_balances(account.pk)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_poll_one_account_together(
    paper: PaperExchange, account: ExchangeAccount
) -> None:
    due_work.due_account_ids(BalancePoll)
    barrier = threading.Barrier(4)
    polled: list[bool] = []

    def work() -> None:
        barrier.wait()
        polled.append(services.poll_balances(account.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = [each for each in paper.ledger.requests if each.path.endswith("wallets")]

    assert sorted(polled) == [False, False, False, True]
    assert len(asked) == 1


def test_an_answer_that_comes_after_the_claim_was_lost_is_not_stored(
    account: ExchangeAccount,
) -> None:
    due_work.due_account_ids(BalancePoll)
    slow = due_work.claim(BalancePoll, account.pk, again_after=timedelta(0))
    assert slow is not None
    BalancePoll.objects.update(claimed_until=timezone.now())
    due_work.claim(BalancePoll, account.pk, again_after=timedelta(0))
    services.store(account=account, wallets=[wallet("BTC", "1")], claim=slow)

    assert not Wallet.objects.exists()


def test_poll_soon_makes_the_account_due(paper: PaperExchange, account: ExchangeAccount) -> None:
    services.poll_due_balances()
    services.poll_soon(account)

    assert services.poll_balances(account.pk)


def rows() -> dict[tuple[str, str], tuple[Decimal, Decimal | None]]:
    return {(row.type, row.currency): (row.balance, row.available) for row in Wallet.objects.all()}


def test_v1_stores_the_same_wallets_so_a_change_of_version_is_no_news(
    paper: PaperExchange, account: ExchangeAccount, settings: Any, hints: Hints
) -> None:
    paper.place(paper_name(), "tBTCUSD", "0.1", "50000")
    poll()
    before, asked = rows(), len(paper.ledger.requests)
    hints.clear()
    settings.EXCHANGE_API = "v1"
    poll()

    assert len(before) == 8
    assert rows() == before
    assert hints == []
    assert [each.path for each in paper.ledger.requests[asked:]] == ["/v1/balances"]


def test_v1_alone_fills_an_empty_portfolio(
    paper: PaperExchange, account: ExchangeAccount, settings: Any
) -> None:
    settings.EXCHANGE_API = "v1"
    poll()
    services.poll_due_balances()

    assert Wallet.objects.get(type="margin", currency="USD").available == 5000
    assert Wallet.objects.get(type="funding", currency="USD").balance == 2500
    assert BalancePoll.objects.get().last_error == ""


def test_v1_that_is_asked_too_often_waits_and_says_so(
    paper: PaperExchange, account: ExchangeAccount, settings: Any
) -> None:
    settings.EXCHANGE_API = "v1"
    services.poll_due_balances()
    for _ in range(9):
        poll()
    state = BalancePoll.objects.get()
    asked = [each for each in paper.ledger.requests if each.path == "/v1/balances"]

    assert len(asked) == 8
    assert "asks us to slow down" in state.last_error
    assert state.due_at > timezone.now() + timedelta(seconds=30)
    assert Wallet.objects.count() == 8


def test_what_the_stream_told_since_an_answer_was_asked_for_stands(
    account: ExchangeAccount,
) -> None:
    services.replace_wallets(account=account, wallets=[wallet("BTC", "1", "1")])
    asked_at = timezone.now()
    services.store_told(account=account, wallets=[wallet("BTC", "2", "2"), wallet("ETH", "3")])
    has_changed = services.replace_wallets(
        account=account, wallets=[wallet("BTC", "1", "1")], asked_at=asked_at
    )

    assert not has_changed
    assert {row.currency: row.balance for row in Wallet.objects.all()} == {"BTC": 2, "ETH": 3}


def test_an_answer_that_was_asked_for_after_the_stream_spoke_is_the_truth(
    account: ExchangeAccount,
) -> None:
    services.store_told(account=account, wallets=[wallet("BTC", "2", "2"), wallet("ETH", "3")])
    services.replace_wallets(
        account=account, wallets=[wallet("BTC", "1", "1")], asked_at=timezone.now()
    )

    assert {row.currency: row.balance for row in Wallet.objects.all()} == {"BTC": 1}


def test_a_poll_that_the_stream_overtook_is_repeated_soon(
    funded: ExchangeAccount, paper: PaperExchange
) -> None:
    claim = due_claim(funded)
    asked_at = timezone.now()
    services.store_told(account=funded, wallets=[wallet("BTC", "2", "2")])
    services.store(account=funded, wallets=[wallet("BTC", "1")], claim=claim, asked_at=asked_at)

    assert BalancePoll.objects.get().due_at < timezone.now() + timedelta(seconds=3)
    assert Wallet.objects.get(type="exchange", currency="BTC").balance == 2


def due_claim(account: ExchangeAccount) -> UUID:
    BalancePoll.objects.update(due_at=timezone.now())
    claim = due_work.claim(BalancePoll, account.pk, again_after=timedelta(minutes=1))
    assert claim is not None
    return claim


def test_what_is_available_stands_until_the_balance_moves(account: ExchangeAccount) -> None:
    services.store_told(account=account, wallets=[wallet("BTC", "2", "1.5")])
    services.store_told(account=account, wallets=[wallet("BTC", "2")])
    kept = Wallet.objects.get().available
    services.store_told(account=account, wallets=[wallet("BTC", "3")])

    assert kept == Decimal("1.5")
    assert Wallet.objects.get().available is None
