"""How many changes to the code its tests have noticed, once `mutmut run` has tried them.

Fails below 85 of 100 in any module. `mutmut results` names the survivors, `mutmut show NAME` shows
one of them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "mutants"
LEAST = 85
# What mutmut writes down of each change: how the tests ended. No tests at all count as not noticed.
SURVIVED = {0, 33}
NOT_TRIED = None


def score(outcomes: Counter[int | None]) -> tuple[int, int, int]:
    """Noticed, tried, and the share of the first in the second in percent."""
    tried = outcomes.total() - outcomes[NOT_TRIED]
    noticed = tried - sum(outcomes[ending] for ending in SURVIVED)
    return noticed, tried, noticed * 100 // tried if tried else 0


def main() -> int:
    scores = []
    for path in sorted(FOLDER.rglob("*.py.meta")):
        endings = json.loads(path.read_text())["exit_code_by_key"]
        if not endings:  # nothing in it that could be changed
            continue
        noticed, tried, share = score(Counter(endings.values()))
        scores.append(share)
        name = str(path.relative_to(FOLDER)).removesuffix(".meta")
        print(f"{name}: {noticed} of {tried} noticed, {share} %")
    return not scores or min(scores) < LEAST


if __name__ == "__main__":
    sys.exit(main())
