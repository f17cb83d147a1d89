"""Seeded randomness for tests."""

from __future__ import annotations

import random


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the bots' dice, not a secret
