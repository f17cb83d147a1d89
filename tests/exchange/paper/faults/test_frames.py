from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from exchange.paper import Pace, PaperExchange, running_paper
from exchange.paper.faults.frames import (
    AlteredFrame,
    Announcement,
    BadChecksum,
    DroppedFrame,
    ExtraFrame,
    FrameFault,
    HostileFrame,
    MutedChannel,
    ReorderedFrame,
    RepeatedFrame,
)
from exchange.paper.faults.hostile import HOSTILE_TEXTS
from exchange.paper.market.markets import catalogue
from tests.exchange.paper.caller import KEY, Caller

SEQUENCE_AND_CHECKSUMS = 65_536 + 131_072
TRADES, BOOK = {"channel": "trades"}, {"channel": "book"}

Wanted = Callable[[Any], bool]


@pytest.fixture
def paper() -> Any:
    """A server that beats fast, whose market moves only by hand."""
    pace = Pace(heartbeat_ms=100, checksum_ms=100)
    with running_paper(keys=[KEY], listed=catalogue()[:3], pace=pace) as exchange:
        exchange.pause()
        yield exchange


class Listener:
    """A client of the stream that keeps all it hears."""

    def __init__(self, client: ClientConnection) -> None:
        self.client = client
        self.texts: list[str] = []

    @property
    def frames(self) -> list[Any]:
        return [json.loads(text) for text in self.texts]

    async def say(self, **members: Any) -> None:
        await self.client.send(json.dumps(members))

    async def hear(self, wanted: Wanted) -> Any:
        """Listen until something wanted comes, and return it."""
        async with asyncio.timeout(10):
            while True:
                self.texts.append(str(await self.client.recv()))
                frame = json.loads(self.texts[-1])
                if wanted(frame):
                    return frame

    async def subscribe(self, channel: str, symbol: str = "tBTCUSD") -> int:
        """Subscribe, and return the channel's number once its snapshot is there."""
        await self.say(event="subscribe", channel=channel, symbol=symbol)
        ack = await self.hear(is_event("subscribed"))
        await self.hear(lambda frame: isinstance(frame, list) and frame[0] == ack["chanId"])
        return int(ack["chanId"])

    async def hear_beats(self, channel_id: int, count: int = 3) -> None:
        """Listen to so many heartbeats of a channel."""
        for _ in range(count):
            await self.hear(
                lambda frame: isinstance(frame, list) and frame[:2] == [channel_id, "hb"]
            )


@pytest.fixture
async def listener(paper: PaperExchange) -> AsyncIterator[Listener]:
    async with connect(paper.ws_url, max_size=None) as client:
        listening = Listener(client)
        await listening.say(event="conf", flags=SEQUENCE_AND_CHECKSUMS)
        await listening.hear(is_event("conf"))
        yield listening


def is_event(name: str) -> Wanted:
    return lambda frame: isinstance(frame, dict) and frame["event"] == name


def is_update(code: str) -> Wanted:
    return lambda frame: isinstance(frame, list) and frame[1] == code


def numbers(frames: list[Any]) -> list[int]:
    return [frame[-1] for frame in frames if isinstance(frame, list)]


async def test_a_channel_can_fall_silent_while_others_live(
    paper: PaperExchange, listener: Listener
) -> None:
    bitcoin, ether = (
        await listener.subscribe("trades"),
        await listener.subscribe("trades", "tETHUSD"),
    )
    listener.texts.clear()
    with paper.fault(MutedChannel(channel="trades", subject="tBTCUSD")) as fault:
        paper.trade("tBTCUSD", "0.01")
        await listener.hear_beats(ether)
        heard = {frame[0] for frame in listener.frames}
    counted = numbers(listener.frames)
    await listener.hear_beats(bitcoin, 1)

    assert fault.fired >= 3
    assert heard == {ether}
    assert counted == list(range(counted[0], counted[0] + len(counted)))


async def test_a_channel_can_bring_no_news_and_still_give_a_sign_of_life(
    paper: PaperExchange, listener: Listener
) -> None:
    channel_id = await listener.subscribe("trades")
    listener.texts.clear()
    with paper.fault(MutedChannel(heartbeats=False, **TRADES)) as fault:
        paper.trade("tBTCUSD", "0.01")
        await listener.hear_beats(channel_id)

    assert fault.fired == 2
    assert {frame[1] for frame in listener.frames} == {"hb"}


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (DroppedFrame(skip=1, channel="trades"), [1, 3]),
        (ReorderedFrame(channel="trades"), [2, 1, 3]),
        (RepeatedFrame(channel="trades"), [1, 1, 2, 3]),
        (ReorderedFrame(channel="trades", times=2), [3, 1, 2]),
    ],
)
async def test_frames_can_be_lost_overtaken_or_repeated_with_their_numbers(
    paper: PaperExchange, listener: Listener, fault: FrameFault, heard: list[int]
) -> None:
    await listener.subscribe("trades")
    last = numbers(listener.frames)[-1]
    listener.texts.clear()
    with paper.fault(fault) as planted:
        for _ in heard:
            await listener.hear(lambda frame: True)

    assert planted.fired == fault.times
    assert numbers(listener.frames) == [last + later for later in heard]


