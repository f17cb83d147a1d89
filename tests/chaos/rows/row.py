"""A row of the matrix: one fault, what is done while it is there, and what has to come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.chaos.hands import SUBMIT
from tests.chaos.trial import Trial
from tests.chaos.truth import AT_EXCHANGE
from tests.chaos.verbs import Verb

THERE = frozenset(AT_EXCHANGE)
ABSENT = frozenset({"NOT_PLACED"})
# A refusal that another look at the exchange has to confirm may be proved absent instead.
REFUSED = frozenset({"REJECTED"}) | ABSENT
NOT_SENT = frozenset({"NOT_SENT"})
# Either is right, as long as it is what the exchange's ledger says.
EITHER = THERE | ABSENT
Run = Callable[[Trial, str], None]


@dataclass(frozen=True, slots=True)
class Row:
    """run: makes the fault and presses.

    is_alone: it hits all that goes on, so nothing else does. is_last: what it leaves behind, too.
    """

    name: str
    title: str
    run: Run
    is_alone: bool = False
    is_last: bool = False


@contextmanager
def faults(trial: Trial, planted: list[dict[str, Any]]) -> Iterator[None]:
    """Keep several faults in force together; each has to strike."""
    with ExitStack() as lifted:
        for members in planted:
            lifted.enter_context(trial.rig.exchange.fault(**members))
        yield


def answered(ends: frozenset[str], *planted: dict[str, Any], **wanted: str) -> Run:
    """Place an order that the exchange answers by these faults."""

    def run(trial: Trial, name: str) -> None:
        meant = [{"path": SUBMIT, **members} for members in planted]
        trial.press(name, ends, around=faults(trial, meant), **wanted)

    return run


def carried(ends: frozenset[str], make: Callable[[Trial], Verb]) -> Run:
    """Place an order over a connection to which the proxy does this."""

    def run(trial: Trial, name: str) -> None:
        trial.press(name, ends, around=trial.rig.proxy.verb(make(trial)))

    return run
