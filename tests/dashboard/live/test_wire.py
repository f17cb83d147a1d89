"""Bytes to a browser: whole, in order, and the same whichever way they take."""

from __future__ import annotations

import re
import socket
from collections import deque
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from channels.sessions import InstanceSessionWrapper
from websockets.frames import Frame, Opcode

from dashboard.live.events import ACCOUNTS, PEOPLE, publish
from dashboard.live.wire import Packet, text_frame, wire_to
from tests.dashboard.live.flushes import say
from tests.dashboard.live.serving import Server, serving
from tests.product.running import until

BTC, ETH = "tBTCUSD", "tETHUSD"
PING, PONG, CLOSE = 0x89, 0x8A, 0x88


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("daphne")) as server:
        yield server


def symbols_of(letters: str) -> list[str]:
    """Return a hundred symbols for each of the letters."""
    return [f"t{letter}{number:02}USD" for letter in letters for number in range(100)]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_a_frame_is_what_any_websocket_server_would_write(size: int) -> None:
    text = b"x" * size

    assert text_frame(text) == Frame(Opcode.TEXT, text).serialize(mask=False)


def test_messages_of_a_packet_are_frames_one_behind_the_other() -> None:
    packet = Packet([b"one", b"two"])

    assert packet.frames == text_frame(b"one") + text_frame(b"two")


async def test_daphnes_own_way_and_the_direct_one_write_the_very_same_bytes(
    server: Server,
) -> None:
    direct, plain = server.open_page(), server.open_page(query="?plain")
    assert server.told()["wires"] == ["DirectWire", "SendWire"]
    symbols = symbols_of("X")
    for page in (direct, plain):
        page.text_with("data-feed")
        page.heard.clear()

    await publish(PEOPLE, {"type": "person.changed", "user": 1, "what": "orders-changed"})
    await publish(
        ACCOUNTS,
        {"type": "account.heard", "user": 1, "account": 7, "age_ms": 1, "reason": "long " * 99},
    )
    for page in (direct, plain):
        assert page.text() == '<i data-event="orders-changed"></i>'
        page.text_with("data-account")
    for page in (direct, plain):
        page.watch(*symbols)
    until(lambda: set(symbols) <= set(server.told()["topics"]), "both are heard")
    await say(*symbols, last="65001.5")
    for page in (direct, plain):
        page.text_with(symbols[-1])

    assert bytes(direct.heard) == bytes(plain.heard)
    assert len(direct.heard) > 5_000
    for page in (direct, plain):
        page.close()


async def test_pongs_stand_between_whole_messages_and_close_is_the_last_word(
    server: Server,
) -> None:
    page = server.open_page(ETH)
    heard: list[tuple[int, bytes]] = []
    for round_ in range(100):
        page.send_frame(PING, b"%d" % round_)
        await say(ETH, last=str(round_))
    page.send_frame(CLOSE, (1000).to_bytes(2, "big"))
    await say(ETH, last="2000")
    while not heard or heard[-1][0] != CLOSE:
        heard.append(page.frame())
    rest = page.reader.read()

    assert [int(payload) for first, payload in heard if first == PONG] == list(range(100))
    values = [int(value) for value in values_in(heard)]
    assert values == sorted(values)
    assert rest == b""
    page.close()


async def test_what_the_kernel_does_not_take_arrives_whole_and_in_order(server: Server) -> None:
    symbols = symbols_of("Y")
    page = server.open_page(*symbols, kernel_buffer=4096)
    page.text_with("data-feed")
    for number in range(60):
        await say(*symbols, last=f"{number}.5")
        if number == 30:
            page.send_frame(PING, b"in the middle of it")
    until(lambda: server.told()["behind"] == 1, "the page is behind")
    heard: list[tuple[int, bytes]] = []
    while not any(b"last|59.5|" in payload for _, payload in heard):
        heard.append(page.frame())

    assert {first for first, _ in heard} <= {0x81, PONG}
    assert (PONG, b"in the middle of it") in heard
    assert all(payload.endswith(b">") for first, payload in heard if first == 0x81)
    newest = [float(value) for value in values_in(heard)]
    assert newest == sorted(newest)
    until(lambda: server.told()["behind"] == 0, "the page has caught up")
    page.close()


