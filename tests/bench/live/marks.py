"""Marks: a price that says when it was made, so that any contender's text can be timed.

Standard library only, for it runs in every environment. A mark is "770" and nine digits, the
microseconds of the monotonic clock without what exceeds a billion.
"""

import re
import time

MARK = re.compile(rb"770\d{9}")
PLACE = b"770000000000"


def mark() -> str:
    return f"770{time.monotonic_ns() // 1000 % 1_000_000_000:09}"


def without_marks(text: bytes) -> bytes:
    """Return a captured text with places for marks instead of the marks it had."""
    return MARK.sub(PLACE, text)
