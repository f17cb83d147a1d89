from __future__ import annotations

from exchange.paper.account.profiles import email, user_id, user_name


def test_a_user_is_the_same_whenever_asked_and_another_for_each_account() -> None:
    assert user_id("ann") == 6_453_870
    assert len({user_id(f"account {place}") for place in range(200)}) == 200


def test_nothing_tells_the_key_s_name() -> None:
    assert user_name("ann") == "paper6453870"
    assert email("ann") == "paper6453870@paper.invalid"
