"""A key's turn, held by a program that must not block while it waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from exchange.nonce import NonceAuthority


@asynccontextmanager
async def awaited_turn(
    nonces: NonceAuthority,
    key: str,
    *,
    seconds: float,
    check: Callable[[], None] = lambda: None,
) -> AsyncIterator[str]:
    """Wait for the key's turn, give its nonce, and hold the turn while the block runs.

    A thread waits and holds, for `seconds` at most. check is called in the turn, before there is
    a nonce; what it raises ends the turn. Raises what the authority raises, too: NotSent where the
    turn does not come in time.
    """
    loop = asyncio.get_running_loop()
    issued: asyncio.Future[str] = loop.create_future()
    over = threading.Event()

    def tell(nonce: str) -> None:
        if not issued.done():
            issued.set_result(nonce)

    def hold() -> None:
        with nonces.turn(key) as turn:
            # Whoever gave up meanwhile needs no nonce, and nobody is to wait for it.
            if not over.is_set():
                check()
                loop.call_soon_threadsafe(tell, turn.issue())
                over.wait(seconds)

    holding = loop.run_in_executor(None, hold)
    # Taken note of at once: after a cancellation nobody waits for what the thread raises.
    holding.add_done_callback(asyncio.Future.exception)
    try:
        both: list[asyncio.Future[Any]] = [holding, issued]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not issued.done():
            holding.result()
        yield await issued
    finally:
        over.set()
        issued.cancel()
