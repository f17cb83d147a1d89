"""The paper exchange on the network: one port for REST v1, REST v2 and the stream."""

from __future__ import annotations

import asyncio

import h11

from exchange.paper.admin.gate import is_for_admin
from exchange.paper.admin.office import AdminOffice
from exchange.paper.engine import Engine
from exchange.paper.faults.conditions import Condition
from exchange.paper.faults.planting import F, Fault, Faults, Planted
from exchange.paper.keys import Keyring, PaperKey
from exchange.paper.ledger import Ledger
from exchange.paper.market.prices import STEP_SECONDS
from exchange.paper.network.clocks import SkewableClock, running_ms
from exchange.paper.network.connections import BodyTooLarge, HttpConnection
from exchange.paper.network.guides import Guide
from exchange.paper.network.limits import RateLimits
from exchange.paper.network.messages import STREAM_PATH, Reply, Request
from exchange.paper.network.options import Options
from exchange.paper.network.outlet import Outlet
from exchange.paper.network.reception import Reception
from exchange.paper.storage import Storage
from exchange.paper.stream.hub import Stream
from exchange.paper.stream.sessions import Session
from exchange.paper.stream.sockets import Socket

_COURSE_SECONDS = 5
# After a pause of the whole process time goes on from here; nobody replays what was missed.
_MOST_BEHIND_SECONDS = 1.0


