"""A TCP proxy before the exchange that does to connections what no exchange can.

Verbs strike requests by a piece of their text, so that prices go on while an order is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.verbs import CHUNK, Verb
from tests.product.running import until

_RESET = struct.pack("ii", 1, 0)
_STREAM = b"GET /ws"


class Link:
    """One connection through the proxy, and the verb that has struck it."""

    def __init__(
        self,
        proxy: Proxy,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.proxy = proxy
        self.from_client, self.to_client = client
        self.from_server, self.to_server = server
        self.verb: Verb | None = None
        self.left: int | None = None
        self.is_stream = False

    async def carry(self) -> None:
        """Pass bytes both ways until both ends have had enough."""
        up = asyncio.create_task(self.pass_up())
        try:
            with contextlib.suppress(OSError):
                await self.pass_down()
            # What the network still holds is delivered, whoever has given up meanwhile.
            await up
        finally:
            up.cancel()
            self.end("end")

    async def pass_up(self) -> None:
        """Carry requests, and let the verb that fits strike."""
        with contextlib.suppress(OSError):
            while chunk := await self.from_client.read(CHUNK):
                self.is_stream = self.is_stream or chunk.startswith(_STREAM)
                verb = self.proxy.striking(chunk)
                if verb is not None:
                    self.verb, self.left = verb, verb.answer_bytes
                    await asyncio.sleep(verb.latency)
                    verb.kept -= 1
                    if not verb.passes:
                        self.end(verb.how)
                        continue
                self.to_server.write(chunk)
                await self.to_server.drain()
        self.to_server.close()

    async def pass_down(self) -> None:
        while chunk := await self.from_server.read(CHUNK):
            if self.verb is None:
                self.to_client.write(chunk)
                await self.to_client.drain()
            else:
                await self.spoil(self.verb, chunk)
        if self.verb is None or self.verb.how != "silent":
            self.to_client.close()

    async def spoil(self, verb: Verb, chunk: bytes) -> None:
        """Pass on what the verb leaves of an answer, in its pieces."""
        left = chunk if self.left is None else chunk[: self.left]
        for start in range(0, len(left), verb.slice_bytes):
            self.to_client.write(left[start : start + verb.slice_bytes])
            await self.to_client.drain()
            await asyncio.sleep(verb.slice_seconds)
        if self.left is not None:
            self.left -= len(left)
            if not self.left:
                self.end(verb.how)

    def end(self, how: str) -> None:
        if how == "silent":
            return
        if how == "reset":
            self.to_client.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, _RESET
            )
        self.to_client.close()
        self.to_server.close()


@dataclass
class Proxy:
    """Run the proxy on a thread of its own, as a context manager."""

    target: int
    port: int = 0
    verbs: list[Verb] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _server: asyncio.Server | None = None
    _plug: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _links: dict[asyncio.Task[Any], Link] = field(default_factory=dict)

    def __enter__(self) -> Proxy:
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._call(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._pull_plug()
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @contextlib.contextmanager
    def verb(self, verb: Verb) -> Iterator[Verb]:
        """Keep a verb in force for a block, which fails where it never struck.

        It ends when what the network kept was delivered: what comes later would meet the next
        fault, and spare the order that that one is for.
        """
        with self._lock:
            self.verbs.append(verb)
        try:
            yield verb
        finally:
            with self._lock:
                self.verbs.remove(verb)
        assert verb.fired, f"{verb} never struck"
        if verb.latency:
            until(lambda: not verb.kept, f"{verb} delivered", verb.latency + 20)

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse new connections and end those of calls; streams live on."""
        self._call(self._close())
        try:
            yield
        finally:
            self._call(self._listen())

    @contextlib.contextmanager
    def swallowing(self) -> Iterator[None]:
        """Leave new connections without an answer, as a firewall does that drops packets."""
        self._call(self._close())
        self._plug_port()
        try:
            yield
        finally:
            self._pull_plug()
            self._call(self._listen())

    def cut_streams(self, how: str) -> None:
        """End every stream that passes here: "end", or "reset"."""
        self._call(self._cut(how))

    def striking(self, chunk: bytes) -> Verb | None:
        """Return the verb that strikes here, and count it."""
        with self._lock:
            for verb in self.verbs:
                if verb.fired < verb.times and verb.marker in chunk:
                    verb.fired += 1
                    verb.kept += 1
                    return verb
        return None

    def _plug_port(self) -> None:
        """Listen without accepting, behind a queue that is full: the kernel drops what comes."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(0)
        self._plug.append(listener)
        for _ in range(3):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.port))
            self._plug.append(waiting)

    def _pull_plug(self) -> None:
        for side in self._plug:
            side.close()
        self._plug.clear()

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        for link in list(self._links.values()):
            if not link.is_stream:
                link.end("end")

    async def _cut(self, how: str) -> None:
        for link in list(self._links.values()):
            if link.is_stream:
                link.end(how)

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._links:
            task.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        link = Link(self, (reader, writer), server)
        task = asyncio.create_task(link.carry())
        self._links[task] = link
        task.add_done_callback(self._links.pop)
