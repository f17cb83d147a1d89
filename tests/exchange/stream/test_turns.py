from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from exchange.errors import NotSent
from exchange.nonce import MemoryNonces, Turn
from exchange.sharing.nonces import SqliteNonces
from exchange.stream.turns import awaited_turn

KEY = "a-key"


def nonce_now(nonces: MemoryNonces | SqliteNonces) -> int:
    """Take a turn as a REST call would."""
    with nonces.turn(KEY) as turn:
        return int(turn.issue())


async def test_the_turn_is_held_while_the_block_runs_and_not_longer():
    nonces, impatient = MemoryNonces(), threading.Event()

    def wait_in_line() -> int:
        impatient.set()
        return nonce_now(nonces)

    async with awaited_turn(nonces, KEY, seconds=20) as nonce:
        waiting = asyncio.create_task(asyncio.to_thread(wait_in_line))
        await asyncio.to_thread(impatient.wait, 20)
        done, _ = await asyncio.wait([waiting], timeout=0.1)
    after = await asyncio.wait_for(waiting, 20)

    assert not done
    assert after > int(nonce)


async def test_the_turn_is_held_no_longer_than_was_said():
    nonces = MemoryNonces()
    async with awaited_turn(nonces, KEY, seconds=0.01) as nonce:
        after = await asyncio.to_thread(nonce_now, nonces)

    assert after > int(nonce)


async def test_turns_may_come_from_a_file(tmp_path):
    nonces = SqliteNonces(tmp_path / "nonces.sqlite3")
    async with awaited_turn(nonces, KEY, seconds=20) as nonce:
        pass
    after = await asyncio.to_thread(nonce_now, nonces)
    nonces.close()

    assert after > int(nonce)


async def test_what_the_check_raises_ends_the_turn_before_there_is_a_nonce():
    nonces = MemoryNonces(clock=lambda: 1_000)

    def refuse() -> None:
        raise NotSent("the clock")

    with pytest.raises(NotSent, match="the clock"):
        async with awaited_turn(nonces, KEY, seconds=20, check=refuse):
            raise AssertionError("the block ran")
    after = await asyncio.to_thread(nonce_now, nonces)

    assert after == 1_000


async def test_a_turn_that_does_not_come_is_an_error():
    nonces = MemoryNonces(patience_seconds=0.01)
    with nonces.turn(KEY), pytest.raises(NotSent):
        async with awaited_turn(nonces, KEY, seconds=20):
            raise AssertionError("there was no turn")


async def test_who_gives_up_waiting_takes_no_turn():
    nonces, asked = MemoryNonces(), threading.Event()

    class Watched:
        @contextmanager
        def turn(self, key: str, *, urgent: bool = False) -> Iterator[Turn]:
            asked.set()
            with nonces.turn(key, urgent=urgent) as turn:
                yield turn

    async def take() -> None:
        async with awaited_turn(Watched(), KEY, seconds=20):
            raise AssertionError("nobody waits for it any more")

    with nonces.turn(KEY):
        waiting = asyncio.create_task(take())
        await asyncio.to_thread(asked.wait, 20)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert waiting.cancelled()
    assert await asyncio.to_thread(nonce_now, nonces)


async def test_a_nonce_that_comes_too_late_is_nobodys_and_so_is_what_goes_wrong_then():
    nonces = MemoryNonces()
    asked, go_on = threading.Event(), threading.Event()

    class Slow:
        @contextmanager
        def turn(self, key: str, *, urgent: bool = False) -> Iterator[Turn]:
            with nonces.turn(key):
                yield self
            raise OSError("the file is gone")

        def issue(self) -> str:
            asked.set()
            go_on.wait(20)
            return "1"

    async def take() -> None:
        async with awaited_turn(Slow(), KEY, seconds=20):
            raise AssertionError("nobody waits for it any more")

    waiting = asyncio.create_task(take())
    await asyncio.to_thread(asked.wait, 20)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    go_on.set()

    assert waiting.cancelled()
    assert await asyncio.to_thread(nonce_now, nonces)
