"""How an answer leaves: at once and whole, or as a fault has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from exchange.paper.network.outlet import Outlet

# Drips fall this often, so that slow rates send single bytes and fast ones small pieces.
_DRIPS_PER_SECOND = 20

Rest = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class Delivery:
    """What is to become of an answer.

    Nothing leaves before wait_seconds. body_bytes is after how many bytes of the body the
    connection ends, although the head has promised all; without is_answered not even the head
    leaves. garbage are bytes that leave instead, below any TLS.
    """

    wait_seconds: float = 0
    bytes_per_second: float | None = None
    body_bytes: int | None = None
    is_answered: bool = True
    is_reset: bool = False
    garbage: bytes | None = None

    @property
    def is_whole(self) -> bool:
        """True when the client gets all of the answer and may ask for more."""
        return (
            self.is_answered
            and self.body_bytes is None
            and self.garbage is None
            and not self.is_reset
        )


async def deliver(outlet: Outlet, head: bytes, body: bytes, delivery: Delivery, rest: Rest) -> None:
    """Write an answer as is to become of it, and end the connection where it is to end.

    rest waits for so many seconds.
    """
    await rest(delivery.wait_seconds)
    if delivery.garbage is not None:
        outlet.push_below(delivery.garbage)
    elif delivery.is_answered:
        await _write(outlet, head + body[: delivery.body_bytes], delivery, rest)
    if delivery.is_reset:
        outlet.reset()


async def _write(outlet: Outlet, data: bytes, delivery: Delivery, rest: Rest) -> None:
    rate = delivery.bytes_per_second
    if rate is None:
        await outlet.send(data)
        return
    size = max(1, int(rate / _DRIPS_PER_SECOND))
    for start in range(0, len(data), size):
        await outlet.send(data[start : start + size])
        await rest(size / rate)
