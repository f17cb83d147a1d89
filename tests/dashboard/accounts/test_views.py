from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, SealedKey, User, WelcomeLink
from dashboard.accounts.services import new_welcome_url, paper_credentials

PUBLIC = {"welcome", "sign-in", "health-live", "health-ready", "health-feed", "health-accounts"}
VALUES = {
    "<int:number>": "1",
    "<str:symbol>": "tBTCUSD",
    "<str:token>": "dead",
    "<uuid:token>": "00000000-0000-4000-8000-000000000000",
    "<uuid:batch>": "00000000-0000-4000-8000-000000000000",
    "<int:order_id>": "1",
    "<int:alert_id>": "1",
}


def path_of(url: str) -> str:
    return url.removeprefix("http://localhost:8000")


@pytest.fixture
def welcome_path(db: None) -> str:
    return path_of(new_welcome_url())


def test_every_page_but_the_doors_asks_who_is_there(db: None) -> None:
    doors = set()
    for pattern in get_resolver().url_patterns:
        path = "/" + str(pattern.pattern)
        for converter, value in VALUES.items():
            path = path.replace(converter, value)
        answer = Client().get(path)
        if answer.status_code != 302 or not answer.headers["Location"].startswith("/sign-in/"):
            doors.add(pattern.name)

    assert doors == PUBLIC


def test_the_link_signs_the_owner_in_and_leads_to_the_overview(
    welcome_path: str, owner: User
) -> None:
    browser = Client()
    answer = browser.get(welcome_path)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert browser.session["_auth_user_id"] == str(owner.pk)


def test_the_session_before_the_link_is_not_the_one_after(welcome_path: str) -> None:
    browser = Client()
    session = browser.session
    session["planted"] = True
    session.save()
    before = session.session_key
    browser.get(welcome_path)

    assert browser.session.session_key != before


def test_the_link_is_dead_after_its_first_use(welcome_path: str) -> None:
    Client().get(welcome_path)
    answer = Client().get(welcome_path)

    assert answer.status_code == 410
    assert "manage.py welcome" in answer.content.decode()


def test_the_link_is_dead_after_an_hour(welcome_path: str) -> None:
    WelcomeLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = Client().get(welcome_path)

    assert answer.status_code == 410


def test_a_preview_by_head_does_not_burn_the_link(welcome_path: str) -> None:
    preview = Client().head(welcome_path)
    answer = Client().get(welcome_path)

    assert preview.status_code == 200
    assert answer.status_code == 302


def test_a_used_link_leads_whoever_is_in_to_the_overview(
    welcome_path: str, owner_client: Client
) -> None:
    Client().get(welcome_path)
    answer = owner_client.get(welcome_path)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_two_browsers_that_race_with_one_link_get_one_session() -> None:
    path = path_of(new_welcome_url())
    barrier = threading.Barrier(4)
    statuses: list[int] = []

    def follow() -> None:
        barrier.wait()
        statuses.append(Client().get(path).status_code)
        connection.close()

    threads = [threading.Thread(target=follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [302, 410, 410, 410]


def test_the_sign_in_page_says_how_to_get_a_link(db: None) -> None:
    answer = Client().get("/sign-in/")

    assert answer.status_code == 200
    assert "manage.py welcome" in answer.content.decode()


def test_whoever_is_in_has_no_business_at_the_sign_in_page(owner_client: Client) -> None:
    answer = owner_client.get("/sign-in/")

    assert answer.headers["Location"] == "/"


def test_signing_out_is_a_post(owner_client: Client) -> None:
    answer = owner_client.get("/sign-out/")

    assert answer.status_code == 405
    assert "_auth_user_id" in owner_client.session


def test_signing_out_ends_the_session_and_clears_what_the_browser_kept(
    owner_client: Client,
) -> None:
    answer = owner_client.post("/sign-out/")

    assert answer.headers["Location"] == "/sign-in/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "_auth_user_id" not in owner_client.session


def test_the_keys_page_shows_the_end_of_the_key_and_no_more(
    owner_client: Client, account: ExchangeAccount
) -> None:
    credentials = paper_credentials()
    page = owner_client.get("/settings/keys/").content.decode()

    assert f"••••{credentials.key[-4:]}" in page
    assert credentials.key not in page
    assert credentials.secret not in page
    assert SealedKey.objects.get().envelope not in page


def test_the_keys_page_says_what_a_key_may_do(
    owner_client: Client, account: ExchangeAccount
) -> None:
    account.permissions = {"orders": [True, True], "ui_withdraw": [True, True]}
    account.permissions_at = timezone.now()
    account.save()
    page = owner_client.get("/settings/keys/").content.decode()

    assert "read, trade, <strong>withdraw</strong>" in page
    assert "can take money out" in page


def test_a_stranger_sees_no_key_of_the_owner(
    stranger_client: Client, account: ExchangeAccount
) -> None:
    page = stranger_client.get("/settings/keys/").content.decode()

    assert SealedKey.objects.get().ending not in page
    assert "No key is stored." in page


def test_on_the_real_exchange_the_keys_page_says_that_none_is_taken_yet(
    owner_client: Client, settings: object
) -> None:
    settings.EXCHANGE = "bitfinex"  # type: ignore[attr-defined]
    page = owner_client.get("/settings/keys/").content.decode()

    assert "does not take a real exchange key yet" in page
