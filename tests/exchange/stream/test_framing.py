from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from exchange.stream.framing import Cutter

LARGEST = 65_534


def framed(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """One frame as a server sends it."""
    return Frame(opcode, data, fin).serialize(mask=False)


def in_fragments(opcode: Opcode, parts: list[bytes], between: bytes) -> bytes:
    """One message in several frames, with a ping in each gap."""
    gap = framed(Opcode.PING, between)
    frames = [
        framed(opcode if not number else Opcode.CONT, part, fin=number == len(parts) - 1)
        for number, part in enumerate(parts)
    ]
    return gap.join(frames)


CONTENT = st.binary(max_size=200) | st.integers(120, LARGEST).map(lambda length: b"x" * length)
KIND = st.sampled_from((Opcode.TEXT, Opcode.BINARY))
FRAGMENTS = st.lists(st.binary(max_size=200), min_size=1, max_size=4)


@given(
    st.lists(
        st.tuples(st.just("whole"), KIND, CONTENT)
        | st.tuples(st.just("parts"), KIND, FRAGMENTS)
        | st.tuples(st.just("ping"), st.just(Opcode.PING), st.binary(max_size=125)),
        max_size=8,
    ),
    st.lists(st.integers(1, 20_000), max_size=20),
)
def test_messages_are_the_same_wherever_the_bytes_are_torn(sent, lengths):
    stream, expected, pings = b"", [], []
    for form, opcode, content in sent:
        if form == "parts":
            stream += in_fragments(opcode, content, b"gap")
            expected.append(b"".join(content))
            pings += [framed(Opcode.PING, b"gap")] * (len(content) - 1)
        else:
            stream += framed(opcode, content)
            (pings if form == "ping" else expected).append(
                framed(opcode, content) if form == "ping" else content
            )
    passed_on: list[bytes] = []
    cutter, found = Cutter(LARGEST, passed_on.append), []
    for length in lengths:
        found += cutter.cut(stream[:length])
        stream = stream[length:]
    found += cutter.cut(stream)

    assert found == expected
    assert passed_on == pings


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_every_way_to_write_a_length_is_read_in_small_pieces(length):
    cutter = Cutter(2 * LARGEST, print)
    stream = framed(Opcode.TEXT, b"x" * length) + framed(Opcode.TEXT, b"next")
    step = max(1, length // 100)
    found = [
        message
        for start in range(0, len(stream), step)
        for message in cutter.cut(stream[start : start + step])
    ]

    assert found == [b"x" * length, b"next"]


def test_after_the_end_there_are_no_messages():
    passed_on: list[bytes] = []
    cutter = Cutter(LARGEST, passed_on.append)
    end, late = framed(Opcode.CLOSE, b"\x03\xe8"), framed(Opcode.TEXT, b"late")
    found = cutter.cut(framed(Opcode.TEXT, b"last") + end + late)

    assert found == [b"last"]
    assert passed_on == [end]
    assert cutter.cut(late) == []


TEXT, CONTINUED = framed(Opcode.TEXT, b"a"), framed(Opcode.CONT, b"b")
BEGUN = framed(Opcode.TEXT, b"a", fin=False)


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (Frame(Opcode.TEXT, b"a").serialize(mask=True), "a masked frame"),
        (bytes([TEXT[0] | 0x40]) + TEXT[1:], "out of place: 0xc1"),
        (bytes([0x83]) + TEXT[1:], "out of place: 0x83"),
        (CONTINUED, "out of place: 0x80"),
        (TEXT + CONTINUED, "out of place: 0x80"),
        (BEGUN + TEXT, "out of place: 0x81"),
        (BEGUN + BEGUN, "out of place: 0x1"),
        # The head alone: nobody waits for what is refused.
        (b"\x81\x7e\xff\xff", "a frame of 65535 bytes"),
        (b"\x81\x7f" + (2**40).to_bytes(8, "big"), "a frame of 1099511627776 bytes"),
        (BEGUN + framed(Opcode.CONT, b"x" * LARGEST, fin=False), f"more than {LARGEST} bytes"),
    ],
)
def test_what_no_server_may_send_is_refused(stream, reason):
    cutter = Cutter(LARGEST, print)
    with pytest.raises(ValueError, match=reason):
        cutter.cut(stream)


def test_fragments_without_content_cost_nothing():
    cutter = Cutter(LARGEST, print)
    nothing = framed(Opcode.CONT, b"", fin=False)
    cutter.cut(BEGUN)
    for _ in range(10):
        cutter.cut(nothing * 1000)

    assert cutter.cut(CONTINUED) == [b"ab"]
