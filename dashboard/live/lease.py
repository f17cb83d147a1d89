"""Who may speak: one relay at a time holds the lease, and its number rises with each holder.

A message that carries a lower number comes from a holder that was paused and does not know it
lost the lease; the hub drops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

LEASE_MS = 3_000
RENEW_SECONDS = 1.0
RETRY_SECONDS = 0.5


class Lease(Protocol):
    """A right that ends by itself when its holder dies."""

    async def acquire(self) -> int | None:
        """Take the lease and return its number, or None while another holds it."""

    async def renew(self) -> bool:
        """Keep the lease; False means that it is lost and the holder must fall silent."""

    async def release(self) -> None:
        """Give the lease back, so that the next holder need not wait for its end."""


class FileLease:
    """A lock on a file of this host: the kernel drops it with its holder.

    A holder that is paused keeps its lock. It also writes down when it last kept the lease, and
    once that is too long ago another file, locked by the next holder, takes the place of its own.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle: int | None = None
        self.number = 0

    async def acquire(self) -> int | None:
        with contextlib.ExitStack() as stack:
            turn = opened(self.path.with_suffix(".turn"))
            stack.callback(os.close, turn)
            # Of several who ask at once, one at a time looks and takes.
            return self.take() if locked(turn) else None

    def take(self) -> int | None:
        handle = opened(self.path)
        words = os.pread(handle, 80, 0).split()
        number = int(words[0]) + 1 if words else 1
        if locked(handle):
            self.keep(handle, number)
            return number
        os.close(handle)
        kept_at = float(words[1]) if len(words) > 1 else 0.0
        if time.monotonic() - kept_at < LEASE_MS / 1000:
            return None
        new = self.path.with_suffix(".new")
        handle = opened(new)
        locked(handle)
        self.keep(handle, number)
        new.rename(self.path)
        return number

    def keep(self, handle: int, number: int) -> None:
        self.handle, self.number = handle, number
        os.pwrite(handle, f"{number} {time.monotonic():020.3f}\n".encode(), 0)

    async def renew(self) -> bool:
        if self.handle is None:
            return False
        with contextlib.suppress(FileNotFoundError):  # whoever removed it is not a next holder
            if not os.path.samestat(os.stat(self.path), os.fstat(self.handle)):
                await self.release()
                return False
        self.keep(self.handle, self.number)
        return True

    async def release(self) -> None:
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None


def opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def locked(handle: int) -> bool:
    """Lock an open file if nobody else has it; closing it gives the lock back."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# Only the holder may renew or give back: compare, then act, in one step at the server.
RENEW = "return redis.call('get',KEYS[1])==ARGV[1] and redis.call('pexpire',KEYS[1],ARGV[2]) or 0"
# The number must rise even after a Redis that came back empty: its own clock is the floor.
NUMBER = """
local now = redis.call('time')
local after = tonumber(redis.call('get', KEYS[1]) or '0') + 1
local number = math.max(after, now[1] * 1000 + math.floor(now[2] / 1000))
redis.call('set', KEYS[1], string.format('%d', number))
return number
"""
RELEASE = "return redis.call('get',KEYS[1])==ARGV[1] and redis.call('del',KEYS[1]) or 0"


class RedisLease:
    """A key that expires, for relays on several hosts."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.holder = secrets.token_hex(8)
        self.ends = 0.0

    async def acquire(self) -> int | None:
        async with self.connection() as redis:
            asked = time.monotonic()
            if not await redis.set(self.name, self.holder, nx=True, px=LEASE_MS):
                return None
            self.ends = asked + LEASE_MS / 1000
            return int(await redis.eval(NUMBER, 1, f"{self.name}:number"))

    async def renew(self) -> bool:
        """Keep the lease. Until its end a silent Redis is not yet a lost lease."""
        from redis.exceptions import RedisError

        asked = time.monotonic()
        try:
            async with self.connection() as redis:
                kept = await redis.eval(RENEW, 1, self.name, self.holder, str(LEASE_MS))
        except (RedisError, OSError):
            return time.monotonic() < self.ends
        if kept:
            self.ends = asked + LEASE_MS / 1000
        return bool(kept)

    async def release(self) -> None:
        from redis.exceptions import RedisError

        with contextlib.suppress(RedisError, OSError):
            async with self.connection() as redis:
                await redis.eval(RELEASE, 1, self.name, self.holder)

    def connection(self) -> Any:
        # Imported here: one machine alone never needs Redis, and it takes half a second to load.
        from redis.asyncio import Redis

        return Redis.from_url(self.url, socket_timeout=1, socket_connect_timeout=1)


def relay_lease() -> Lease:
    """Return the lease of the relay, by the scale that the settings describe."""
    if settings.REDIS_URL:
        # Celery keeps a list by the name of each queue; this name can be none of them.
        return RedisLease(settings.REDIS_URL, f"tidewatch:{settings.EXCHANGE}:lease:relay")
    return FileLease(settings.STATE_FOLDER / "relay.lease")
