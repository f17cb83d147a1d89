from __future__ import annotations

from exchange.paper import PaperKey, running_paper
from exchange.paper.account.profiles import user_id
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.clock import START_MS, Clock
from tests.exchange.paper.few import FEW_MARKETS


def test_permissions_list_every_scope(caller: Caller) -> None:
    rows = {scope: (read, write) for scope, read, write in caller.v2("auth/r/permissions")}

    assert rows["orders"] == (1, 1)
    assert rows["withdraw"] == rows["ui_withdraw"] == (0, 0)


def test_the_user_is_on_paper_and_the_same_in_every_run(caller: Caller) -> None:
    row = caller.v2("auth/r/info/user")

    assert len(row) == 55
    assert (row[0], row[2]) == (user_id(KEY.owner), f"paper{user_id(KEY.owner)}")
    assert row[1].endswith(".invalid")
    assert KEY.key not in str(row)
    assert (row[23], row[26]) == (1, [])


def test_two_accounts_are_two_users() -> None:
    assert user_id("ann") != user_id("bob")


def test_the_opening_of_the_account_is_the_only_sign_in() -> None:
    clock = Clock()
    with running_paper(listed=FEW_MARKETS, keys=[KEY], clock=clock) as paper:
        caller = Caller(paper.rest_url)
        opened = caller.v2("auth/r/info/user")[3]
        clock.ms += 1000
        logins = caller.v2("auth/r/logins/hist")
        none_later = caller.v2("auth/r/logins/hist", {"start": START_MS + 1})
        too_many = caller.v2("auth/r/logins/hist", {"limit": 251})

    assert opened == START_MS
    assert [(len(row), row[2], row[4]) for row in logins] == [(8, START_MS, "127.0.0.1")]
    assert none_later == []
    assert too_many == ["error", 10020, "limit: invalid"]


def test_a_key_without_the_permission_learns_nothing_of_the_user() -> None:
    key = PaperKey("blind", "its secret", {"orders": (1, 1)})
    with running_paper(listed=FEW_MARKETS, keys=[key]) as paper:
        caller = Caller(paper.rest_url, key)
        user, permissions = caller.v2("auth/r/info/user"), caller.v2("auth/r/permissions")

    assert user == ["error", 10001, "api_key: permission invalid"]
    assert ["orders", 1, 1] in permissions
