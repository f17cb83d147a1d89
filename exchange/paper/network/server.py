"""The paper exchange on the network: one port for REST v1, REST v2 and the stream."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h11

from exchange.paper.engine import Engine
from exchange.paper.keys import Keyring, PaperKey
from exchange.paper.ledger import Ledger, ReceivedRequest
from exchange.paper.market.prices import STEP_SECONDS
from exchange.paper.network.connections import BodyTooLarge, HttpConnection
from exchange.paper.network.limits import RateLimits
from exchange.paper.network.messages import Reply, Request, cannot, json_reply
from exchange.paper.network.outlet import Outlet
from exchange.paper.rest.rest_v1 import RestV1, payload_nonce
from exchange.paper.rest.rest_v2 import RestV2
from exchange.paper.storage import Storage
from exchange.paper.stream.sessions import Session, Stream
from exchange.paper.stream.sockets import Socket
from exchange.paper.stream.subscriptions import Pace

STREAM_PATH = "/ws/2"

_COURSE_SECONDS = 5
# After a pause of the whole process time goes on from here; nobody replays what was missed.
_MOST_BEHIND_SECONDS = 1.0


def wall_ms() -> int:
    """Return the time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def running_ms() -> int:
    """Return milliseconds on a clock that only runs forward."""
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run a paper exchange.

    port 0 takes any free one. speed is how many times faster than real time prices live;
    timestamps and heartbeats keep to the clock. Without state_folder nothing survives a stop.
    """

    host: str = "127.0.0.1"
    port: int = 0
    seed: int = 1
    keys: Sequence[PaperKey] = ()
    speed: float = 1
    state_folder: Path | None = None
    rate_limits: bool = False
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], int] = wall_ms


class Server:
    """Run one paper exchange on the running event loop."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._storage = Storage(options.state_folder)
        self.engine = Engine(seed=options.seed, clock=options.clock, past=self._storage.load())
        keyring = Keyring(options.keys, self._storage.nonces())
        for owner in keyring.owners():
            self.engine.desk.account(owner)
        self._keyring = keyring
        self._rest_v1 = RestV1(self.engine, keyring)
        self._rest_v2 = RestV2(self.engine, keyring)
        self._limits = RateLimits(running_ms) if options.rate_limits else None
        self._stream = Stream(self.engine, running_ms, options.pace)
        self._sockets: dict[Socket, None] = {}
        self._outlets: dict[Outlet, asyncio.Task[None]] = {}
        self._owed_steps = 0.0
        self._server: asyncio.Server | None = None
        self._beat: asyncio.Task[None] | None = None
        self._is_paused = False

    @property
    def ledger(self) -> Ledger:
        """What has arrived so far."""
        return self.engine.ledger

    @property
    def address(self) -> str:
        """Host and port it listens on, once started."""
        if self._server is None:
            raise RuntimeError("not started")
        port = self._server.sockets[0].getsockname()[1]
        return f"{self._options.host}:{port}"

    async def start(self) -> None:
        """Listen, and let time run."""
        self.commit()
        self._storage.save_course(self.engine)
        options = self._options
        try:
            self._server = await asyncio.start_server(self._serve, options.host, options.port)
        except OSError:
            self._storage.close()
            raise
        self._beat = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Close every connection and save where things stand."""
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            for outlet in list(self._outlets):
                outlet.abort()
            # Each sees its connection's end; cancelled by the loop instead, it would be reported.
            await asyncio.gather(*self._outlets.values(), return_exceptions=True)
            await self._server.wait_closed()
        self.commit()
        self._storage.save_course(self.engine)
        self._storage.close()

    def commit(self) -> None:
        """Save what has changed, then let the stream tell. Nothing may be answered before this."""
        changes = self.engine.desk.take_changes()
        self._storage.save(changes, self._keyring.take_used_nonces())
        if changes:
            self._stream.publish(changes)

    def step(self) -> None:
        """Advance the simulation by one step."""
        self.engine.step()
        self.commit()

    def cut_sockets(self) -> None:
        """Drop every socket of the stream without a goodbye."""
        for socket in list(self._sockets):
            socket.abort()

    def pause(self, is_paused: bool) -> None:
        """Stop the simulation, or let it go on."""
        self._is_paused = is_paused

    def mute(self, is_muted: bool) -> None:
        """Let the stream fall silent, or speak again."""
        self._stream.is_muted = is_muted

    def announce(self, code: int, text: str) -> None:
        """Tell every socket about the server's state."""
        for socket in list(self._sockets):
            socket.session.announce(code, text)

    def answer(self, request: Request) -> Reply:
        """Answer a request, save what it changed, and put it into the ledger."""
        received_ms = self.engine.clock()
        reply = self._answer(request)
        self.commit()
        self._record(request, received_ms, reply.status, reply.verdict)
        return reply

    def _record(self, request: Request, received_ms: int, status: int, verdict: str) -> None:
        headers = request.headers
        self.ledger.record_request(
            ReceivedRequest(
                received_ms=received_ms,
                method=request.method,
                path=request.path,
                key=headers.get("bfx-apikey") or headers.get("x-bfx-apikey"),
                nonce=headers.get("bfx-nonce") or payload_nonce(headers),
                status=status,
                verdict=verdict,
            )
        )

    def _is_banned(self, request: Request) -> bool:
        return self._limits is not None and not self._limits.allows(request.peer, request.path)

    def _answer(self, request: Request) -> Reply:
        if self._is_banned(request):
            return json_reply({"error": "ERR_RATE_LIMIT"}, 429, "rate limit")
        if request.path.startswith("/v1/"):
            return self._rest_v1.answer(request)
        if request.path.startswith("/v2/"):
            return self._rest_v2.answer(request)
        return cannot(request)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = course_due = loop.time()
        while True:
            due = max(due + STEP_SECONDS, loop.time() - _MOST_BEHIND_SECONDS)
            await asyncio.sleep(due - loop.time())
            self._tick()
            if loop.time() >= course_due:
                course_due = loop.time() + _COURSE_SECONDS
                self._storage.save_course(self.engine)

    def _tick(self) -> None:
        if not self._is_paused:
            self._owed_steps += self._options.speed
            while self._owed_steps >= 1:
                self._owed_steps -= 1
                self.engine.step()
            self.commit()
        if self._sockets:
            self._stream.feeds.flush(running_ms())
            for socket in list(self._sockets):
                socket.flush()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        outlet = Outlet(writer)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the streams module serves each connection in a task
        self._outlets[outlet] = task
        peer = str(writer.get_extra_info("peername")[0])
        connection = HttpConnection(reader, outlet, peer, self.engine.clock)
        try:
            await self._converse(connection, reader, outlet)
        except (ConnectionError, TimeoutError, h11.ProtocolError):
            outlet.abort()
        finally:
            del self._outlets[outlet]
            outlet.close()

    async def _converse(
        self, connection: HttpConnection, reader: asyncio.StreamReader, outlet: Outlet
    ) -> None:
        while True:
            try:
                request = await connection.next_request()
            except (BodyTooLarge, h11.RemoteProtocolError):
                await connection.send(Reply(status=400, body=b"Bad Request"))
                return
            if request is None:
                return
            if self._opens_stream(request):
                await self._stream_to(connection.handshake(request), reader, outlet)
                return
            if not await connection.send(self.answer(request)):
                return

    def _opens_stream(self, request: Request) -> bool:
        asked = request.path == STREAM_PATH and "upgrade" in request.headers
        # A refused one falls through to answer(), which finds the ban in force.
        if not asked or self._is_banned(request):
            return False
        self._record(request, self.engine.clock(), 101, "ok")
        return True

    async def _stream_to(
        self, handshake: bytes, reader: asyncio.StreamReader, outlet: Outlet
    ) -> None:
        socket = Socket(Session(self._stream), outlet)
        self._sockets[socket] = None
        try:
            data = handshake
            while data:
                socket.receive(data)
                data = await reader.read(64 * 1024)
        finally:
            del self._sockets[socket]
