"""Starting a paper exchange: in the foreground for people, in a thread for tests."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from exchange.paper.faults.keys import Permissions
from exchange.paper.faults.planting import F, Fault, Planted
from exchange.paper.hooks import Hooks
from exchange.paper.keys import PaperKey
from exchange.paper.ledger import Ledger
from exchange.paper.network.messages import STREAM_PATH
from exchange.paper.network.options import Options
from exchange.paper.network.server import Server
from exchange.paper.trading.orders import Order

P = ParamSpec("P")
R = TypeVar("R")

_PATIENCE_SECONDS = 30


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    seed: int = 1,
    keys: Sequence[PaperKey] = (),
    speed: float = 1,
    state_folder: Path | None = None,
    on_ready: Callable[[str, str], None] | None = None,
    **options: Any,
) -> None:
    """Run a paper exchange until SIGTERM or SIGINT.

    on_ready is called with the addresses for REST and for the stream once it listens.
    """
    chosen = Options(
        host=host,
        port=port,
        seed=seed,
        keys=tuple(keys),
        speed=speed,
        state_folder=state_folder,
        **options,
    )
    asyncio.run(_serve(chosen, on_ready))


async def _serve(options: Options, on_ready: Callable[[str, str], None] | None) -> None:
    server = Server(options)
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_number, asked_to_stop.set)
    await server.start()
    try:
        if on_ready is not None:
            on_ready(*addresses(server))
        await asked_to_stop.wait()
    finally:
        await server.stop()


def addresses(server: Server) -> tuple[str, str]:
    """Return the addresses of a started server: for REST and for the stream."""
    tail = "" if server.options.tls is None else "s"
    return f"http{tail}://{server.address}", f"ws{tail}://{server.address}{STREAM_PATH}"


class PlantedFaults:
    """The faults of an exchange that runs in another thread. call runs a function there."""

    def __init__(self, server: Server, call: Callable[..., Any]) -> None:
        self._server = server
        self._call = call

    def __iter__(self) -> Iterator[Planted[Fault]]:
        return iter(self._server.faults)

    def add(self, fault: F) -> Planted[F]:
        """Put a fault in force until it is removed."""
        planted: Planted[F] = self._call(self._server.plant, fault)
        return planted

    def remove(self, planted: Planted[Fault]) -> None:
        """Lift a fault; one that is already lifted may be lifted again."""
        self._call(self._server.lift, planted)

    def clear(self) -> None:
        """Lift all faults."""
        for planted in self:
            self.remove(planted)


class PaperExchange:
    """A paper exchange in a thread of its own, with hooks that any thread may call.

    Amounts and prices are Decimals; a negative amount sells.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._started: Future[Server] = Future()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="paper-exchange", daemon=True)
        self.rest_url = self.ws_url = ""

    def start(self) -> Self:
        """Listen. Returns when the first request can be answered."""
        self._thread.start()
        self._server = self._started.result(_PATIENCE_SECONDS)
        self._hooks = Hooks(self._server.engine)
        self.rest_url, self.ws_url = addresses(self._server)
        return self

    def stop(self) -> None:
        """Stop listening, save the state, end the thread."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(_PATIENCE_SECONDS)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        try:
            server = Server(self._options)
            await server.start()
        except Exception as failure:  # it is raised again where start() waits
            self._started.set_exception(failure)
            return
        self._started.set_result(server)
        await self._stopped.wait()
        await server.stop()

    @property
    def ledger(self) -> Ledger:
        """Every request that arrived and every order that was accepted."""
        return self._server.ledger

    @property
    def faults(self) -> PlantedFaults:
        """The faults in force, to add to and to lift."""
        return PlantedFaults(self._server, self._call)

    @contextmanager
    def fault(self, fault: F, *, must_strike: bool = True) -> Iterator[Planted[F]]:
        """Keep a fault in force for a block. Raises NeverStruck at its end if it never struck."""
        planted = self.faults.add(fault)
        try:
            yield planted
        finally:
            self.faults.remove(planted)
        if must_strike:
            planted.check()

    def place(
        self,
        account: str,
        symbol: str,
        amount: Decimal | str,
        price: Decimal | str | None = None,
        **members: Any,
    ) -> int:
        """Place an order for an account as if by the exchange's own site; returns its id.

        Without a price it is a market order. members are further ones of a ticket, such as cid.
        Raises Refusal.
        """
        return self._call(
            lambda: self._hooks.place(account, symbol, amount, price, **members),
        )

    def cancel(self, order_id: int) -> None:
        """Cancel an open order as its owner would elsewhere."""
        self._call(self._hooks.cancel, order_id)

    def deposit(
        self, account: str, method: str, amount: Decimal | str, kind: str = "exchange"
    ) -> int:
        """Let money arrive by a method ("bitcoin") as if it had been sent; returns its id."""
        return self._call(self._hooks.deposit, account, method, amount, kind)

    def order(self, order_id: int) -> Order:
        """Return a copy of an order as it is now. Raises KeyError for an unknown id."""
        return self._call(self._hooks.order, order_id)

    def balance(self, account: str, currency: str, kind: str = "exchange") -> Decimal:
        """Return what a wallet holds."""
        return self._call(self._hooks.balance, account, currency, kind)

    def available(self, account: str, currency: str, kind: str = "exchange") -> Decimal:
        """Return what of a wallet is not held back by open orders."""
        return self._call(self._hooks.available, account, currency, kind)

    def best_prices(self, symbol: str) -> tuple[Decimal, Decimal]:
        """Return the best bid and the best ask. Raises ValueError where a side is empty."""
        return self._call(self._hooks.best_prices, symbol)

    def move_price(self, symbol: str, price: Decimal | str) -> None:
        """Let the market trade at `price` from now on; orders it passes are filled.

        While the simulation is paused it stays there.
        """
        self._call(self._hooks.move_price, symbol, price)

    def trade(self, symbol: str, amount: Decimal | str, price: Decimal | str | None = None) -> None:
        """Let a bot buy (or with a negative amount sell) from the book, at `price` at worst."""
        self._call(self._hooks.trade, symbol, amount, price)

    def pause(self) -> None:
        """Stop the bots and their prices; people can still trade with what stands in the book."""
        self._call(self._server.pause, True)

    def resume(self) -> None:
        """Let the bots go on."""
        self._call(self._server.pause, False)

    def step(self, steps: int = 1) -> None:
        """Advance a paused simulation by so many tenths of a second."""
        for _ in range(steps):
            self._call(self._server.step)

    def cut_sockets(self, *, by_reset: bool = False) -> int:
        """Drop every socket of the stream without a goodbye; returns how many there were."""
        return self._call(self._server.cut_sockets, by_reset=by_reset)

    def announce(self, code: int, text: str) -> int:
        """Tell every socket about the server's state: 20051, 20060 or 20061.

        Returns how many sockets there are.
        """
        return self._call(self._server.announce, code, text)

    def mute(self) -> None:
        """Let the stream fall silent, heartbeats included, while its sockets stay open."""
        self._call(self._server.mute, True)

    def unmute(self) -> None:
        """Let the stream speak again; what it would have said meanwhile is lost."""
        self._call(self._server.mute, False)

    def add_key(self, key: PaperKey) -> None:
        """Let a key in. Raises ValueError when there was one of that name."""
        self._call(self._server.admit_key, key)

    def revoke_key(self, key: str) -> None:
        """Let a key open nothing any more. Raises KeyError for an unknown one."""
        self._call(self._server.keyring.revoke, key)

    def narrow_key(self, key: str, permissions: Permissions) -> None:
        """Give a key other permissions. Raises KeyError for an unknown one."""
        self._call(self._server.keyring.narrow, key, permissions)

    def restore_key(self, key: str) -> None:
        """Make a key what it was when it was let in. Raises KeyError for an unknown one."""
        self._call(self._server.keyring.restore, key)

    def _call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        answer: Future[R] = Future()

        def run() -> None:
            try:
                result = function(*args, **kwargs)
                self._server.commit()
            except Exception as failure:  # it is raised again in the caller's thread
                answer.set_exception(failure)
            else:
                answer.set_result(result)

        self._loop.call_soon_threadsafe(run)
        return answer.result(_PATIENCE_SECONDS)


@contextmanager
def running_paper(
    seed: int = 1, keys: Sequence[PaperKey] = (), **options: Any
) -> Iterator[PaperExchange]:
    """Run a paper exchange on a free port for as long as the block lasts.

    options are those of `Options`: speed, state_folder, rate_limits, pace, port, clock, admin…
    """
    paper = PaperExchange(Options(seed=seed, keys=tuple(keys), **options)).start()
    try:
        yield paper
    finally:
        paper.stop()