async def test_a_checksum_can_be_wrong(paper: PaperExchange, listener: Listener) -> None:
    await listener.subscribe("book")
    paper.trade("tBTCUSD", "0.01")
    right = await listener.hear(is_update("cs"))
    with paper.fault(BadChecksum(**BOOK)) as fault:
        paper.trade("tBTCUSD", "0.01")
        wrong = await listener.hear(is_update("cs"))

    assert fault.fired == 1
    assert wrong[2] != right[2]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('[7,"cs",8,1]', '[7,"cs",9,1]'),
        ('[7,"cs",-2147483648]', '[7,"cs",-2147483647]'),
        ('[7,"cs",2147483647]', '[7,"cs",2147483646]'),
    ],
)
def test_a_wrong_checksum_is_wrong_by_one_bit(right: str, wrong: str) -> None:
    assert BadChecksum().change(right) == [wrong]


async def test_only_checksums_are_spoiled_by_a_bad_checksum(
    paper: PaperExchange, listener: Listener
) -> None:
    await listener.subscribe("book")
    listener.texts.clear()
    with paper.fault(BadChecksum(**BOOK), must_strike=False) as fault:
        paper.trade("tBTCUSD", "0.01")
        change = await listener.hear(lambda frame: isinstance(frame[1], list))

    assert fault.fired == 0
    assert len(change[1]) == 3


@pytest.mark.parametrize("code", [20051, 20060, 20061])
async def test_a_socket_can_be_told_about_the_server_before_any_frame(
    paper: PaperExchange, listener: Listener, code: int
) -> None:
    await listener.subscribe("trades")
    listener.texts.clear()
    with paper.fault(Announcement(code, "words", **TRADES)) as fault:
        await listener.hear(is_update("hb"))

    assert fault.fired == 1
    assert listener.frames[0] == {"event": "info", "code": code, "msg": "words"}


@pytest.mark.parametrize("text", ["[987654,[1,2]]", "nonsense", "[" * 50_000, '{"event":"new"}'])
async def test_a_frame_that_nobody_asked_for_can_come(
    paper: PaperExchange, listener: Listener, text: str
) -> None:
    await listener.subscribe("trades")
    with paper.fault(ExtraFrame(text, **TRADES)) as fault:
        async with asyncio.timeout(10):
            heard = await listener.client.recv()
            next_one = await listener.client.recv()

    assert fault.fired == 1
    assert heard == text
    assert is_update("hb")(json.loads(next_one))


@pytest.mark.parametrize("value", ["null", "-1", "0", "1e30", "NaN"])
async def test_a_value_in_a_frame_can_be_absurd(
    paper: PaperExchange, listener: Listener, value: str
) -> None:
    await listener.subscribe("trades")
    listener.texts.clear()
    # A heartbeat has no such place; it neither changes nor counts.
    with paper.fault(AlteredFrame((2, 3), value, **TRADES)) as fault:
        paper.trade("tBTCUSD", "0.01")
        await listener.hear(is_update("tu"))
    (te,) = (text for text in listener.texts if '"te"' in text)
    (tu,) = (text for text in listener.texts if '"tu"' in text)

    assert (fault.fired, fault.seen) == (1, 2)
    assert te.partition("]")[0].endswith(f",{value}")
    assert tu.startswith(te.partition("]")[0].removesuffix(value).replace('"te"', '"tu"'))


async def test_texts_in_frames_can_be_hostile(paper: PaperExchange, listener: Listener) -> None:
    channel_id = await listener.subscribe("trades")
    with paper.fault(HostileFrame(channel="event", subject="error")) as fault:
        await listener.say(event="subscribe", channel="trades", symbol="tBTCUSD")
        refused = await listener.hear(is_event("error"))

    assert fault.fired == 1
    assert refused["chanId"] == channel_id
    assert refused["symbol"] == "tBTCUSD"
    assert refused["msg"] == f"subscribe: dup{HOSTILE_TEXTS[0]}"


async def test_events_are_only_met_by_faults_that_ask_for_them(
    paper: PaperExchange, listener: Listener
) -> None:
    with paper.fault(DroppedFrame(times=None), must_strike=False) as fault:
        await listener.say(event="ping", cid=4)
        answer = await listener.hear(is_event("pong"))
    with paper.fault(DroppedFrame(channel="event", subject="pong")) as dropped:
        await listener.say(event="ping", cid=5)
        await listener.say(event="ping", cid=6)
        second = await listener.hear(is_event("pong"))

    assert (fault.fired, dropped.fired) == (0, 1)
    assert (answer["cid"], second["cid"]) == (4, 6)


async def test_a_socket_s_faults_can_be_meant_for_one_key(
    paper: PaperExchange, listener: Listener
) -> None:
    await listener.subscribe("trades")
    with paper.fault(DroppedFrame(key=KEY.key, times=None), must_strike=False) as fault:
        await listener.hear(is_update("hb"))

    assert fault.fired == 0


async def test_faults_of_requests_leave_frames_alone_and_the_other_way_round(
    paper: PaperExchange, listener: Listener
) -> None:
    await listener.subscribe("trades")
    with paper.fault(DroppedFrame(times=None)) as fault:
        status = Caller(paper.rest_url).public("/v2/platform/status").json()
        fault.wait()

    assert status == [1]


def test_a_fault_of_frames_has_to_say_what_leaves_instead() -> None:
    with pytest.raises(NotImplementedError):
        FrameFault().change("[1]")