class Server:
    """Run one paper exchange on the running event loop."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._storage = Storage(options.state_folder)
        self._clock = SkewableClock(options.clock)
        self.engine = Engine(
            seed=options.seed,
            clock=self._clock,
            past=self._storage.load(),
            listed=options.listed,
        )
        self.faults = Faults()
        self.keyring = Keyring(options.keys, self._storage.nonces(), self.faults)
        for owner in self.keyring.owners():
            self.engine.desk.account(owner)
        self.limits = RateLimits(running_ms, is_counting=options.rate_limits)
        self._reception = Reception(
            self.engine,
            self.keyring,
            self.faults,
            self.limits,
            self.commit,
            options.rate_limit_answer,
        )
        self._admin = AdminOffice(self) if options.admin else None
        self._stream = Stream(
            self.engine,
            running_ms,
            options.pace,
            keyring=self.keyring,
            commit=self.commit,
            admits=lambda peer: self.limits.allows(peer, f"{STREAM_PATH}/auth"),
            faults=self.faults,
        )
        self._sockets: dict[Socket, Outlet] = {}
        self._outlets: dict[Outlet, asyncio.Task[None]] = {}
        self._owed_steps = 0.0
        self._maintenances = 0
        self._server: asyncio.Server | None = None
        self._beat: asyncio.Task[None] | None = None
        self._companions: list[asyncio.Task[None]] = []
        self.is_paused = False
        self._open_ledger()

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
        return f"{self.options.host}:{port}"

    async def start(self) -> None:
        """Listen, and let time run."""
        self.commit()
        self._storage.save_course(self.engine)
        options = self.options
        try:
            self._server = await asyncio.start_server(
                self._serve, options.host, options.port, ssl=options.tls
            )
        except OSError:
            self._storage.close()
            self.ledger.close()
            raise
        self._beat = asyncio.create_task(self._run())
        guide = Guide(self)
        self._companions = [asyncio.create_task(run(guide)) for run in options.beside]

    async def stop(self) -> None:
        """Close every connection and save where things stand."""
        if self._beat is not None:
            tasks = [self._beat, *self._companions]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            self._reception.close()
            for outlet in list(self._outlets):
                outlet.abort()
            # Each sees its connection's end; cancelled by the loop instead, it would be reported.
            await asyncio.gather(*self._outlets.values(), return_exceptions=True)
            await self._server.wait_closed()
        self.commit()
        self._storage.save_course(self.engine)
        self._storage.close()
        self.ledger.close()

    def commit(self) -> None:
        """Save what has changed, then let the stream tell. Nothing may be answered before this."""
        changes = self.engine.desk.take_changes()
        self._storage.save(changes, self.keyring.take_used_nonces())
        self.ledger.flush()
        if changes:
            self._stream.publish(changes)

    def step(self) -> None:
        """Advance the simulation by one step."""
        self.engine.step()
        self.commit()

    def plant(self, fault: F) -> Planted[F]:
        """Put a fault in force."""
        if isinstance(fault, Condition):
            fault.begin(self)
        return self.faults.add(fault)

    def lift(self, planted: Planted[Fault]) -> None:
        """Lift a fault; one that is already lifted may be lifted again."""
        if self.faults.remove(planted) and isinstance(planted.fault, Condition):
            planted.fault.end(self)

    def admit_key(self, key: PaperKey) -> None:
        """Let a key in while the exchange runs. Raises ValueError for a name that is taken."""
        self.keyring.add(key)
        self.engine.desk.account(key.owner)
        self.commit()

    @property
    def socket_count(self) -> int:
        """How many sockets of the stream are open."""
        return len(self._sockets)

    def cut_sockets(self, *, by_reset: bool = False) -> int:
        """Drop every socket of the stream without a goodbye; returns how many there were."""
        for outlet in list(self._sockets.values()):
            if by_reset:
                outlet.reset()
            else:
                outlet.abort()
        return len(self._sockets)

    def pause(self, is_paused: bool) -> None:
        """Stop the simulation, or let it go on."""
        self.is_paused = is_paused

    def mute(self, is_muted: bool) -> None:
        """Let the stream fall silent, or speak again."""
        self._stream.is_muted = is_muted

    def announce(self, code: int, text: str) -> int:
        """Tell every socket about the server's state; returns how many there are."""
        for socket in list(self._sockets):
            socket.session.announce(code, text)
        return len(self._sockets)

    def maintain(self, is_in_maintenance: bool) -> bool:
        """Begin a maintenance or end one that was begun; returns whether the platform changed.

        There may be several at a time: the platform is back when all of them are over.
        """
        was_operative = self.engine.is_operative
        self._maintenances += 1 if is_in_maintenance else -1
        self.engine.is_operative = not self._maintenances
        self._stream.is_in_maintenance = not self.engine.is_operative
        return self.engine.is_operative != was_operative

    def skew_clock(self, milliseconds: int) -> None:
        """Move the clock by so much."""
        self._clock.skew_ms += milliseconds

    def delist(self, symbol: str) -> None:
        """Take a pair off the exchange. Raises KeyError for one that is not there."""
        self.engine.delist(symbol)
        self.commit()

    def relist(self, symbol: str) -> None:
        """Put a pair back. Raises KeyError for one that was not taken off."""
        self.engine.relist(symbol)

    def _open_ledger(self) -> None:
        file = self.options.ledger_file
        if file is None:
            return
        known = self.ledger.write_to(file)
        # An order may have been saved by a process that died before it wrote its line.
        for order in self.engine.desk.orders.values():
            if order.id not in known:
                self.ledger.recover_order(order)

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
        if not self.is_paused:
            self._owed_steps += self.options.speed
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
            goes_on = await self._attend(request, connection)
            if goes_on is None:
                handshake = connection.handshake(request)
                await self._stream_to(handshake, reader, outlet, request.peer)
            if not goes_on:
                return

    async def _attend(self, request: Request, connection: HttpConnection) -> bool | None:
        if self._admin is not None and is_for_admin(request):
            return await connection.send(self._admin.answer(request))
        return await self._reception.attend(request, connection)

    async def _stream_to(
        self, handshake: bytes, reader: asyncio.StreamReader, outlet: Outlet, peer: str
    ) -> None:
        socket = Socket(Session(self._stream, peer), outlet)
        self._sockets[socket] = outlet
        try:
            data = handshake
            while data:
                with self.ledger.arriving("socket"):
                    socket.receive(data)
                data = await reader.read(64 * 1024)
        finally:
            del self._sockets[socket]
            socket.session.end()
