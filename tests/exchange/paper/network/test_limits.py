from __future__ import annotations

from exchange.paper.network.limits import RateLimits
from tests.exchange.paper.clock import Clock

TICKERS = "/v2/tickers"


def test_the_call_over_the_limit_is_banned_for_a_minute(clock: Clock) -> None:
    limits = RateLimits(clock)
    allowed = [limits.allows("me", TICKERS) for _ in range(31)]
    clock.ms += 59_999
    still_banned = limits.allows("me", TICKERS)
    clock.ms += 1

    assert allowed == [True] * 30 + [False]
    assert not still_banned
    assert limits.allows("me", TICKERS)


def test_a_ban_covers_every_path_but_only_one_address(clock: Clock) -> None:
    limits = RateLimits(clock)
    for _ in range(31):
        limits.allows("me", TICKERS)

    assert not limits.allows("me", "/v2/platform/status")
    assert not limits.allows("me", "/somewhere")
    assert limits.allows("you", TICKERS)


def test_calls_are_counted_over_a_sliding_minute(clock: Clock) -> None:
    limits = RateLimits(clock)
    for _ in range(120):
        clock.ms += 2_000
        assert limits.allows("me", TICKERS)


def test_families_are_counted_apart(clock: Clock) -> None:
    limits = RateLimits(clock)
    for _ in range(5):
        assert limits.allows("me", "/v1/symbols")
        assert limits.allows("me", "/v1/symbols_details")

    assert not limits.allows("me", "/v1/symbols")


def test_a_path_without_a_stated_limit_is_free(clock: Clock) -> None:
    limits = RateLimits(clock)

    assert all(limits.allows("me", "/v2/unheard/of") for _ in range(500))
