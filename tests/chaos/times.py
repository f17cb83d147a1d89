"""H5 and P13: how long people wait for the truth, and how soon an order leaves."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos import verbs
from tests.chaos.hands import SUBMIT
from tests.chaos.matrix import MOST_OPEN, times_to_truth
from tests.chaos.rows.row import ABSENT, THERE
from tests.chaos.trial import Trial
from tests.chaos.truth import Verdict

ORDER = SUBMIT.encode()
PLACED_SECONDS, NOT_PLACED_SECONDS = 15.0, 40.0
LEAVES_MS = 15.0
PRESS_SECONDS = 1.0


@dataclass(slots=True)
class Waits:
    """Seconds of doubt by what the order turned out to be."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def placed(self) -> float:
        return percentile(self.seconds["placed"])

    @property
    def not_placed(self) -> float:
        return percentile(self.seconds["not placed"])

    @property
    def is_met(self) -> bool:
        return (
            self.verdict.is_clean
            and self.placed <= PLACED_SECONDS
            and self.not_placed <= NOT_PLACED_SECONDS
        )


def percentile(values: Sequence[float]) -> float:
    """Return the 95th percentile; infinite where there is none, so that no promise is kept."""
    if len(values) < 2:
        return max(values, default=float("inf"))
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def doubts(trial: Trial, *, each: int) -> Waits:
    """Lose the answers of so many orders that arrived, and so many orders that did not."""
    with trial.watching():
        for number in range(2 * each):
            trial.wait_until_open(MOST_OPEN - 1)
            is_lost = number % 2 == 1
            verb = verbs.reset_before(ORDER) if is_lost else verbs.reset_after(ORDER)
            around = trial.rig.proxy.verb(verb)
            trial.press("H5", ABSENT if is_lost else THERE, around=around)
        trial.wait_until_open(0)
    trial.settle()
    return Waits(times_to_truth(trial, counts_all=True), trial.verdict())


def leaving(trial: Trial, *, presses: int) -> list[float]:
    """Return, per press, the milliseconds from the browser's first byte to the exchange's door."""
    found = []
    for _ in range(presses):
        typed, form = trial.review()
        trial.remember("P13", form.values["token"], typed["amount"], THERE)
        pressed_ms = time.time() * 1000
        trial.confirm(form)
        arrived = [each for each in trial.rig.exchange.requests() if each["path"] == SUBMIT]
        found.append(arrived[-1]["received_ms"] - pressed_ms)
        # Not faster than the budget of calls refills: what is measured is the way, not the queue.
        time.sleep(PRESS_SECONDS)
    return found
