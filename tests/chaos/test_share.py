"""The small share of `make chaos` that every `make check` runs, on one rig and in a hurry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.kills import points_to_sweep, sweep
from tests.chaos.matrix import ROWS, run_matrix
from tests.chaos.presses import press_at_once
from tests.chaos.rig import Rig, running_rig
from tests.chaos.times import NOT_PLACED_SECONDS, PLACED_SECONDS, percentile
from tests.chaos.trial import Trial
from tests.chaos.truth import AT_EXCHANGE

# Minutes of waiting on a busy machine; nothing here is measured.
pytestmark = pytest.mark.timeout(600)
SEED = 1
# One of each kind; `make chaos` does all of them, at the product's own pace.
SHARE = {
    "F01", "F02", "F05", "F06 net", "F07", "F08", "F10", "F11", "F13 HTML", "F14 twice", "F15 502",
    "F15 502 accepted", "F18 302", "F19", "F22", "F23", "F28", "F35", "F43", "F44", "F46", "F56",
}  # fmt: skip


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running_rig(tmp_path_factory.mktemp("rig"), TIMERS_DIVISOR="10") as rig:
        yield rig


@pytest.fixture
def trial(rig: Rig) -> Trial:
    return Trial(rig, SEED)


def test_fifty_presses_of_one_button_are_one_order(trial: Trial) -> None:
    made = press_at_once(trial, intents=4, posts=50)

    assert made.verdict.sentences() == []
    assert made.strays == []
    assert made.orders == 4


def test_processes_killed_at_every_moment_lose_no_order_and_make_none_twice(trial: Trial) -> None:
    swept = sweep(trial, points_to_sweep(), times=2)

    assert swept.missed == []
    assert swept.verdict.sentences() == []
    assert swept.kills == dict.fromkeys(points_to_sweep(), 2)


def test_faults_of_the_exchange_and_the_network_leave_every_order_known(trial: Trial) -> None:
    rows = [row for row in ROWS if row.name in SHARE]

    made = run_matrix(trial, rows)

    assert made.failed == []
    assert made.verdict.sentences() == []
    assert sorted(made.rows) == sorted(SHARE)
    # From the press on: the account's stream may tell before anybody sees an order unknown.
    placed = [intent.in_doubt for intent in trial.intents if intent.state in AT_EXCHANGE]
    assert percentile(placed) <= PLACED_SECONDS
    assert percentile(made.to_truth["not placed"]) <= NOT_PLACED_SECONDS
