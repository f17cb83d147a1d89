"""How an account's stream is said to be: on pages, to pages that are open, to machines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount, StreamLease, User
from dashboard.accounts.stream.state import main_account_feed, streams_health
from dashboard.live.quotes import FeedState
from exchange.errors import NotAuthenticated
from exchange.paper import PaperExchange
from tests.dashboard.accounts.stream.conftest import Start
from tests.product.running import until


def heard(account: ExchangeAccount, *, seconds_ago: float, reason: str = "") -> None:
    StreamLease.objects.update_or_create(
        name=str(account.pk),
        defaults={"heard_at": timezone.now() - timedelta(seconds=seconds_ago), "reason": reason},
    )


@pytest.mark.parametrize(
    ("seconds_ago", "state"), [(1, FeedState.LIVE), (16, FeedState.LIVE), (19, FeedState.STALE)]
)
def test_it_is_live_until_a_heartbeat_is_missing(
    owner: User, account: ExchangeAccount, seconds_ago: int, state: FeedState
) -> None:
    heard(account, seconds_ago=seconds_ago + 0.4)
    feed = main_account_feed(owner)

    assert feed is not None
    assert feed.state == state
    assert feed.text.startswith(f"account {state} {seconds_ago}")


def test_before_the_first_word_it_is_off_and_says_why(
    owner: User, account: ExchangeAccount
) -> None:
    feed = main_account_feed(owner)

    assert feed is not None
    assert feed.text == "account off"
    assert feed.reason != ""


def test_a_key_that_rests_is_why_nothing_comes(owner: User, account: ExchangeAccount) -> None:
    heard(account, seconds_ago=3)
    key_health.note_refusal(account.pk, NotAuthenticated("apikey: invalid", 10100))
    feed = main_account_feed(owner)

    assert feed is not None
    assert "does not accept this key" in feed.reason


def test_who_has_no_account_has_no_chip(stranger: User, stranger_client: Client) -> None:
    page = stranger_client.get("/").content.decode()

    assert main_account_feed(stranger) is None
    assert 'id="account-feed"' not in page


def test_every_page_shows_the_chip(owner_client: Client, account: ExchangeAccount) -> None:
    heard(account, seconds_ago=7.4)
    page = owner_client.get("/").content.decode()

    assert f'id="account-feed" class="feed account-feed" data-account="{account.pk}"' in page
    assert "account live 7" in page


def test_machines_are_told_how_many_accounts_are_heard(
    client: Client, account: ExchangeAccount
) -> None:
    before = client.get("/health/accounts/")
    heard(account, seconds_ago=2)
    after = client.get("/health/accounts/")
    health = streams_health()

    assert (before.status_code, before.json()["heard"]) == (503, 0)
    assert (after.status_code, after.json()["heard"]) == (200, 1)
    assert 2000 <= health["oldest_age_ms"] < 10_000


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_takes_over_begins_when_the_lease_of_a_dead_one_ends(
    start: Start, paper: PaperExchange, account: ExchangeAccount
) -> None:
    StreamLease.objects.create(
        name=str(account.pk),
        holder="00000000-0000-0000-0000-000000000001",
        epoch=7,
        held_until=timezone.now() + timedelta(seconds=1),
    )
    begun = timezone.now()
    start()
    until(lambda: StreamLease.objects.filter(epoch=8, heard_at__isnull=False), "the heir")

    assert timezone.now() - begun >= timedelta(seconds=1)
    assert timezone.now() - begun < timedelta(seconds=5)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_hears_and_the_other_follows_when_it_leaves(
    start: Start, paper: PaperExchange, account: ExchangeAccount
) -> None:
    first, second = start(), start()
    hearing = until(lambda: [each for each in (first, second) if each.running], "one of them")
    both = [first.running, second.running]
    leaving, waiting = (first, second) if first.running else (second, first)
    leaving.stop()
    until(lambda: waiting.running, "the other one")

    assert len(hearing) == 1
    assert {} in both
