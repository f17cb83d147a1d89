"""A reading of balances and the account's stream write the same rows, each in its own order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

import exchange as wire
from dashboard.accounts.models import ExchangeAccount
from dashboard.portfolio import services
from dashboard.portfolio.models import BalancePoll

# How long each waits for the other to have begun: where they take turns, it never has.
MOMENT = 0.5


def wallet(currency: str, balance: int) -> wire.Wallet:
    return wire.Wallet(
        type=wire.WalletType.EXCHANGE,
        currency=currency,
        balance=Decimal(balance),
        unsettled_interest=Decimal(0),
        available=Decimal(balance),
        last_change=None,
    )


class Wallets(list[wire.Wallet]):
    """Two wallets; the second is handed out when the other side has written its first."""

    def __init__(
        self, wallets: list[wire.Wallet], mine: threading.Event, other: threading.Event
    ) -> None:
        super().__init__(wallets)
        self.mine = mine
        self.other = other

    def __iter__(self) -> Iterator[wire.Wallet]:
        first, second = super().__iter__()
        yield first
        self.mine.set()
        self.other.wait(MOMENT)
        yield second


@pytest.mark.django_db(transaction=True)
def test_neither_is_ended_for_having_begun_with_another_wallet(account: ExchangeAccount) -> None:
    services.store_told(account=account, wallets=[wallet("BTC", 1), wallet("USD", 1)])
    claim, now = uuid4(), timezone.now()
    BalancePoll.objects.create(account=account, claim=claim, claimed_until=now, due_at=now)
    told, read = threading.Event(), threading.Event()
    by_stream = Wallets([wallet("USD", 2), wallet("BTC", 2)], mine=told, other=read)
    by_reading = Wallets([wallet("BTC", 3), wallet("USD", 3)], mine=read, other=told)
    problems: list[Exception] = []

    def doing(work: Callable[[], None]) -> threading.Thread:
        def do() -> None:
            try:
                work()
            except Exception as problem:
                problems.append(problem)
            finally:
                connection.close()

        thread = threading.Thread(target=do)
        thread.start()
        return thread

    threads = [
        doing(lambda: services.store_told(account=account, wallets=by_stream)),
        doing(lambda: services.store(account=account, wallets=by_reading, claim=claim)),
    ]
    for thread in threads:
        thread.join()

    assert problems == []
