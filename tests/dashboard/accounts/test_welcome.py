from __future__ import annotations

from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from dashboard.accounts.models import User, WelcomeLink
from dashboard.accounts.welcome import new_welcome_url, use_welcome_link


def test_the_command_prints_a_link_that_works(owner: User) -> None:
    output = StringIO()
    call_command("welcome", stdout=output)
    url = output.getvalue().strip()

    assert url.startswith("http://localhost:8000/welcome/")
    assert use_welcome_link(url.rstrip("/").rsplit("/", 1)[1]) == owner


def test_links_do_not_kill_each_other(owner: User) -> None:
    tokens = [new_welcome_url().rstrip("/").rsplit("/", 1)[1] for _ in range(2)]

    assert [use_welcome_link(token) for token in tokens] == [owner, owner]


def test_the_database_does_not_hold_the_token(owner: User) -> None:
    token = new_welcome_url().rstrip("/").rsplit("/", 1)[1]

    assert token not in repr(WelcomeLink.objects.values().get())


def test_an_invented_token_lets_nobody_in(owner: User) -> None:
    new_welcome_url()

    assert use_welcome_link("") is None
    assert use_welcome_link("invented") is None


def test_links_that_are_over_are_thrown_away(owner: User) -> None:
    new_welcome_url()
    WelcomeLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    new_welcome_url()

    assert WelcomeLink.objects.count() == 1
