"""Waiting for a while: the wait goes on, nothing is lost, and it ends when it is told to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dashboard.live.events import patient


async def test_what_comes_after_a_while_without_anything_is_not_lost() -> None:
    queue: asyncio.Queue[int] = asyncio.Queue()
    calls = []

    async def receive() -> Any:
        calls.append(None)
        return await queue.get()

    async with patient(receive) as within:
        assert await within(0.01) is None
        assert await within(0) is None
        queue.put_nowait(1)
        queue.put_nowait(2)
        assert [await within(30), await within(30)] == [1, 2]

    assert len(calls) == 2


async def test_a_failure_is_told_to_who_waits() -> None:
    async def receive() -> Any:
        raise FileNotFoundError

    async with patient(receive) as within:
        with pytest.raises(FileNotFoundError):
            await within(30)


async def test_who_is_cancelled_ends_even_when_something_comes_just_then() -> None:
    """`asyncio.wait_for` of Python 3.11 would return what came, and forget the rest."""
    queue: asyncio.Queue[int] = asyncio.Queue()
    waits = asyncio.Event()

    async def receive() -> Any:
        waits.set()
        return await queue.get()

    async def hear() -> None:
        async with patient(receive) as within:
            while True:
                await within(30)

    hearing = asyncio.ensure_future(hear())
    await waits.wait()
    queue.put_nowait(1)
    await asyncio.sleep(0)
    hearing.cancel()
    await asyncio.wait({hearing}, timeout=5)

    assert hearing.cancelled()


async def test_the_wait_that_is_left_is_cancelled_once_and_has_ended() -> None:
    cancelled = []

    async def receive() -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(None)
            await asyncio.sleep(0)  # whoever cleans up takes a turn or more
            raise

    async with patient(receive) as within:
        assert await within(0.01) is None

    assert len(cancelled) == 1