def values_in(heard: list[tuple[int, bytes]]) -> list[bytes]:
    """Return the values of all quotes in texts, in the order of arrival."""
    texts = b"".join(payload for first, payload in heard if first == 0x81)
    return re.findall(rb"last\|([^|]+)\|", texts)


async def test_a_watch_list_larger_than_a_message_may_be_comes_in_several(server: Server) -> None:
    symbols = symbols_of("ABC")
    first = server.open_page(*symbols)
    for start in range(0, 300, 100):
        await say(*symbols[start : start + 100], last="7")
    first.text_with(symbols[-1])

    for query in ("", "?plain"):
        page = server.open_page(*symbols, query=query)
        shown: set[bytes] = set()
        while len(shown) < 300:
            text = page.text().encode()
            assert len(text) < 65_536
            shown |= set(re.findall(rb'data-quote="(t[ABC]\d+USD)"', text))
        page.close()
    first.close()


class Transport:
    """As Twisted's, as far as a direct write looks."""

    def __init__(self, **changes: Any) -> None:
        fields: dict[str, Any] = {
            "TLS": False,
            "socket": socket.socket.__new__(socket.socket),  # one that was never opened
            "dataBuffer": b"",
            "offset": 0,
            "_tempDataLen": 0,
            "disconnecting": False,
            "bufferSize": 65_536,
            "producerPaused": False,
            "abortConnection": lambda: None,
            "unregisterProducer": lambda: None,
            "registerProducer": lambda *_: None,
        }
        for name, value in (fields | changes).items():
            if value is not None:
                setattr(self, name, value)


Transport.__module__, Transport.__qualname__ = "twisted.internet.tcp", "Server"


class WebSocketProtocol:
    """As Daphne's, as far as a direct write looks."""

    STATE_OPEN = 3

    def __init__(self, transport: Transport, **changes: Any) -> None:
        self.transport = transport
        self.send_queue: object = deque()
        self._perMessageCompress: object = None
        self.maskServerFrames = False
        self.failedByMe: object = False
        self.current_frame: object = None
        for name in ("onFrameBegin", "onPing", "sendPong", "sendCloseFrame", "dropConnection"):
            setattr(self, name, print)
        vars(self).update(changes)


WebSocketProtocol.__module__ = "daphne.ws_protocol"
WebSocketProtocol.__qualname__ = "WebSocketProtocol"


def way_over(protocol: object) -> str:
    return type(wire_to(SimpleNamespace(args=(protocol,)))).__name__  # type: ignore[arg-type]


def test_a_daphne_as_we_know_it_is_written_to_directly() -> None:
    assert way_over(WebSocketProtocol(Transport())) == "DirectWire"


def test_what_sessions_wrap_around_the_way_to_the_browser_is_no_detour() -> None:
    send = partial(print, WebSocketProtocol(Transport()))
    wrapped = InstanceSessionWrapper({"cookies": {}, "path": "/"}, send).send

    assert type(wire_to(wrapped)).__name__ == "DirectWire"


@pytest.mark.parametrize(
    "protocol",
    [
        None,
        object(),
        SimpleNamespace(transport=Transport()),
        WebSocketProtocol(Transport(TLS=True)),
        WebSocketProtocol(Transport(TLS=None)),
        WebSocketProtocol(Transport(dataBuffer=[b""])),
        WebSocketProtocol(Transport(_tempDataLen=None)),
        WebSocketProtocol(Transport(socket=object())),
        WebSocketProtocol(Transport(abortConnection=None)),
        WebSocketProtocol(Transport(producerPaused=None)),
        WebSocketProtocol(Transport(registerProducer=None)),
        WebSocketProtocol(Transport(unregisterProducer=None)),
        WebSocketProtocol(SimpleNamespace(**vars(Transport()))),  # type: ignore[arg-type]
        WebSocketProtocol(Transport(), STATE_OPEN=4),
        WebSocketProtocol(Transport(), send_queue=None),
        WebSocketProtocol(Transport(), _perMessageCompress=object()),
        WebSocketProtocol(Transport(), maskServerFrames=True),
        WebSocketProtocol(Transport(), failedByMe=None),
        WebSocketProtocol(Transport(), onFrameBegin=None),
        WebSocketProtocol(Transport(), dropConnection=None),
    ],
)
def test_anything_else_goes_by_the_servers_own_way(protocol: object) -> None:
    assert way_over(protocol) == "SendWire"
