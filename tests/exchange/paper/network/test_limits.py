from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/v2/book/tBTCUSD/P0", 240),
        ("/v2/candles/trade:1m:tBTCUSD/hist", 30),
        ("/v2/status/deriv", 90),
        ("/v2/auth/r/orders/tBTCUSD/hist", 90),
        ("/v2/auth/r/alerts", 45),
        ("/v2/auth/w/order/multi", 90),
        ("/v2/auth/w/deposit/address", 10),
        ("/v1/orders/hist", 1),
        ("/v1/mytrades", 45),
        ("/ws/2", 20),
    ],
)
def test_each_method_has_its_limit(clock: Clock, path: str, limit: int) -> None:
    limits = RateLimits(clock)
    allowed = [limits.allows("me", path) for _ in range(limit + 1)]

    assert allowed == [True] * limit + [False]


def test_open_orders_and_past_ones_are_counted_apart(clock: Clock) -> None:
    limits = RateLimits(clock)
    paths = ("/v2/auth/r/orders", "/v2/auth/r/orders/hist", "/v1/orders", "/v1/mytrades")
    for path in paths:
        for _ in range(45):
            assert limits.allows("me", path)


def test_sockets_may_authenticate_five_times_in_fifteen_seconds(clock: Clock) -> None:
    limits = RateLimits(clock)
    first = [limits.allows("me", "/ws/2/auth") for _ in range(5)]
    clock.ms += 15_000
    second = [limits.allows("me", "/ws/2/auth") for _ in range(6)]

    assert first == [True] * 5
    assert second == [True] * 5 + [False]
    assert not limits.allows("me", "/v2/platform/status")


def test_a_ban_can_be_asked_for_and_lifted(clock: Clock) -> None:
    limits = RateLimits(clock, is_counting=False)
    limits.ban("me")
    limits.ban("you", 10_000, "/v2/tickers")
    banned = [limits.allows("me", "/x"), limits.allows("you", TICKERS), limits.allows("you", "/x")]
    clock.ms += 10_000
    later = [limits.allows("me", "/x"), limits.allows("you", TICKERS)]
    limits.pardon()

    assert banned == [False, False, True]
    assert later == [False, True]
    assert limits.allows("me", "/x")


def test_what_is_not_counted_has_no_limit(clock: Clock) -> None:
    limits = RateLimits(clock, is_counting=False)
    limits.ban("somebody else")

    assert all(limits.allows("me", "/v1/symbols") for _ in range(50))
