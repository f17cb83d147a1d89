"""The candle that still grows, from the exchange's own channel to the browser's message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings

from dashboard.live import candles, fragments
from dashboard.live.board import board
from dashboard.live.candles import CandleMemory, CandlesView, split_candles, topic_of, written
from dashboard.live.conflation import Conflation
from dashboard.live.hub import Hub
from dashboard.live.intake import Intake
from dashboard.live.quotes import FeedState
from exchange.models.markets import Candle, Timeframe
from exchange.paper import PaperExchange, running_paper
from exchange.rest_v2 import RestV2
from exchange.stream import events
from exchange.stream.channels import Channel, Topic
from tests.dashboard.live.test_intake import NOW, Subscriptions
from tests.dashboard.live.test_relay import look_at, relaying, until

BTC = "tBTCUSD"
TOPIC = f"candles:1m:{BTC}"
CHANNEL = Channel.candles(BTC, "1m")
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def candle(minute: int, close: str = "100.50") -> Candle:
    return Candle(
        time=START + timedelta(minutes=minute),
        open=Decimal(100),
        close=Decimal(close),
        high=Decimal(101),
        low=Decimal(99),
        volume=Decimal("1E-8"),
    )


@pytest.fixture
def intake() -> Intake:
    intake = Intake(Conflation(), Subscriptions())
    intake.want(frozenset({TOPIC}))
    return intake


def due(intake: Intake, now_ms: int) -> list[str]:
    (values,) = intake.memory.take(now_ms).candles
    assert values["topic"] == TOPIC
    return values["candles"]


def test_a_candle_is_written_with_every_digit_and_without_exponents() -> None:
    assert written(candle(0)) == "1795348800000 100 101 99 100.50 0.00000001"


@pytest.mark.parametrize(
    ("topic", "parts"),
    [
        (TOPIC, ("1m", BTC)),
        ("candles:14D:tDOGE:USD", ("14D", "tDOGE:USD")),
        ("candles:2h:tBTCUSD", None),
        ("candles:tBTCUSD", None),
        ("candles:1m:", None),
        ("candles:1m:<b>", None),
        ("book:tBTCUSD", None),
        (BTC, None),
    ],
)
def test_a_topic_of_candles_names_their_length_and_the_market(
    topic: str, parts: tuple[str, str] | None
) -> None:
    assert split_candles(topic) == parts


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_a_channel_feeds_the_topic_that_asked_for_it(timeframe: Timeframe) -> None:
    topic = f"candles:{timeframe}:tDOGE:USD"
    (channel,) = candles.channels_of_candles([topic, BTC, f"book:{BTC}"])

    assert topic_of(channel) == topic


def test_what_pages_look_at_is_subscribed_and_dropped_again(intake: Intake) -> None:
    assert CHANNEL in intake.wanted
    intake.take(events.CandlesSnapshot(CHANNEL, (candle(0),)), NOW)

    intake.want(frozenset({BTC}))

    assert CHANNEL not in intake.wanted
    assert intake.memory.candles.held == {}
    intake.take(events.CandleUpdated(CHANNEL, candle(0, "7")), NOW)  # came late
    assert intake.memory.candles.held == {}


def test_the_newest_three_are_told_and_a_revision_replaces_its_candle(intake: Intake) -> None:
    intake.take(events.CandlesSnapshot(CHANNEL, tuple(candle(n) for n in range(5))), NOW)
    intake.take(events.CandleUpdated(CHANNEL, candle(5)), NOW)
    intake.take(events.CandleUpdated(CHANNEL, candle(4, "100.75")), NOW)

    told = due(intake, NOW)

    assert told == [written(candle(3)), written(candle(4, "100.75")), written(candle(5))]


def test_the_last_change_of_a_burst_is_told(intake: Intake) -> None:
    intake.take(events.CandlesSnapshot(CHANNEL, (candle(0),)), NOW)
    due(intake, NOW)
    for cents in range(100):
        intake.take(events.CandleUpdated(CHANNEL, candle(0, f"100.{cents:02}")), NOW + cents)

    assert intake.memory.has_pending
    assert due(intake, NOW + 300) == [written(candle(0, "100.99"))]
    assert not intake.memory.take(NOW + 900).candles


def test_a_heartbeat_renews_the_age_of_the_candles_and_of_no_price(intake: Intake) -> None:
    intake.take(events.CandlesSnapshot(CHANNEL, (candle(0),)), NOW)
    intake.memory.take(NOW)

    intake.take(events.Heartbeat(CHANNEL), NOW + 15_000)

    (values,) = intake.memory.take(NOW + 16_000).candles
    assert values["age_ms"] == 1_000
    assert Topic.CANDLES not in intake.memory.of(BTC).heard_ms


def test_without_a_frame_the_candles_grow_old(intake: Intake) -> None:
    intake.take(events.CandlesSnapshot(CHANNEL, (candle(0),)), NOW)
    intake.take(events.Disconnected(channels=(CHANNEL,), reason="gone"), NOW + 1_000)
    intake.memory.mark_all()

    (values,) = intake.memory.take(NOW + 20_000).candles

    assert values["age_ms"] == 20_000


def test_what_could_not_be_sent_is_sent_again(intake: Intake) -> None:
    intake.take(events.CandlesSnapshot(CHANNEL, (candle(0),)), NOW)
    flush = intake.memory.take(NOW)

    intake.memory.give_back(flush)

    assert due(intake, NOW + 1_000) == flush.candles[0]["candles"]


def test_a_heartbeat_before_the_first_candles_tells_nothing() -> None:
    memory = CandleMemory()

    assert memory.take(events.Heartbeat(CHANNEL), NOW) == TOPIC
    assert memory.held == {}


def test_the_message_holds_the_candles_their_age_and_their_state() -> None:
    view = CandlesView(topic=TOPIC, candles=("1 2 3",), at_ms=17, age_at_arrival_ms=20_000)

    text = fragments.candles(view)

    assert text.startswith(f'<div data-live-part="{TOPIC}" data-age="200')
    assert 'data-at="17" data-state="stale"><i data-candle="1 2 3"></i></div>' in text


class TestOverSockets:
    @pytest.fixture
    def paper(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperExchange]:
        with running_paper(seed=3) as paper:
            monkeypatch.setattr(settings, "EXCHANGE_PUBLIC_URL", paper.rest_url)
            monkeypatch.setattr(settings, "EXCHANGE_AUTH_URL", paper.rest_url)
            monkeypatch.setattr(settings, "EXCHANGE_STREAM_URL", paper.ws_url)
            yield paper

    @pytest.fixture
    async def hub(self, paper: PaperExchange) -> AsyncIterator[Hub]:
        hub = Hub()
        hub.ensure_started()
        yield hub
        await hub.stop()

    async def test_the_live_candles_are_those_that_the_exchange_tells_later(
        self, hub: Hub, paper: PaperExchange
    ) -> None:
        await look_at(hub, BTC, TOPIC)
        seen: set[str] = set()

        def has_moved() -> bool:
            view = board.candles(TOPIC)
            if view is not None:
                seen.add(view.candles[-1])
            return len(seen) >= 4

        async with relaying():
            await until(has_moved)
            await until(lambda: board.candles(TOPIC).state is FeedState.LIVE)
            paper.pause()
            client = RestV2(paper.rest_url)
            told = client.candles(BTC, Timeframe.ONE_MINUTE, limit=3)
            client.close()
            expected = tuple(map(written, reversed(told)))

            await until(lambda: board.candles(TOPIC).candles == expected)
