from __future__ import annotations

from exchange.paper.stream.account.frames import Frame
from exchange.paper.stream.framing import SEQUENCE, TIMESTAMP, Framing
from tests.exchange.paper.clock import Clock

WALLET = Frame("wu", '["exchange"]', ("wallet",))
ANSWER = Frame("n", '[1,"on-req"]', ("notify",), is_answer=True)
NOTE = Frame("n", '[1,"ucm-x"]', ("notify",))


def framing(flags: int) -> Framing:
    made = Framing(Clock())
    made.flags = flags
    return made


def test_without_flags_a_frame_is_its_channel_and_its_payload() -> None:
    plain = framing(0)

    assert plain.public(7, "[1,2]") == "[7,[1,2]]"
    assert plain.account(WALLET) == '[0,"wu",["exchange"]]'
    assert plain.heartbeat() == '[0,"hb"]'


def test_all_frames_share_one_counter_and_the_account_has_another() -> None:
    counted = framing(SEQUENCE)
    frames = [
        counted.account(WALLET, is_snapshot=True),
        counted.public(7, "[]"),
        counted.account(WALLET),
        counted.heartbeat(),
        counted.account(ANSWER),
        counted.account(NOTE),
        counted.account(WALLET),
    ]

    assert frames == [
        '[0,"wu",["exchange"],1,0]',
        "[7,[],2]",
        '[0,"wu",["exchange"],3,1]',
        '[0,"hb",4]',
        '[0,"n",[1,"on-req"],1]',
        '[0,"n",[1,"ucm-x"],5,1]',
        '[0,"wu",["exchange"],6,2]',
    ]


def test_the_time_comes_last() -> None:
    stamped = framing(SEQUENCE | TIMESTAMP)

    assert stamped.account(WALLET) == f'[0,"wu",["exchange"],1,1,{Clock().ms}]'
