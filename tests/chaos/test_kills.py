"""Every moment at which a process may be killed is tried."""

from __future__ import annotations

from dashboard.kill_points import KillPoint
from tests.chaos.kills import WAYS, points_in_use, points_to_sweep


def test_every_kill_point_of_the_product_has_a_way_there() -> None:
    assert points_in_use() - WAYS.keys() == set()


def test_no_kill_point_is_named_that_nobody_can_lead_to() -> None:
    assert set(KillPoint) - WAYS.keys() == set()


def test_the_bytes_own_way_is_swept_too() -> None:
    assert set(points_to_sweep()) - set(KillPoint) == {"bytes-lost", "answer-lost"}
