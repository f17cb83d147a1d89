"""Only one relay speaks at a time."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync

from dashboard.live.lease import LEASE_MS, FileLease, RedisLease
from tests.product.servers import redis


@pytest.mark.usefixtures("no_end")
async def test_the_second_asker_waits_until_the_first_gives_back(tmp_path: Path) -> None:
    first, second = FileLease(tmp_path / "lease"), FileLease(tmp_path / "lease")

    assert await first.acquire() == 1
    assert await second.acquire() is None
    await first.release()
    assert await second.acquire() == 2
    assert await second.renew()
    assert not await first.renew()
    await second.release()


def hold(path: Path, link: Connection) -> None:
    link.send(async_to_sync(FileLease(path).acquire)())
    signal.pause()


@pytest.mark.usefixtures("no_end")
async def test_the_lease_of_a_killed_holder_is_free_at_once(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    holder = multiprocessing.get_context("spawn").Process(
        target=hold, args=(tmp_path / "lease", theirs)
    )
    holder.start()
    assert ours.recv() == 1
    lease = FileLease(tmp_path / "lease")
    assert await lease.acquire() is None

    os.kill(holder.pid or 0, signal.SIGKILL)
    holder.join()

    assert await lease.acquire() == 2
    await lease.release()


@pytest.fixture
def no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases that do not end of themselves while a busy machine does something else."""
    monkeypatch.setattr("dashboard.live.lease.LEASE_MS", 600_000)


async def test_f83_a_paused_holder_is_passed_over_and_finds_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lease"
    ours, theirs = multiprocessing.Pipe()
    holder = multiprocessing.get_context("spawn").Process(target=keep, args=(path, theirs))
    holder.start()
    try:
        assert ours.recv() == 1
        os.kill(holder.pid or 0, signal.SIGSTOP)
        waiting, third = FileLease(path), FileLease(path)

        async with asyncio.timeout(LEASE_MS / 1000 + 20):
            while (number := await waiting.acquire()) is None:
                await asyncio.sleep(0.05)
        assert number == 2
        monkeypatch.setattr("dashboard.live.lease.LEASE_MS", 600_000)
        assert await third.acquire() is None  # the place is taken again

        os.kill(holder.pid or 0, signal.SIGCONT)
        assert ours.recv() == "lost"
        assert await waiting.renew()
        await waiting.release()
        assert await third.acquire() == 3
        await third.release()
    finally:
        holder.kill()
        holder.join()


def keep(path: Path, link: Connection) -> None:
    """Hold the lease and keep it, until it is lost."""
    lease = FileLease(path)
    link.send(async_to_sync(lease.acquire)())
    while async_to_sync(lease.renew)():
        time.sleep(0.05)
    link.send("lost")
    signal.pause()


@pytest.mark.usefixtures("no_end")
async def test_a_holder_that_keeps_its_lease_is_not_passed_over(tmp_path: Path) -> None:
    first, second = FileLease(tmp_path / "lease"), FileLease(tmp_path / "lease")
    assert await first.acquire() == 1
    kept_at = (tmp_path / "lease").read_text()

    assert await first.renew()

    assert (tmp_path / "lease").read_text() >= kept_at
    assert await second.acquire() is None
    (tmp_path / "lease").unlink()
    assert await first.renew()
    await first.release()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis() as url:
        yield url


async def test_relays_on_several_hosts_agree_through_redis(redis_url: str) -> None:
    first, second = RedisLease(redis_url, "agree"), RedisLease(redis_url, "agree")

    number = await first.acquire()
    assert number is not None
    assert await second.acquire() is None
    assert await first.renew()
    await second.release()  # not its own: nothing happens
    assert await second.acquire() is None
    await first.release()
    assert (await second.acquire() or 0) > number
    assert not await first.renew()
    await second.release()


async def test_numbers_go_on_rising_after_a_redis_that_came_back_empty(redis_url: str) -> None:
    lease = RedisLease(redis_url, "emptied")
    before = await lease.acquire()
    async with lease.connection() as redis:
        await redis.flushall()

    after = await lease.acquire()

    assert before is not None
    assert after is not None
    assert after > before
    await lease.release()


async def test_the_lease_of_a_holder_that_fell_silent_ends_by_itself(redis_url: str) -> None:
    silent, waiting = RedisLease(redis_url, "silent"), RedisLease(redis_url, "silent")
    before = await silent.acquire()

    async with asyncio.timeout(LEASE_MS / 1000 + 2):
        while (number := await waiting.acquire()) is None:
            await asyncio.sleep(0.05)

    assert number > (before or 0)
    assert not await silent.renew()
    await waiting.release()


async def test_a_redis_that_is_gone_takes_the_lease_only_at_its_end() -> None:
    with redis() as url:
        lease = RedisLease(url, "gone")
        await lease.acquire()

    assert await lease.renew()
    lease.ends -= LEASE_MS / 1000
    assert not await lease.renew()
    await lease.release()
