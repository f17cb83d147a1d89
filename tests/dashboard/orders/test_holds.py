"""What keeps an account from placing is told on the ticket, before anything is typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.selectors import CANNOT_TRADE
from dashboard.accounts.services import refresh_permissions
from dashboard.markets.models import Instrument
from dashboard.orders.models import Order
from dashboard.orders.safety import kill_switch
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from exchange.paper.keys import reading
from tests.dashboard.conftest import HTMX
from tests.dashboard.orders.conftest import Review, text_of, ticket

TICKET = "/orders/new/?symbol=tBTCUSD"


def may_only_read(account: ExchangeAccount) -> None:
    ExchangeAccount.objects.filter(pk=account.pk).update(permissions={"orders": [True, False]})


def may_withdraw(account: ExchangeAccount) -> None:
    key_health.judge(account.pk, {"withdraw": [True, True]})


def is_stopped(account: ExchangeAccount) -> None:
    kill_switch.engage(account, by="a test", user=account.user)


HOLDS = [
    (may_only_read, CANNOT_TRADE),
    (may_withdraw, key_health.SUSPENDED),
    (is_stopped, "The kill switch has been on since"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hold", "words"), HOLDS)
def test_f65_the_ticket_is_disabled_and_says_why(
    owner_client: Client, account: ExchangeAccount, live_bitcoin: Instrument, hold: Any, words: str
) -> None:
    before = text_of(owner_client.get(TICKET))
    hold(account)
    after = text_of(owner_client.get(TICKET))

    assert '<fieldset class="ticket-fields">' in before
    assert "No order can be placed now" not in before
    assert '<fieldset class="ticket-fields" disabled' in after
    assert "No order can be placed now" in after
    assert words in after
    # Drawn anew by itself, so that the reason goes when it is over.
    assert 'hx-trigger="every 10s" hx-target="#ticket"' in after


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hold", "words"), HOLDS)
def test_a_ticket_that_was_open_before_learns_of_it_in_the_preview_and_the_review(
    owner_client: Client, account: ExchangeAccount, live_bitcoin: Instrument, hold: Any, words: str
) -> None:
    hold(account)
    preview = text_of(owner_client.get("/orders/preview/", ticket(), headers=HTMX))
    review = text_of(owner_client.post("/orders/new/", ticket(), follow=True))

    assert words in preview
    assert words in review
    assert 'name="token"' not in review
    assert "Check again" in review


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hold", "words"), HOLDS)
def test_a_review_that_was_open_before_places_nothing(
    owner_client: Client,
    account: ExchangeAccount,
    review: Review,
    paper: PaperExchange,
    hold: Any,
    words: str,
) -> None:
    token = review()
    hold(account)
    answer = owner_client.post("/orders/place/", {"token": token}, headers=HTMX)

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert Order.objects.get().state == State.DRAFT
    assert not paper.ledger.orders


def test_f65_the_ticket_opens_again_once_the_permissions_are_back(
    owner_client: Client,
    funded: ExchangeAccount,
    live_bitcoin: Instrument,
    paper: PaperExchange,
    paper_account_name: str,
) -> None:
    paper.narrow_key(paper_account_name, reading())
    read_permissions_again(funded)
    narrowed = text_of(owner_client.get(TICKET))
    paper.restore_key(paper_account_name)
    read_permissions_again(funded)
    restored = text_of(owner_client.get(TICKET))

    assert "No order can be placed now" in narrowed
    assert "No order can be placed now" not in restored


def read_permissions_again(account: ExchangeAccount) -> None:
    ExchangeAccount.objects.update(permissions_at=timezone.now() - timedelta(minutes=10))
    account.refresh_from_db()
    refresh_permissions(account)


@pytest.mark.parametrize("address", ["/", "/markets/", "/orders/", "/portfolio/", TICKET])
def test_f66_every_page_tells_the_owner_that_the_key_is_suspended(
    owner_client: Client,
    stranger_client: Client,
    account: ExchangeAccount,
    live_bitcoin: Instrument,
    address: str,
) -> None:
    before = text_of(owner_client.get(address))
    may_withdraw(account)
    after = text_of(owner_client.get(address))
    others = text_of(stranger_client.get(address))

    assert 'data-key="suspended"' not in before
    assert 'data-key="suspended"' in after
    assert key_health.SUSPENDED in after
    assert 'data-key="suspended"' not in others
