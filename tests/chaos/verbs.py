"""What the proxy can do to a request and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

CHUNK = 65_536


@dataclass(kw_only=True)
class Verb:
    """What happens to the next request with `marker` in it, and to its answer.

    latency: seconds until the request is passed on, even if its client is gone by then.
    passes: whether it is passed on at all. answer_bytes: after how many bytes of the answer the
    connection ends (None: never), and how: "reset", "end", or "silent", which leaves it open.
    slice_bytes, slice_seconds: the answer comes in such pieces, with such pauses. fired and kept
    count how often it struck, and what of that is still held back.
    """

    marker: bytes
    latency: float = 0
    passes: bool = True
    answer_bytes: int | None = None
    how: str = "end"
    slice_bytes: int = CHUNK
    slice_seconds: float = 0
    times: int = 1
    fired: int = 0
    kept: int = 0


Make = Callable[[bytes], Verb]


def latency(marker: bytes, seconds: float) -> Verb:
    """The network keeps the request for so long, and then delivers it."""
    return Verb(marker=marker, latency=seconds)


def down(marker: bytes) -> Verb:
    """The request is swallowed, and the connection stays open in silence."""
    return Verb(marker=marker, passes=False, how="silent")


def half_open(marker: bytes) -> Verb:
    """The request arrives; the other direction is dead."""
    return Verb(marker=marker, answer_bytes=0, how="silent")


def reset_before(marker: bytes) -> Verb:
    return Verb(marker=marker, passes=False, how="reset")


def reset_after(marker: bytes) -> Verb:
    """The exchange answers, and a reset comes in place of the answer."""
    return Verb(marker=marker, answer_bytes=0, how="reset")


def limit_data(marker: bytes, answer_bytes: int) -> Verb:
    return Verb(marker=marker, answer_bytes=answer_bytes, how="end")


def slicer(marker: bytes, slice_bytes: int, slice_seconds: float) -> Verb:
    return Verb(marker=marker, slice_bytes=slice_bytes, slice_seconds=slice_seconds)


def bandwidth(marker: bytes, bytes_a_second: int) -> Verb:
    return slicer(marker, max(1, bytes_a_second // 10), 0.1)
