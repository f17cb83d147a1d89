"""A channel layer for one host, without a server: every channel is a Unix datagram socket.

A channel's name is its socket's file, a group is a folder of such names, so any process, thread
or event loop of this user can send. It keeps nothing and owes nobody a delivery: what is sent
are newest values and hints, and a full receiver is told to the sender instead of being dropped
in silence.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import stat
import time
from pathlib import Path
from typing import Any

import msgspec
from channels.exceptions import ChannelFull
from channels.layers import BaseChannelLayer

from dashboard.live.inbox import WAKE_SECONDS, Inbox

# Linux lets a datagram be as large as the sender's buffer, about 208 KiB unless tuned.
LARGEST_MESSAGE = 160 * 1024
SEND_BUFFER = 1024 * 1024
TOUCH_SECONDS = 3_600.0


class LocalLayer(BaseChannelLayer):  # type: ignore[misc]
    """Channels' layer interface over datagrams in one private folder."""

    extensions = ["groups", "flush"]

    def __init__(self, folder: str, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(folder)
        self.groups = self.folder / "groups"
        self.receivers: dict[str, Inbox] = {}
        self.joined: dict[str, set[str]] = {}
        self.looked: dict[str, float] = {}
        self.touched = time.monotonic()
        self.sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sender.setblocking(False)
        self.sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    async def new_channel(self, prefix: str = "local") -> str:
        """Open a channel of this process; its name can be sent to from any process."""
        claim_folder(self.folder)
        name = f"{prefix}.{os.getpid()}.{secrets.token_hex(4)}"
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.setblocking(False)
        receiver.bind(str(self.folder / name))
        self.receivers[name] = Inbox(receiver, LARGEST_MESSAGE)
        return name

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next message on a channel that this process opened.

        Raises FileNotFoundError once nobody can send to it any more, because its files are gone.
        """
        receiver = self.receivers[channel]
        self.keep_alive()
        text = None
        while text is None:
            self.require_files(channel)
            text = await receiver.take()
        message: dict[str, Any] = msgspec.json.decode(text)
        return message

    def require_files(self, channel: str) -> None:
        """Look, once a second, whether somebody has cleared our files away."""
        if time.monotonic() - self.looked.get(channel, 0.0) < WAKE_SECONDS / 2:
            return
        self.looked[channel] = time.monotonic()
        (self.folder / channel).lstat()
        for group in self.joined.get(channel, ()):
            (self.groups / group / channel).lstat()

    def keep_alive(self) -> None:
        """Touch our files now and then: some systems clear temporary files nobody has touched."""
        if time.monotonic() - self.touched < TOUCH_SECONDS:
            return
        self.touched = time.monotonic()
        for channel in self.receivers:
            for path in (self.folder / channel, *self.groups.glob(f"*/{channel}")):
                with contextlib.suppress(FileNotFoundError):
                    os.utime(path)

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Send to one channel. Raises ChannelFull when its receiver is too far behind."""
        self.post(channel, encode(message))

    async def group_add(self, group: str, channel: str) -> None:
        self.require_valid_group_name(group)
        folder = self.groups / group
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / channel).touch(mode=0o600)
        self.joined.setdefault(channel, set()).add(group)

    async def group_discard(self, group: str, channel: str) -> None:
        self.joined.get(channel, set()).discard(group)
        (self.groups / group / channel).unlink(missing_ok=True)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send to every member. Raises ChannelFull after all were tried and some were full."""
        datagram = encode(message)
        full = []
        for channel in self.members(group):
            try:
                self.post(channel, datagram)
            except ChannelFull:
                full.append(channel)
        if full:
            raise ChannelFull(", ".join(full))

    async def close_channel(self, channel: str) -> None:
        """Close a channel of this process and leave its groups."""
        self.receivers.pop(channel).close()
        self.joined.pop(channel, None)
        self.looked.pop(channel, None)
        self.forget(channel)

    async def flush(self) -> None:
        """Forget every channel and every group."""
        for channel in list(self.receivers):
            await self.close_channel(channel)

    def members(self, group: str) -> list[str]:
        try:
            return sorted(os.listdir(self.groups / group))
        except FileNotFoundError:
            return []

    def post(self, channel: str, datagram: bytes) -> None:
        try:
            self.sender.sendto(datagram, str(self.folder / channel))
        except BlockingIOError as exc:
            raise ChannelFull(channel) from exc
        except (ConnectionRefusedError, FileNotFoundError):
            # The process that had it is gone, without a chance to leave.
            self.forget(channel)

    def forget(self, channel: str) -> None:
        (self.folder / channel).unlink(missing_ok=True)
        for member in self.groups.glob(f"*/{channel}"):
            with contextlib.suppress(FileNotFoundError):
                member.unlink()


def encode(message: dict[str, Any]) -> bytes:
    datagram = msgspec.json.encode(message)
    if len(datagram) > LARGEST_MESSAGE:
        raise ValueError(f"a message of {len(datagram)} bytes is too large for a datagram")
    return datagram


def claim_folder(folder: Path) -> None:
    """Make the folder, and refuse one that somebody else could have laid for us."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not is_ours or stat.S_IMODE(found.st_mode) & 0o077:
        raise PermissionError(f"{folder} belongs to somebody else or is open to others; remove it.")
