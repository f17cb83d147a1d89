"""What can go wrong with a request on its way in, or with its answer on the way out.

Several faults may strike one request: they add up. A request that was let in by none of its
faults is not carried out, and the answers' connection ends as the worst of them says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from exchange.paper.faults.planting import Fault
from exchange.paper.network.delivery import Delivery
from exchange.paper.network.messages import Reply, Request

# A day. NaN, which compares to nothing, lies outside as well.
_LONGEST_WAIT = 86_400


class Misfire(Exception):  # noqa: N818 - taken back, never shown
    """A fault found nothing in an answer that it could spoil."""


@dataclass(frozen=True, kw_only=True)
class RequestFault(Fault):
    """A fault of requests. On its own it does nothing."""

    carries_out: ClassVar[bool] = True

    @property
    def hold_seconds(self) -> float:
        """How long a request waits before it is carried out."""
        return 0

    def instead(self, request: Request) -> Reply | None:
        """Return the answer to a request that then is not carried out; None to carry it out."""

    def change(self, request: Request, reply: Reply) -> Reply:
        """Return what the answer becomes. Raises Misfire when it has nothing to spoil."""
        return reply

    def shape(self, delivery: Delivery) -> None:
        """Say how the answer leaves."""


@dataclass(frozen=True, kw_only=True)
class BeforeAccept(RequestFault):
    """The connection dies before the request is carried out."""

    kind = "before_accept"
    carries_out = False

    def shape(self, delivery: Delivery) -> None:
        """Answer nothing."""
        delivery.is_answered = False


@dataclass(frozen=True, kw_only=True)
class AfterAccept(RequestFault):
    """The request is carried out; the connection dies without an answer."""

    kind = "after_accept"

    def shape(self, delivery: Delivery) -> None:
        """Answer nothing."""
        delivery.is_answered = False


@dataclass(frozen=True, kw_only=True)
class Reset(RequestFault):
    """The connection ends by a reset: in place of the answer, or where another fault ends it."""

    kind = "reset"

    def shape(self, delivery: Delivery) -> None:
        """End by a reset."""
        delivery.is_answered = delivery.is_answered and delivery.body_bytes is not None
        delivery.is_reset = True


def check_wait(seconds: float) -> None:
    """Raise ValueError for what is no time to wait: it would strike an exchange that is well."""
    if not 0 <= seconds <= _LONGEST_WAIT:
        raise ValueError(f"seconds must be from 0 to {_LONGEST_WAIT}")


@dataclass(frozen=True)
class MidReply(RequestFault):
    """The connection ends after so many bytes of the answer's body, though all were promised."""

    kind = "mid_reply"

    body_bytes: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.body_bytes < 0:
            raise ValueError("body_bytes must be at least 0")

    def shape(self, delivery: Delivery) -> None:
        """Cut the answer."""
        delivery.body_bytes = self.body_bytes


@dataclass(frozen=True)
class Delay(RequestFault):
    """The answer waits; or with `before`, the request does, and is carried out all the same."""

    kind = "delay"

    seconds: float
    before: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_wait(self.seconds)

    @property
    def hold_seconds(self) -> float:
        """How long the request waits."""
        return self.seconds if self.before else 0

    def shape(self, delivery: Delivery) -> None:
        """Let the answer wait."""
        if not self.before:
            delivery.wait_seconds += self.seconds


@dataclass(frozen=True)
class Drip(RequestFault):
    """The answer, its head included, comes so many bytes a second."""

    kind = "drip"

    bytes_per_second: float = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.bytes_per_second <= 0:
            raise ValueError("bytes_per_second must be above 0")

    def shape(self, delivery: Delivery) -> None:
        """Slow the answer down."""
        delivery.bytes_per_second = self.bytes_per_second


@dataclass(frozen=True)
class Garbage(RequestFault):
    """Bytes that are no HTTP, and where there is TLS no TLS either, come in place of the answer."""

    kind = "garbage"

    content: bytes = b"\x17\x03\x03\x00\x20" + b"\xff" * 32

    def shape(self, delivery: Delivery) -> None:
        """Send the bytes instead."""
        delivery.garbage = self.content


@dataclass(frozen=True)
class Duplicate(RequestFault):
    """The request is carried out twice, as by a proxy that tries again.

    The client gets the second answer, as it would from such a proxy, or the first.
    """

    kind = "duplicate"

    answer: str = "second"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.answer not in ("first", "second"):
            raise ValueError("answer must be first or second")
