"""How much the paper exchange bears on one core: `python -m tests.bench.paper_load [part…]`.

Server and client have a core each. Results go to results/paper/ and into docs/paper.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

from tests.bench.measuring import RESULTS, ROOT, commit, machine
from tests.bench.paper_server import MARKETS, markets

FOLDER = RESULTS / "paper"
PAGE = ROOT / "docs" / "paper.md"
START, END = "<!-- written by tests.bench.paper_load -->", "<!-- end -->"

CHANNELS_PER_SOCKET = 25
REQUESTS_PER_SECOND = 300
CONNECTIONS = 8
MEASURED_SECONDS = 20.0
SOAK_SECONDS = float(os.environ.get("SOAK_SECONDS", "300"))
# By then every tape holds as many trades as it ever will.
SETTLING_SECONDS = 240
# With so many steps between two turns of its bots a book changes about ten times a second.
BUSY = ["--steps-between-actions", "3"]

_nonces = itertools.count(time.time_ns() // 1000)


@dataclass(frozen=True, slots=True)
class Served:
    """A running server and where it is."""

    rest_url: str
    ws_url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """Run a server on the last core, and this process on the others."""
    core = (os.cpu_count() or 1) - 1
    program = [sys.executable, "-m", "tests.bench.paper_server", "--core", str(core), *options]
    process = subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(0, set(range(core)) or {0})
    try:
        assert process.stdout is not None
        yield Served(*process.stdout.readline().split(), process.pid)
    finally:
        process.terminate()
        process.wait(15)


class Follower:
    """One socket with its share of the books. gaps: seconds between two bursts of frames."""

    def __init__(self, url: str, symbols: list[str]) -> None:
        self._url = url
        self._symbols = symbols
        self.is_counting = False
        self.frames = 0
        self.gaps: list[float] = []

    async def run(self, ready: asyncio.Queue[None]) -> None:
        async with connect(self._url, compression=None, max_queue=None) as socket:
            await socket.recv()
            for symbol in self._symbols:
                await self._subscribe(socket, symbol)
            ready.put_nowait(None)
            before = time.perf_counter()
            while True:
                await socket.recv()
                now = time.perf_counter()
                if self.is_counting:
                    self.frames += 1
                    # Frames of one flush come at once.
                    if now - before > 0.02:
                        self.gaps.append(now - before)
                before = now

    async def _subscribe(self, socket: ClientConnection, symbol: str) -> None:
        asked = {"event": "subscribe", "channel": "book", "symbol": symbol, "len": "25"}
        await socket.send(json.dumps(asked))


async def follow(served: Served) -> dict[str, Any]:
    """Follow 300 books over as many sockets as 25 subscriptions each need."""
    symbols = [market.symbol for market in markets(None)]
    followers = [
        Follower(served.ws_url, symbols[place : place + CHANNELS_PER_SOCKET])
        for place in range(0, MARKETS, CHANNELS_PER_SOCKET)
    ]
    ready: asyncio.Queue[None] = asyncio.Queue()
    tasks = [asyncio.create_task(follower.run(ready)) for follower in followers]
    for _ in followers:
        await ready.get()
    await asyncio.sleep(3)
    for follower in followers:
        follower.is_counting = True
    share = await _share(served, asyncio.sleep(MEASURED_SECONDS))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    gaps = [gap for follower in followers for gap in follower.gaps]
    frames = sum(follower.frames for follower in followers)
    rate = frames / MEASURED_SECONDS
    return {
        "sockets": len(followers),
        "updates a second": round(rate),
        "of each symbol": round(rate / MARKETS, 1),
        "share of the core": share,
        "flushes apart, ms: median": round(statistics.median(gaps) * 1000),
        "flushes apart, ms: worst of 1000": round(statistics.quantiles(gaps, n=1000)[-1] * 1000),
    }


async def _share(served: Served, work: Coroutine[Any, Any, Any]) -> float:
    begun, used = time.perf_counter(), served.cpu_seconds()
    await work
    return round((served.cpu_seconds() - used) / (time.perf_counter() - begun), 2)


class Trader:
    """One kept connection that places, reads and cancels in turn, at a pace of its own."""

    def __init__(self, served: Served, pace_seconds: float) -> None:
        self._address = urlsplit(served.rest_url)
        self._pace_seconds = pace_seconds
        self._orders: list[int] = []
        self.taken: list[float] = []
        self.refused = 0

    async def run(self, until: float) -> None:
        host, port = self._address.hostname, self._address.port
        reader, writer = await asyncio.open_connection(host, port)
        due = time.perf_counter()
        while due < until:
            due += self._pace_seconds
            begun = time.perf_counter()
            status, answer = await self._call(reader, writer, *self._next())
            self.taken.append(time.perf_counter() - begun)
            self._learn(status, answer)
            await asyncio.sleep(max(0, due - time.perf_counter()))
        writer.close()

    def _next(self) -> tuple[str, dict[str, Any]]:
        match len(self.taken) % 3:
            case 0:
                order = {"type": "EXCHANGE LIMIT", "symbol": "tBTCUSD", "amount": "0.0001"}
                return "auth/w/order/submit", order | {"price": "20000"}
            case 1:
                return "auth/r/wallets", {}
        return "auth/w/order/cancel", {"id": self._orders.pop() if self._orders else 1}

    def _learn(self, status: int, answer: Any) -> None:
        if status != 200:
            self.refused += 1
        elif answer[1:2] == ["on-req"]:
            self._orders.append(answer[4][0][0])

    @staticmethod
    async def _call(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: dict[str, Any]
    ) -> tuple[int, Any]:
        raw, nonce = json.dumps(body).encode(), str(next(_nonces))
        signed = hmac.new(b"secret", f"/api/v2/{path}{nonce}".encode() + raw, hashlib.sha384)
        head = (
            f"POST /v2/{path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"bfx-apikey: bench\r\nbfx-nonce: {nonce}\r\nbfx-signature: {signed.hexdigest()}\r\n"
            f"Content-Length: {len(raw)}\r\n\r\n"
        )
        writer.write(head.encode() + raw)
        status, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        lengths = (
            line.partition(":")[2] for line in headers if line.lower().startswith("content-l")
        )
        answer = await reader.readexactly(int(next(lengths)))
        return int(status.split()[1]), json.loads(answer)


async def trade(served: Served) -> dict[str, Any]:
    """Send 300 signed requests a second, a third of each kind; nonces rise over all of them."""
    pace = CONNECTIONS / REQUESTS_PER_SECOND
    traders = [Trader(served, pace) for _ in range(CONNECTIONS)]
    until = time.perf_counter() + MEASURED_SECONDS
    share = await _share(served, asyncio.gather(*(trader.run(until) for trader in traders)))  # type: ignore[arg-type]
    taken = [seconds for trader in traders for seconds in trader.taken]
    return {
        "requests a second": round(len(taken) / MEASURED_SECONDS),
        "refused": sum(trader.refused for trader in traders),
        "share of the core": share,
        "answered within, ms: median": round(statistics.median(taken) * 1000, 1),
        "answered within, ms: 99 of 100": round(statistics.quantiles(taken, n=100)[-1] * 1000, 1),
    }


async def both(served: Served) -> dict[str, Any]:
    """Follow and trade at once."""
    followed, traded = await asyncio.gather(follow(served), trade(served))
    return {f"stream: {name}": value for name, value in followed.items()} | {
        f"requests: {name}": value for name, value in traded.items() if "share" not in name
    }


async def idle(served: Served) -> dict[str, Any]:
    """Let all markets live with nobody there."""
    await asyncio.sleep(30)
    return {"share of the core": await _share(served, asyncio.sleep(MEASURED_SECONDS))}


async def soak(served: Served) -> dict[str, Any]:
    """Live at speed 50 and look at the memory."""
    await asyncio.sleep(SETTLING_SECONDS)
    share = asyncio.create_task(_share(served, asyncio.sleep(SOAK_SECONDS)))
    readings = [served.memory_mib()]
    while not share.done():
        await asyncio.wait([share], timeout=15)
        readings.append(served.memory_mib())
    return {
        "minutes": round(SOAK_SECONDS / 60, 1),
        "MiB after four minutes": round(readings[0], 1),
        "MiB at the end": round(readings[-1], 1),
        "share of the core": share.result(),
    }


Part = tuple[str, list[str], Callable[[Served], Coroutine[Any, Any, dict[str, Any]]]]
PARTS: dict[str, Part] = {
    "idle": ("Nobody there, 300 markets", [], idle),
    "stream": ("300 books, ten updates a second", BUSY, follow),
    "requests": ("300 signed requests a second", [], trade),
    "both": ("Both at once", BUSY, both),
    "soak": ("Speed 50", ["--speed", "50"], soak),
}


def table(result: dict[str, Any]) -> str:
    figures = ((name, f"{value:,}") for name, value in result["figures"].items())
    rows = "\n".join(f"| {name} | {value} |" for name, value in figures)
    source = f"{result['date']}, commit {result['commit']}, {result['machine']}"
    return f"| {result['title']} | |\n|---|---:|\n{rows}\n\n{source}.\n"


def write_page() -> None:
    files = (FOLDER / f"{name}.json" for name in PARTS)
    results = [json.loads(file.read_text()) for file in files if file.exists()]
    before, _, rest = PAGE.read_text().partition(START)
    _, _, after = rest.partition(END)
    tables = "\n".join(table(result) for result in results)
    PAGE.write_text(f"{before}{START}\n\n{tables}\n{END}{after}")


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or PARTS:
        title, options, measure = PARTS[name]
        with served(*options) as server:
            figures = asyncio.run(measure(server))
        result = {
            "title": title,
            "figures": figures,
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "commit": commit(),
            "machine": machine(),
        }
        (FOLDER / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")
        print(title, json.dumps(figures), flush=True)
    write_page()


if __name__ == "__main__":
    main(sys.argv[1:])
