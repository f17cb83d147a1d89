"""B63 to B69: what a page may say at the live socket of a real Daphne, and what ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from dashboard.live.inlet import MOST_UNREAD, Inlet
from tests.dashboard.live.serving import Browser, Server, serving
from tests.product.hostile_frames import (
    BINARY,
    CLOSE,
    CONTINUED,
    PING,
    PONG,
    TEXT,
    WATCH,
    close_code,
    frame,
    part,
)
from tests.product.running import until

BTC = "tBTCUSD"
BAD_FRAMES, TOO_LARGE, TOO_MANY, CUT_OFF = 4400, 1009, 4429, 1006
MIB = 1024
FLOOD = 20_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("daphne")) as server:
        yield server


@pytest.fixture
def page(server: Server) -> Iterator[Browser]:
    page = server.open_page()
    yield page
    page.close()
    until(lambda: not server.told()["pages"], "the page is gone")
    assert "Traceback" not in server.output.read_text()


def code_after(page: Browser, *frames: bytes) -> int:
    """Send frames, as far as they are taken, and return the code that the door closes with."""
    try:
        for each in frames:
            page.socket.sendall(each)
    except OSError:
        return CUT_OFF
    return close_code(page.socket)


@pytest.mark.parametrize(
    "words",
    [
        frame(b"hello"),
        frame(b""),
        frame(b"\x00\xff", BINARY),
        frame(WATCH + WATCH),
        frame(b"[" * 16_000),
        frame(b'{"watch":' * 1_500),
    ],
)
def test_b63_the_third_frame_that_is_no_watch_list_closes_the_door(
    page: Browser, words: bytes
) -> None:
    assert code_after(page, words * 3) == BAD_FRAMES


@pytest.mark.parametrize("size", [16_385, 50_000, 65_535, 65_536, 70_000])
def test_b64_a_frame_larger_than_a_page_needs_is_refused_by_its_head(
    server: Server, page: Browser, size: int
) -> None:
    before = server.told()["rss_kib"]

    assert code_after(page, frame(b"[" * size)) == TOO_LARGE
    assert server.told()["rss_kib"] - before < 2 * MIB


@pytest.mark.parametrize("payload", [b"", b"x", b"x" * 1_000])
def test_b64_a_message_that_never_ends_is_cut_off(page: Browser, payload: bytes) -> None:
    parts = part(0, payload) + part(1, payload) * 100

    assert code_after(page, parts) == CUT_OFF


def test_b64_a_message_in_a_few_parts_is_a_message(server: Server, page: Browser) -> None:
    page.socket.sendall(part(0, WATCH[:5]) + part(1, WATCH[5:9]) + frame(WATCH[9:], CONTINUED))

    until(lambda: server.told()["topics"] == [BTC], "it is understood")


@pytest.mark.parametrize(
    "words",
    [
        b'{"watch": NaN}',
        b'{"watch": [1e400]}',
        b'{"watch": [' + b"9" * 5_000 + b"]}",
        b'{"watch": ["tBTCUSD", 1]}',
        b'{"watch": "tBTCUSD"}',
        b"null",
        b"[]",
        b"7",
    ],
)
def test_b65_numbers_and_shapes_that_are_none_of_ours_close_the_door(
    page: Browser, words: bytes
) -> None:
    assert code_after(page, frame(words) * 3) == BAD_FRAMES


@pytest.mark.parametrize(
    "words",
    [
        b'{"type": "person.changed", "user": 1, "what": "signed-out"}',
        b'{"type": "websocket.close", "code": 4401}',
        b'{"group": "people", "channel_name": "x"}',
        b'{"watch": ["tBTCUSD"], "type": "market.flushed"}',
    ],
)
def test_b66_nobody_names_a_handler_or_a_group(page: Browser, words: bytes) -> None:
    assert code_after(page, frame(words) * 3) == BAD_FRAMES


def test_b67_too_many_symbols_are_a_bad_frame_and_unknown_ones_are_left_out(
    server: Server, page: Browser
) -> None:
    too_many = b'{"watch": [' + b'"t",' * 500 + b'"t"]}'
    page.socket.sendall(frame(too_many) * 2)
    page.watch(BTC, "book:tBTCUSD", "user.1", "<script>", "tX<b>USD", "\x00", "t" * 300)

    until(lambda: server.told()["topics"] == ["book:tBTCUSD", BTC], "the good ones are watched")
    assert code_after(page, frame(too_many)) == BAD_FRAMES


def test_b67_the_same_list_again_and_again_is_watched_once(server: Server, page: Browser) -> None:
    for _ in range(5):
        page.watch(*[BTC] * 400)

    until(lambda: server.told()["topics"] == [BTC], "it is watched")


def test_b68_more_than_ten_messages_a_second_are_told_to_be_too_many(page: Browser) -> None:
    assert code_after(page, frame(WATCH) * 40) in {TOO_MANY, CUT_OFF}


Make = Callable[[int], bytes]
FLOODS: dict[str, Make] = {
    "watch lists": lambda count: frame(WATCH) * count,
    "words": lambda count: frame(b"x") * count,
    "empty words": lambda count: frame(b"") * count,
    "fragments": lambda count: part(0, b"x") + part(1, b"x") * count,
    "fragments of nothing": lambda count: part(0, b"") + part(1, b"") * count,
    "pings": lambda count: frame(b"p" * 125, PING) * count,
    "empty pings": lambda count: frame(b"", PING) * count,
    "pongs": lambda count: frame(b"", PONG) * count,
}


@pytest.mark.parametrize("kind", FLOODS)
def test_b68_b69_a_flood_is_cut_off_before_it_costs_anybody_anything(
    server: Server, page: Browser, kind: str
) -> None:
    before = server.told()

    code_after(page, FLOODS[kind](FLOOD))

    until(lambda: not server.told()["pages"], "it is cut off")
    after = server.told()
    assert after["rss_kib"] - before["rss_kib"] < 2 * MIB
    # Read to its end such a flood costs a second and more, in which nobody else has a turn.
    assert after["cpu_seconds"] - before["cpu_seconds"] < 0.5


@pytest.mark.parametrize(("unread", "answers"), [(0, 1), (MOST_UNREAD, 1), (MOST_UNREAD + 1, 0)])
def test_b69_of_one_who_reads_nothing_no_ping_is_answered(unread: int, answers: int) -> None:
    answered: list[bytes] = []
    transport = SimpleNamespace(dataBuffer=b"x" * (unread + 3), offset=5, _tempDataLen=2)
    protocol = SimpleNamespace(
        transport=transport, onFrameBegin=print, state=3, STATE_OPEN=3, sendPong=answered.append
    )

    Inlet(protocol).answer_ping(b"are you there?")

    assert answered == [b"are you there?"] * answers


def test_b69_a_page_that_answers_no_ping_is_given_up(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("impatient")
    with serving(folder, "--ping-interval", "1", "--ping-timeout", "1") as server:
        page = server.open_page(BTC)

        assert close_code(page.socket) == CUT_OFF
        until(lambda: not server.told()["pages"], "the page is gone")
        page.close()


def test_b69_one_who_leaves_without_a_word_is_forgotten(server: Server) -> None:
    page = server.open_page(BTC)
    page.close()

    until(lambda: not server.told()["pages"], "the page is gone")
    assert server.told()["topics"] == []


def test_b69_a_close_that_is_no_close_ends_the_connection(page: Browser) -> None:
    assert code_after(page, frame(b"\x03", CLOSE)) == CUT_OFF


def test_text_is_text(page: Browser) -> None:
    assert code_after(page, frame(b"\xff\xfe\xc0\xaf", TEXT)) == CUT_OFF
