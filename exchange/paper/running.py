"""Starting a paper exchange: in the foreground for people, in a thread for tests."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from exchange.paper.keys import PaperKey
from exchange.paper.ledger import Ledger
from exchange.paper.network.server import STREAM_PATH, Options, Server
from exchange.paper.numbers import cut_down, from_decimal, to_decimal
from exchange.paper.trading.accounts import Wallet
from exchange.paper.trading.orders import Kind, Order, Ticket

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
    return f"http://{server.address}", f"ws://{server.address}{STREAM_PATH}"


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
        return self._call(self._place, account, symbol, amount, price, members)

    def cancel(self, order_id: int) -> None:
        """Cancel an open order as its owner would elsewhere."""
        self._call(self._cancel, order_id)

    def order(self, order_id: int) -> Order:
        """Return a copy of an order as it is now. Raises KeyError for an unknown id."""
        return self._call(lambda: replace(self._server.engine.desk.orders[order_id]))

    def balance(self, account: str, currency: str, kind: str = "exchange") -> Decimal:
        """Return what a wallet holds."""
        return self._call(lambda: to_decimal(self._wallet(account, currency, kind).balance))

    def available(self, account: str, currency: str, kind: str = "exchange") -> Decimal:
        """Return what of a wallet is not held back by open orders."""
        return self._call(lambda: to_decimal(self._wallet(account, currency, kind).available))

    def best_prices(self, symbol: str) -> tuple[Decimal, Decimal]:
        """Return the best bid and the best ask. Raises ValueError where a side is empty."""
        return self._call(self._best_prices, symbol)

    def move_price(self, symbol: str, price: Decimal | str) -> None:
        """Let the market trade at `price` from now on; orders it passes are filled.

        While the simulation is paused it stays there.
        """
        self._call(self._server.engine.move_price, symbol, from_decimal(price))

    def trade(self, symbol: str, amount: Decimal | str, price: Decimal | str | None = None) -> None:
        """Let a bot buy (or with a negative amount sell) from the book, at `price` at worst."""
        units = from_decimal(amount)
        limit = None if price is None else from_decimal(price)
        self._call(
            lambda: self._server.engine.bots_trade(
                symbol, is_buy=units > 0, amount=abs(units), limit=limit
            )
        )

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

    def cut_sockets(self) -> None:
        """Drop every socket of the stream without a goodbye."""
        self._call(self._server.cut_sockets)

    def announce(self, code: int, text: str) -> None:
        """Tell every socket about the server's state: 20051, 20060 or 20061."""
        self._call(self._server.announce, code, text)

    def mute(self) -> None:
        """Let the stream fall silent, heartbeats included, while its sockets stay open."""
        self._call(self._server.mute, True)

    def unmute(self) -> None:
        """Let the stream speak again; what it would have said meanwhile is lost."""
        self._call(self._server.mute, False)

    def _wallet(self, account: str, currency: str, kind: str) -> Wallet:
        return self._server.engine.desk.account(account).wallet(currency, kind)

    def _best_prices(self, symbol: str) -> tuple[Decimal, Decimal]:
        book = self._server.engine.markets[symbol].book
        bid, ask = book.bids.best(), book.asks.best()
        if bid is None or ask is None:
            raise ValueError(f"{symbol} has an empty side")
        return to_decimal(bid), to_decimal(ask)

    def _place(
        self,
        account: str,
        symbol: str,
        amount: Decimal | str,
        price: Decimal | str | None,
        members: dict[str, Any],
    ) -> int:
        engine = self._server.engine
        ticket = Ticket(
            market=engine.markets[symbol].market,
            kind=Kind.MARKET if price is None else Kind.LIMIT,
            amount=from_decimal(amount),
            price=None if price is None else cut_down(from_decimal(price)),
            **({"source": "web"} | members),
        )
        return engine.place(account, ticket).id

    def _cancel(self, order_id: int) -> None:
        engine = self._server.engine
        engine.cancel(engine.desk.orders[order_id])

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

    options are those of `Options`: speed, state_folder, rate_limits, pace, port, clock.
    """
    paper = PaperExchange(Options(seed=seed, keys=tuple(keys), **options)).start()
    try:
        yield paper
    finally:
        paper.stop()
