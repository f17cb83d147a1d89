"""The share of `make chaos` that every `make check` runs: by one seed, on SQLite, in a hurry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.kills import points_to_sweep, sweep
from tests.chaos.matrix import ROWS, run_matrix
from tests.chaos.presses import press_at_once
from tests.chaos.rig import Rig, running_rig
from tests.chaos.times import doubts, leaving
from tests.chaos.trial import Trial

# Minutes of waiting on a busy machine; nothing here is measured to be quick.
pytestmark = pytest.mark.timeout(1200)
SEED = 1
A_SECOND_MS = 1000
Tell = Callable[[str], None]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running_rig(tmp_path_factory.mktemp("rig"), TIMERS_DIVISOR="10") as rig:
        yield rig


@pytest.fixture
def trial(rig: Rig) -> Trial:
    return Trial(rig, SEED)


def test_h3_fifty_presses_of_one_button_are_one_order(trial: Trial, tell: Tell) -> None:
    made = press_at_once(trial, intents=4, posts=50)

    tell(f"H3: {made.orders} orders of {made.posts} presses of 4 buttons")
    assert made.verdict.sentences() == []
    assert made.strays == []
    assert made.orders == 4


def test_p13_a_press_is_on_its_way_at_once(trial: Trial, tell: Tell) -> None:
    times = leaving(trial, presses=5)
    trial.settle()

    tell(f"P13: the slowest of 5 presses was at the exchange's door after {max(times):.0f} ms")
    assert trial.verdict().sentences() == []
    assert max(times) < A_SECOND_MS


def test_h2_processes_killed_at_every_moment_lose_no_order_and_make_none_twice(
    trial: Trial, tell: Tell
) -> None:
    swept = sweep(trial, points_to_sweep(), times=2)

    tell(f"H2: {sum(swept.kills.values())} kills, {swept.verdict}")
    assert swept.missed == []
    assert swept.verdict.sentences() == []
    assert swept.kills == dict.fromkeys(points_to_sweep(), 2)


def test_h5_the_truth_about_a_lost_answer_is_soon_known(trial: Trial, tell: Tell) -> None:
    made = doubts(trial, each=3)

    tell(f"H5: placed {made.placed:.1f} s, not placed {made.not_placed:.1f} s")
    assert made.verdict.sentences() == []
    assert made.is_met


def test_h1_faults_of_the_exchange_and_the_network_leave_every_order_known(
    tmp_path: Path, tell: Tell
) -> None:
    """All but the bans, each of which stops everything for a minute that nothing shortens."""
    with running_rig(tmp_path, TIMERS_DIVISOR="10") as rig:
        made = run_matrix(Trial(rig, SEED), ROWS)

    tell(f"H1: {len(made.rows)} faults, {made.verdict}")
    assert made.failed == []
    assert made.verdict.sentences() == []
