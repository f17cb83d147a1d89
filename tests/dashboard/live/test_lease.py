"""Only one relay speaks at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from asgiref.sync import async_to_sync

from dashboard.live.lease import FileLease


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
