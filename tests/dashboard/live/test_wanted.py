"""What is looked at, over all web processes."""

from __future__ import annotations

from dashboard.live.wanted import KEPT_SECONDS, Wanted


def test_the_union_of_all_hubs_is_wanted() -> None:
    wanted = Wanted()
    wanted.say("one", ["tBTCUSD"], now=0)
    wanted.say("two", ["tBTCUSD", "book:tETHUSD"], now=1)

    assert wanted.topics(now=2) == {"tBTCUSD", "book:tETHUSD"}


def test_a_hub_replaces_what_it_said_before() -> None:
    wanted = Wanted()
    wanted.say("one", ["tBTCUSD"], now=0)
    wanted.say("one", ["tETHUSD"], now=1)

    assert wanted.topics(now=2) == {"tETHUSD"}


def test_a_hub_that_fell_silent_is_forgotten() -> None:
    wanted = Wanted()
    wanted.say("one", ["tBTCUSD"], now=0)

    assert wanted.topics(now=KEPT_SECONDS - 0.1) == {"tBTCUSD"}
    assert wanted.topics(now=KEPT_SECONDS) == set()


def test_a_forged_topic_is_not_subscribed() -> None:
    wanted = Wanted()
    wanted.say("one", ["tBTCUSD", "x'; drop"], now=0)

    assert wanted.topics(now=1) == {"tBTCUSD"}


def test_the_busiest_hub_counts_until_it_falls_silent() -> None:
    wanted = Wanted()
    wanted.say("busy", ["tBTCUSD"], 0.0, flush_ms=20.0)
    wanted.say("idle", ["tETHUSD"], 9.0, flush_ms=0.5)

    assert wanted.flush_ms() == 20.0
    wanted.topics(11.0)
    assert wanted.flush_ms() == 0.5
