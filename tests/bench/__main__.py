"""Side by side with floors and peers: python -m tests.bench [NAME ...]."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.bench import page
from tests.bench.live import fanout, flushing, history, open_all_day, pages, starting
from tests.bench.measuring import ROOT, Result, compare
from tests.exchange.peers import environments
from tests.exchange.peers.peer import Peer, running
from tests.exchange.peers.recorded import recorded_exchange

HERE = Path(__file__).parent
WALLETS = json.dumps(
    [
        [kind, currency, 12.960650700086292, 0, 11.5, "Exchange 0.4 LTC for UST @ 65.075", None]
        for kind in ("exchange", "margin")
        for currency in ("BTC", "USD", "UST")
    ]
)
FIRST = {"by hand": "by_hand", "ours": "ours", "official": "official", "ccxt": "by_ccxt"}


@lru_cache
def environments_of_clients() -> dict[str, Path]:
    """Return each client's interpreter; made at the first call, where it is missing."""
    return {
        "floor": environments.own_python(),
        "ours": environments.own_python(),
        "official": environments.python("bitfinex-api-py"),
        "ccxt": environments.python("ccxt"),
    }


def signing(workers: dict[str, Peer]) -> Iterator[Result]:
    count = 5_000
    yield compare(
        "signing",
        "Signing an order, body and headers",
        "µs CPU",
        {who: per(worker, count, "sign", count=count) for who, worker in workers.items()},
        reference="floor",
        budget=1.15,
        rounds=15,
    )


def wallets(workers: dict[str, Peer]) -> Iterator[Result]:
    count = 150
    with recorded_exchange() as exchange:
        exchange.answer("auth/r/wallets", WALLETS)
        yield compare(
            "wallets",
            "Reading the wallets over loopback, connection kept; floor is requests.Session",
            "µs CPU",
            {
                who: per(worker, count, "wallets", url=exchange.url, count=count)
                for who, worker in workers.items()
            },
            reference="floor",
            budget=0.75,
            rounds=15,
        )


class Flood(NamedTuple):
    """What the server of frames is to send: `total` frames, so many of them at once."""

    kind: str
    symbols: int
    at_once: int = 500
    total: int = 12_000

    @property
    def sockets(self) -> int:
        return -(-self.symbols // 25)

    @property
    def count(self) -> int:
        return self.total // self.sockets * self.sockets

    def url(self, port: int) -> str:
        a_socket, each = min(self.symbols, 25), self.total // self.sockets
        query = f"subs={a_socket}&frames={each}&at_once={self.at_once}"
        return f"ws://127.0.0.1:{port}/ws/2?{query}"


FLOODS = {
    "frames-ticker-15": Flood("ticker", 15),
    "frames-ticker-300": Flood("ticker", 300),
    "frames-book-15": Flood("book", 15),
    "frames-book-15-alone": Flood("book", 15, at_once=1, total=1_500),
}


def frames(workers: dict[str, Peer]) -> Iterator[Result]:
    with flooding() as port:
        for name, flood in FLOODS.items():
            names = [f"tA{number:03}:USD" for number in range(flood.symbols)]
            asked = {"kind": flood.kind, "symbols": names, "count": flood.count}
            manner = ", each frame alone" if flood.at_once == 1 else ""
            yield compare(
                name,
                f"Frames of a {flood.kind} to models, {flood.symbols} symbols{manner}; "
                "floor is websockets and json",
                "µs CPU",
                {
                    who: per(worker, flood.count, "frames", url=flood.url(port), **asked)
                    for who, worker in workers.items()
                    # ccxt asks one socket for everything: for more than the exchange gives it.
                    if who != "ccxt" or flood.sockets == 1
                },
                reference="floor",
                budget=1.15,
                rounds=7,
            )


def first_wallets(_: dict[str, Peer]) -> Iterator[Result]:
    pythons = environments_of_clients()
    pythons = pythons | {"by hand": pythons["floor"]}
    with recorded_exchange() as exchange, TemporaryDirectory() as compiled:
        exchange.answer("auth/r/wallets", WALLETS)

        def starting(who: str) -> Callable[[], tuple[float, float]]:
            script = HERE / "first_wallets" / f"{FIRST[who]}.py"
            return lambda: fresh(compiled, str(pythons[who]), str(script), exchange.url)

        for place, (name, unit, what) in enumerate(
            (("start", "ms CPU", "time"), ("start-memory", "MiB", "memory"))
        ):
            yield compare(
                name,
                f"From a fresh interpreter to the first wallets, {what}",
                unit,
                {who: picked(starting(who), place) for who in FIRST},
                reference="by hand",
                budget=1.15,
                rounds=9,
            )


def per(worker: Peer, turns: int, question: str, /, **details: object) -> Callable[[], float]:
    """One question as a measure: microseconds of CPU for each of so many turns."""
    return lambda: worker.ask(question, **details) / turns * 1e6


def picked(measure: Callable[[], tuple[float, float]], place: int) -> Callable[[], float]:
    return lambda: measure()[place]


def fresh(compiled: str, *command: str) -> tuple[float, float]:
    """Run a process to its end: CPU milliseconds and the most memory it had, in MiB.

    compiled: a folder for bytecode, so that everybody's is there after the round that does not
    count, whatever the installers and this environment have left undone.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # Its own word: what the kernel tells a parent includes the parent's size at the fork.
    return seconds * 1000, int(done.stdout) / 1024


@contextmanager
def flooding() -> Iterator[int]:
    """Run the server of frames in a process of its own; yields its port."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "frames.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()


CLIENT = {
    "signing": signing,
    "wallets": wallets,
    "frames": frames,
    "first_wallets": first_wallets,
}


LIVE: dict[str, Callable[[], Iterator[str]]] = {
    "fanout": fanout.fanout,
    "growth": fanout.growth,
    "start": starting.second_start,
    "pages": pages.pages,
    "browser_flush": flushing.flushes,
    "open_all_day": open_all_day.all_day,
    "history": history.history,
}


def compare_clients(names: list[str]) -> None:
    """Measure the exchange's client beside the others."""
    pythons = environments_of_clients()
    with ExitStack() as stack:
        workers = {
            who: stack.enter_context(running(python, HERE / f"work_{who}.py", HERE, ROOT))
            for who, python in pythons.items()
        }
        for name in names:
            started = time.monotonic()
            for result in CLIENT[name](workers):
                result.save()
                ratios = ", ".join(f"{who} {ratio:.2f}" for who, ratio in result.ratios.items())
                print(f"{result.title}: × {result.reference}: {ratios}", flush=True)
            print(f"  ({time.monotonic() - started:.0f} s)")


def main(names: list[str]) -> None:
    names = names or [*CLIENT, *LIVE]
    if clients := [name for name in names if name in CLIENT]:
        compare_clients(clients)
    for name in names:
        if name in LIVE:
            for line in LIVE[name]():
                print(f"{name}: {line}", flush=True)
    page.write()


if __name__ == "__main__":
    main(sys.argv[1:])
