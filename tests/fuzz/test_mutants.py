from __future__ import annotations

from collections import Counter

from tests.fuzz.mutants import score


def test_a_change_is_noticed_by_any_end_but_success_and_no_tests_at_all():
    assert score(Counter({1: 6, -24: 1, 0: 2, 33: 1, None: 50})) == (7, 10, 70)


def test_nothing_tried_is_nothing_noticed():
    assert score(Counter({None: 50})) == (0, 0, 0)
