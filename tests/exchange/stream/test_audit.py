from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import DecodeError
from exchange.stream.audit import Audit
from exchange.stream.events import Flag, SequenceBroken

WALLET = ["exchange", "BTC", 1, 0, None]
REQUEST = [None, "on-req", None, None, [], None, "SUCCESS", ""]


def audited(*frames: list[Any], flags: Flag = Flag.SEQ_ALL) -> list[SequenceBroken | None]:
    """Return what was found wrong with each frame."""
    audit = Audit()
    audit.expect(flags)
    return [audit.take(frame) for frame in frames]


def test_frames_of_the_account_carry_a_second_counter():
    assert (
        audited(
            [0, "ps", [], 1, 0],
            [0, "ws", [], 2, 0],
            [17, "hb", 3],
            [0, "hb", 4],
            [0, "wu", WALLET, 5, 7],
            [0, "wu", WALLET, 6, 8],
        )
        == [None] * 6
    )


def test_what_the_counters_leave_is_the_frame():
    audit = Audit()
    audit.expect(Flag.SEQ_ALL | Flag.TIMESTAMP)

    frames: list[list[Any]] = [
        [0, "wu", WALLET, 1, 7, 1700000000000],
        [0, "n", REQUEST, 7, 1700000000000],
        [0, "hb", 2, 1700000000000],
        [17, [1, 2], 3, 1700000000000],
    ]
    found = [audit.take(frame) for frame in frames]

    assert found == [None] * 4
    assert frames == [[0, "wu", WALLET], [0, "n", REQUEST], [0, "hb"], [17, [1, 2]]]


def test_a_notification_repeats_the_second_counter_and_may_lack_the_first():
    assert (
        audited(
            [0, "wu", WALLET, 1, 7],
            [0, "n", REQUEST, 7],
            [0, "n", REQUEST, 2, 7],
            [0, "wu", WALLET, 3, 8],
        )
        == [None] * 4
    )


def test_a_missing_frame_of_the_account_is_noticed_by_the_second_counter():
    assert audited([0, "wu", WALLET, 1, 7], [0, "wu", WALLET, 2, 9])[1] == SequenceBroken(8, 9)
    assert audited([0, "wu", WALLET, 1, 7], [0, "n", REQUEST, 8])[1] == SequenceBroken(7, 8)


def test_a_missing_frame_of_another_channel_is_noticed_by_the_first_counter():
    found = audited([0, "wu", WALLET, 1, 7], [0, "wu", WALLET, 3, 8])

    assert found[1] == SequenceBroken(2, 3)


@pytest.mark.parametrize(
    "frame", [[0, "wu", WALLET], [0, "wu", WALLET, 5], [0, "wu", WALLET, None, 5], []], ids=str
)
def test_a_frame_of_the_account_without_its_counters_is_a_decode_error(frame):
    with pytest.raises(DecodeError, match="sequence"):
        audited(frame)


def test_a_time_stamp_that_is_none_is_a_decode_error():
    with pytest.raises(DecodeError, match="sequence"):
        audited([1, "hb"], flags=Flag.TIMESTAMP)
