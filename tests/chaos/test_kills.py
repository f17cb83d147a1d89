"""Every moment at which a process may be killed is tried."""

from __future__ import annotations

from dashboard.kill_points import KillPoint
from tests.chaos.kills import WAYS, points_in_use, points_to_sweep


def test_every_kill_point_of_the_product_has_a_way_there() -> None:
    assert points_in_use() - WAYS.keys() == set()


def test_every_way_leads_to_a_kill_point() -> None:
    assert set(points_to_sweep()) >= {
        KillPoint.INTENT_SAVED,
        KillPoint.CLAIMED,
        KillPoint.SIGNED,
        KillPoint.ANSWERED,
        "bytes-lost",
        "answer-lost",
    }
