"""H1: every fault of the matrix while orders are placed, in an order drawn by the seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.chaos.rig import WEBS
from tests.chaos.rows import answers, connections, keys, outages, people, trades
from tests.chaos.rows.row import Row
from tests.chaos.trial import Trial
from tests.chaos.truth import Verdict

ROWS: tuple[Row, ...] = (
    *answers.ROWS,
    *connections.ROWS,
    *people.ROWS,
    *trades.ROWS,
    *keys.ROWS,
    *outages.ROWS,
)
# Each of these stops all calls for a minute, which no divisor shortens.
BANS: tuple[Row, ...] = keys.BANS
# More at once would spend the calls a minute that looking for lost orders needs.
MOST_OPEN = 3
# A minute for the ban, and one more for what it held up.
BAN_SECONDS = 130.0


@dataclass(slots=True)
class Matrix:
    """What came of the rows. failed: rows that could not do their fault, each with the reason."""

    rows: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)
    to_truth: dict[str, list[float]] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        return not self.failed and self.verdict.is_clean

    def add(self, other: Matrix) -> None:
        self.rows += other.rows
        self.failed += other.failed
        self.verdict.add(other.verdict)
        for state, seconds in other.to_truth.items():
            self.to_truth.setdefault(state, []).extend(seconds)


def run_matrix(
    trial: Trial, rows: Iterable[Row] = ROWS, *, tell: Callable[[str], None] = lambda _: None
) -> Matrix:
    """Do each row, those alone at the end; then hold every press against the ledger."""
    drawn = list(rows)
    trial.random.shuffle(drawn)
    made = Matrix()
    with trial.watching():
        for row in sorted(drawn, key=lambda row: (row.is_last, row.is_alone)):
            trial.wait_until_open(0 if row.is_alone else MOST_OPEN)
            run_row(trial, row, made)
            tell(f"{row.name}: {row.title}")
    trial.rig.await_ready(*WEBS)
    trial.settle()
    made.verdict = trial.verdict()
    made.to_truth = times_to_truth(trial)
    return made


def run_row(trial: Trial, row: Row, made: Matrix) -> None:
    made.rows.append(row.name)
    trial.rig.await_ready(*WEBS)
    try:
        row.run(trial, row.name)
    except Exception as problem:
        # One row that cannot be done must not hide what the others find.
        made.failed.append(f"{row.name}: {type(problem).__name__}: {problem}"[:600])
    finally:
        trial.rig.exchange.call("DELETE", "/faults")
    if row in BANS:
        for intent in trial.intents:
            intent.banned = BAN_SECONDS if intent.fault == row.name else intent.banned
        trial.wait_until_open(0, BAN_SECONDS)
        # Some are settled at once; the next order could not leave before the ban is over.
        trial.await_turn(BAN_SECONDS)


def times_to_truth(trial: Trial, *, counts_all: bool = False) -> dict[str, list[float]]:
    """Return how long presses were unknown, in seconds, by what they turned out to be.

    counts_all: whether one that nobody saw unknown, because the account's stream told of it
    first, counts as 0 s or not at all.
    """
    found: dict[str, list[float]] = {"placed": [], "not placed": []}
    for intent in trial.intents:
        seconds = intent.to_truth
        if counts_all and seconds is None and intent.first_settled is not None:
            seconds = 0.0
        if seconds is not None:
            found["not placed" if intent.state == "NOT_PLACED" else "placed"].append(seconds)
    return found
