"""The small share of `make chaos` that every `make check` runs, on one rig."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.presses import press_at_once
from tests.chaos.rig import Rig, running_rig
from tests.chaos.trial import Trial

pytestmark = pytest.mark.timeout(300)
SEED = 1


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running_rig(tmp_path_factory.mktemp("rig")) as rig:
        yield rig


@pytest.fixture
def trial(rig: Rig) -> Trial:
    return Trial(rig, SEED)


def test_fifty_presses_of_one_button_are_one_order(trial: Trial) -> None:
    made = press_at_once(trial, intents=4, posts=50)

    assert made.verdict.sentences() == []
    assert made.strays == []
    assert made.orders == 4
