"""What a network may do between the product and the exchange."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from tests.chaos import verbs
from tests.chaos.hands import SUBMIT
from tests.chaos.rows.row import ABSENT, EITHER, NOT_SENT, THERE, Row, Run, carried
from tests.chaos.trial import Trial

ORDER = SUBMIT.encode()


def unreachable(name: str) -> Run:
    def run(trial: Trial, fault: str) -> None:
        proxy = trial.rig.proxy
        around: AbstractContextManager[Any] = (
            proxy.refusing() if name == "refusing" else proxy.swallowing()
        )
        trial.press(fault, NOT_SENT, around=around)

    return run


ROWS = (
    Row("F01", "connections are refused", unreachable("refusing"), is_alone=True),
    Row("F02", "connections are swallowed", unreachable("swallowing"), is_alone=True),
    Row(
        "F05 net",
        "a reset before the order arrives",
        carried(ABSENT, lambda _: verbs.reset_before(ORDER)),
    ),
    Row("F06 net", "a reset behind the order", carried(THERE, lambda _: verbs.reset_after(ORDER))),
    Row("F07", "the order is swallowed in silence", carried(ABSENT, lambda _: verbs.down(ORDER))),
    Row(
        "F08 net",
        "the answer is swallowed in silence",
        carried(THERE, lambda _: verbs.half_open(ORDER)),
    ),
    Row(
        "F10",
        "the network delivers the order after the deadline",
        carried(EITHER, lambda trial: verbs.latency(ORDER, trial.hurried(20))),
    ),
    Row(
        "F12 net",
        "the answer ends in its head",
        carried(THERE, lambda _: verbs.limit_data(ORDER, 40)),
    ),
    Row(
        "slices",
        "the answer in slices, in time",
        carried(THERE, lambda _: verbs.slicer(ORDER, 64, 0.01)),
    ),
    Row(
        "F11 net",
        "the answer at twenty bytes a second",
        carried(THERE, lambda _: verbs.bandwidth(ORDER, 20)),
    ),
)
