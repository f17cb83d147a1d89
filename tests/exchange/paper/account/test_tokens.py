from __future__ import annotations

from exchange.paper.account.tokens import Tokens
from exchange.paper.keys import PaperKey
from tests.exchange.paper.clock import Clock

KEY = PaperKey("key", "secret", {"orders": (1, 1), "wallets": (1, 0), "withdraw": (1, 1)})


def test_a_token_is_known_until_it_expires(clock: Clock) -> None:
    tokens = Tokens(clock)
    name = tokens.issue("key", lasts_seconds=10, capabilities=(), may_write=False)
    clock.ms += 9_999
    known = tokens.find(name)
    clock.ms += 1

    assert known is not None
    assert known.key == "key"
    assert tokens.find(name) is None
    assert tokens.find("pub:api:guessed") is None


def test_no_two_tokens_are_the_same(clock: Clock) -> None:
    tokens = Tokens(clock)
    names = {
        tokens.issue("key", lasts_seconds=10, capabilities=(), may_write=False) for _ in range(50)
    }

    assert len(names) == 50


def test_a_token_may_do_no_more_than_its_key_and_than_it_was_given(clock: Clock) -> None:
    tokens = Tokens(clock)

    def permissions(may_write: bool, *letters: str) -> dict[str, tuple[int, int]]:
        name = tokens.issue("key", lasts_seconds=9, capabilities=letters, may_write=may_write)
        token = tokens.find(name)
        assert token is not None
        return dict(token.narrowed(KEY).permissions)

    assert permissions(True) == KEY.permissions
    assert permissions(False) == {"orders": (1, 0), "wallets": (1, 0), "withdraw": (1, 0)}
    assert permissions(True, "o", "a") == {"orders": (1, 1)}
    assert permissions(True, "w", "f") == {"wallets": (1, 0)}


def test_a_token_acts_for_the_account_of_its_key(clock: Clock) -> None:
    tokens = Tokens(clock)
    token = tokens.find(tokens.issue("key", lasts_seconds=9, capabilities=(), may_write=True))

    assert token is not None
    assert token.narrowed(KEY).owner == KEY.owner
