"""What a machine is told of the feed: each channel, the relay's counts, and this process's hub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from dashboard.live.board import board
from dashboard.live.conflation import Conflation
from dashboard.live.events import VitalsTold
from dashboard.live.hub import Hub
from dashboard.live.vitals import Vitals, ages_of
from exchange.stream import events
from exchange.stream.channels import Channel, Topic

BTC = "tBTCUSD"
NOW = 1_700_000_000_000


def told(**changes: object) -> VitalsTold:
    event: VitalsTold = {
        "type": "vitals.told",
        "number": 3,
        "channels": [("ticker:tBTCUSD", 20_000), ("trades:tBTCUSD", 40), ("trades:tETHUSD", None)],
        "last_frame_age_ms": 40,
        "last_poll_age_ms": 2_000,
        "failed_checksums": 1,
        "reconnects": 2,
        "dropped_flushes": 4,
    }
    return event | changes  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def _empty_board() -> Iterator[None]:
    board.clear()
    yield
    board.clear()


def test_before_the_relays_first_word_it_says_that_there_is_none() -> None:
    answer = Client().get("/health/feed/")

    assert answer.status_code == 503
    assert answer.json()["relay"] is None


def test_each_topic_has_its_states_and_its_most_silent_channel_and_every_count_its_number() -> None:
    board.hear_relay(40, "")
    board.hear_vitals(told())

    answer = Client().get("/health/feed/")
    relay = answer.json()["relay"]

    assert answer.status_code == 200
    counts = ("lease", "failed_checksums", "reconnects", "dropped_flushes")
    assert [relay[name] for name in counts] == [3, 1, 2, 4]
    assert {name: topic["states"] for name, topic in relay["channels"].items()} == {
        "ticker": {"stale": 1},
        "trades": {"live": 1, "off": 1},
    }
    assert relay["channels"]["ticker"]["oldest_ms"] >= 20_000
    assert 40 <= relay["channels"]["trades"]["oldest_ms"] < 20_000
    assert relay["last_frame_ms_ago"] >= 40
    assert relay["last_poll_ms_ago"] >= 2_000
    assert relay["heard_ms_ago"] >= 0


def test_nobody_learns_without_signing_in_which_markets_are_looked_at() -> None:
    board.hear_vitals(told())

    assert BTC not in Client().get("/health/feed/").content.decode()


def test_the_hub_tells_what_it_feeds_and_what_that_costs() -> None:
    hub = Client().get("/health/feed/").json()["hub"]

    assert set(hub) == {
        "pages",
        "topics",
        "last_flush_ms_ago",
        "flush_cost_ms",
        "pages_behind",
        "pages_cut_off",
    }


async def test_a_relay_that_was_replaced_is_not_believed() -> None:
    hub = Hub()
    hub.number = 4

    await hub.vitals_told(told(number=3))
    assert board.vitals() is None
    await hub.vitals_told(told(number=4))

    assert board.vitals() is not None


def test_what_goes_wrong_on_the_link_is_counted() -> None:
    vitals = Vitals()
    book = Channel.book(BTC)

    vitals.take(events.Heartbeat(book))
    vitals.take(events.ChecksumFailed(book, 1, 2))
    vitals.take(events.Disconnected((book,), "reset"))
    vitals.take(events.Disconnected((book,), "reset"))

    assert (vitals.failed_checksums, vitals.reconnects) == (1, 2)


def test_ages_are_of_what_is_subscribed_and_lost_channels_go_on_ageing() -> None:
    memory = Conflation()
    memory.hear(Topic.TRADES, BTC, NOW)
    memory.hear(Topic.TICKER, BTC, NOW - 9_000)
    memory.lose(Topic.TICKER, BTC)
    memory.shown_books.hear("tBTCUSD:P1", NOW - 3)
    memory.candles.heard_ms["candles:1h:tBTCUSD"] = NOW - 4
    wanted = frozenset(
        {
            Channel.trades(BTC),
            Channel.ticker(BTC),
            Channel.book(BTC),
            Channel.book(BTC, "P1"),
            Channel.candles(BTC, "1h"),
            Channel.trades("tETHUSD"),
        }
    )

    assert ages_of(wanted, memory, NOW) == [
        ("book:tBTCUSD:P0", None),
        ("book:tBTCUSD:P1", 3),
        ("candles:1h:tBTCUSD", 4),
        ("ticker:tBTCUSD", 9_000),
        ("trades:tBTCUSD", 0),
        ("trades:tETHUSD", None),
    ]
