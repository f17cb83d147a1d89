"""What the exchange may answer to an order, or fail to answer."""

from __future__ import annotations

import json

from tests.chaos.rows.row import ABSENT, EITHER, REFUSED, THERE, Row, answered
from tests.chaos.trial import Trial

GATEWAY = (500, 502, 503, 504, 520, 521, 522, 523, 524)
ODD = (403, 418, 451)
MOVED = (301, 302)
ELSEWHERE = "/elsewhere"
BODIES = {"HTML": "<html>busy</html>", "empty": "", "broken": '[1,"on-req",'}


def never_accepted(status: int) -> Row:
    return Row(
        f"F15 {status}",
        f"a gateway's {status}, not carried out",
        answered(ABSENT, {"kind": "status", "status": status}),
    )


def accepted(status: int) -> Row:
    return Row(
        f"F15 {status} accepted",
        f"a gateway's {status}, carried out all the same",
        answered(THERE, {"kind": "status", "status": status, "accepts": True}),
    )


def odd(status: int) -> Row:
    return Row(
        f"F17 {status}",
        f"status {status}",
        answered(ABSENT, {"kind": "status", "status": status}),
    )


def moved(status: int) -> Row:
    def run(trial: Trial, name: str) -> None:
        location = f"http://127.0.0.1:{trial.rig.exchange.port}{ELSEWHERE}"
        planted = {"kind": "status", "status": status, "location": location}
        answered(ABSENT, planted)(trial, name)
        followed = [each for each in trial.rig.exchange.requests() if each["path"] == ELSEWHERE]
        assert not followed, f"{name}: the redirect was followed"

    return Row(f"F18 {status}", f"a redirect by {status}, which nobody follows", run)


def spoilt(what: str) -> Row:
    return Row(
        f"F13 {what}",
        f"carried out, answered by a body that is {what}",
        answered(THERE, {"kind": "body", "content": BODIES[what]}),
    )


def slow(trial: Trial, name: str) -> None:
    answered(THERE, {"kind": "delay", "seconds": trial.hurried(12)})(trial, name)


def late(trial: Trial, name: str) -> None:
    """The request is held, and carried out after our deadline: the nonce may be fenced off."""
    answered(EITHER, {"kind": "delay", "seconds": trial.hurried(12), "before": True})(trial, name)


ROWS = (
    Row(
        "F05",
        "a reset before the order is read",
        answered(ABSENT, {"kind": "before_accept"}, {"kind": "reset"}),
    ),
    Row("F05b", "bytes that are no HTTP", answered(EITHER, {"kind": "garbage"})),
    Row(
        "F06",
        "a reset in place of the answer",
        answered(THERE, {"kind": "after_accept"}, {"kind": "reset"}),
    ),
    Row("F08", "accepted, the connection ends", answered(THERE, {"kind": "after_accept"})),
    Row("F09", "the answer comes after the deadline", slow),
    Row("F10 held", "the exchange takes the order after the deadline", late),
    Row("F11", "the answer drips", answered(THERE, {"kind": "drip", "bytes_per_second": 2})),
    Row("F12", "the answer ends in the middle", answered(THERE, {"kind": "mid_reply"})),
    *map(spoilt, BODIES),
    Row(
        "F14",
        "500 with nonce: small",
        answered(REFUSED, {"kind": "refuse", "code": 10114, "reason": "nonce: small"}),
    ),
    Row(
        "F14 twice",
        "a proxy sends it twice, the second answer comes",
        answered(THERE, {"kind": "duplicate"}),
    ),
    Row(
        "F14 first",
        "a proxy sends it twice, the first answer comes",
        answered(THERE, {"kind": "duplicate", "answer": "first"}),
    ),
    *map(never_accepted, GATEWAY),
    *map(accepted, GATEWAY),
    *map(odd, ODD),
    *map(moved, MOVED),
    Row(
        "F19",
        "another client id in the answer",
        answered(THERE, {"kind": "altered", "at": [4, 0, 2], "json": "7"}),
    ),
    Row(
        "F20",
        "refused: not enough balance",
        answered(
            REFUSED,
            {"kind": "refuse", "reason": "Invalid order: not enough exchange balance for 1 BTCUSD"},
        ),
    ),
    Row("F21", "rows of ten more fields", answered(THERE, {"kind": "resized", "by": 10})),
    Row("F22", "rows that are too short", answered(THERE, {"kind": "resized", "by": -20})),
    Row(
        "F22 null",
        "no order in the answer",
        answered(THERE, {"kind": "altered", "at": [4], "json": json.dumps(None)}),
    ),
    Row(
        "F50",
        "refused: minimum size",
        answered(
            REFUSED, {"kind": "refuse", "reason": "Invalid order: minimum size for BTCUSD is 4e-5"}
        ),
    ),
    Row(
        "hostile",
        "hostile texts in the answer",
        answered(THERE, {"kind": "hostile_text", "times": 1}),
    ),
)
