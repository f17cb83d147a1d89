"""The same news to many browsers: what it costs the server, and when it is there."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from tests.bench.live import results
from tests.bench.live.contenders import CONTENDERS, Browsers, Server, browsing
from tests.bench.live.marks import MARK, without_marks
from tests.bench.live.processes import cpu_microseconds, memory_kib

WINDOW_SECONDS = 1.5
SETTLING_SECONDS = 0.4  # what comes later than this is not counted as delivered
CAPTURE_SECONDS = 3.0
COLLAPSES = "Channels group_send"  # started anew for every round, for it goes on long after


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One size to measure at: `symbols` are what a page watches, `moving` what changes.

    rate: flushes a second offered. sets: distinct choices of symbols among the pages.
    """

    browsers: int = 100
    symbols: int = 15
    sets: int = 1
    rate: int = 10
    moving: int = 0

    @property
    def names(self) -> list[str]:
        return [f"t{number:03}USD" for number in range(self.moving or self.symbols)]

    def watches(self) -> list[list[str]]:
        """Return the distinct watch-sets."""
        if not self.moving:
            return [self.names]
        chance = random.Random(self.sets)  # noqa: S311
        return [sorted(chance.sample(self.names, self.symbols)) for _ in range(self.sets)]


@dataclass(frozen=True, slots=True)
class Round:
    """One contender's one window."""

    cpu_us: float
    delivered: float
    p50_ms: float
    p99_ms: float


MAIN = [
    Cell(browsers=100),
    Cell(browsers=1000),
    Cell(browsers=100, symbols=300),
    Cell(browsers=1000, symbols=300),
]
CURVES = {
    "browsers": [Cell(browsers=count) for count in (1, 10, 100, 500, 1000, 2000)],
    "symbols": [Cell(symbols=count) for count in (15, 50, 150, 300, 500)],
    "watch-sets": [Cell(browsers=1000, sets=n, moving=300) for n in (1, 10, 100, 1000)],
    "rate": [Cell(rate=rate) for rate in (1, 10, 50)],
}


async def capture(server: Server, cell: Cell) -> list[str]:
    """Return what one browser of ours gets for one flush, with places for marks."""
    headers = dict(line.split(": ") for line in server.headers.split("\r\n") if line)
    address = f"ws://localhost:{server.port}{server.path}"
    async with connect(
        address, compression=None, additional_headers=headers, max_size=None, ping_interval=None
    ) as browser:
        await browser.send(results.as_json({"watch": cell.watches()[0]}))
        asked = {"symbols": cell.names, "rate": 5, "seconds": 2}
        await asyncio.to_thread(server.publisher.ask, "publish", **asked)
        heard: dict[bytes, list[bytes]] = {}
        while True:
            try:
                got = await asyncio.wait_for(browser.recv(), CAPTURE_SECONDS)
            except TimeoutError:
                break
            text = got.encode() if isinstance(got, str) else got
            if found := MARK.search(text):
                heard.setdefault(found[0], []).append(text)
    # The smallest is one without the first values of all, and without the feed's beacon.
    flush = min(heard.values(), key=lambda texts: sum(map(len, texts)))
    return [without_marks(text).decode() for text in flush]


@dataclass(frozen=True, kw_only=True)
class Connected:
    """A server with its browsers."""

    server: Server
    browsers: Browsers
    kib_each: float


def connected(stack: ExitStack, who: str, cell: Cell, folder: Path) -> Connected:
    place = Path(tempfile.mkdtemp(dir=folder))
    server = stack.enter_context(CONTENDERS[who](place))
    # A first page makes what every server makes once.
    with browsing(server, 1, place, cell.watches()):
        before = memory_kib(server.pid)
    browsers = stack.enter_context(browsing(server, cell.browsers, place, cell.watches()))
    time.sleep(SETTLING_SECONDS * 2)
    kib = (memory_kib(server.pid) - before) / cell.browsers
    return Connected(server=server, browsers=browsers, kib_each=kib)


def measure(each: Connected, cell: Cell, texts: list[str]) -> Round:
    """Publish for one window and tell what it cost and what arrived."""
    server, wanted = each.server, {"rate": cell.rate}
    what: dict[str, Any] = {"symbols": cell.names} if server.is_ours else {"texts": texts}
    publish = server.publisher.ask
    publish("publish", **what, **wanted, seconds=max(0.3, 1 / cell.rate))
    time.sleep(SETTLING_SECONDS)
    each.browsers.reset()
    seconds = WINDOW_SECONDS if cell.rate > 1 else WINDOW_SECONDS * 3
    before = cpu_microseconds(server.pid)
    flushes = publish("publish", **what, **wanted, seconds=seconds)
    time.sleep(SETTLING_SECONDS)
    used = cpu_microseconds(server.pid) - before
    seen = each.browsers.report()
    news = seen["news"]
    return Round(
        cpu_us=used / max(news, 1),
        delivered=100 * news / (flushes * cell.browsers),
        p50_ms=seen["p50_us"] / 1000,
        p99_ms=seen["p99_us"] / 1000,
    )


def compared(cell: Cell, who: list[str], rounds: int, folder: Path) -> dict[str, Any]:
    """Measure everybody at one size, in turn, round after round."""
    measured: dict[str, list[Round]] = {name: [] for name in who}
    kib: dict[str, float] = {}
    with ExitStack() as stack:
        steady = {n: connected(stack, n, cell, folder) for n in who if n != COLLAPSES}
        texts = asyncio.run(capture(steady["ours"].server, cell))
        kib = {name: each.kib_each for name, each in steady.items()}
        order = list(who)
        for _ in range(rounds):
            order = order[1:] + order[:1]
            for name in order:
                if name in steady:
                    measured[name].append(measure(steady[name], cell, texts))
                    continue
                with ExitStack() as own:
                    fresh = connected(own, name, cell, folder)
                    kib[name] = fresh.kib_each
                    measured[name].append(measure(fresh, cell, texts))
    return {
        "browsers": cell.browsers,
        "symbols": cell.symbols,
        "sets": cell.sets,
        "moving": cell.moving or cell.symbols,
        "rate": cell.rate,
        "bytes": sum(map(len, texts)),
        "frames": len(texts),
        "contenders": {
            name: summed_up(rounds_, measured["floor"]) | {"kib": round(kib[name], 1)}
            for name, rounds_ in measured.items()
        },
    }


def summed_up(rounds: list[Round], floor: list[Round]) -> dict[str, float]:
    ratios = [each.cpu_us / least.cpu_us for each, least in zip(rounds, floor, strict=True)]

    def median(name: str) -> float:
        return round(statistics.median(getattr(each, name) for each in rounds), 2)

    return {
        "ratio": round(statistics.median(ratios), 2),
        "least_ratio": round(min(ratios), 2),
        "most_ratio": round(max(ratios), 2),
        **{name: median(name) for name in ("cpu_us", "delivered", "p50_ms", "p99_ms")},
    }


def fanout() -> Iterator[str]:
    """Everybody at the sizes of the budget."""
    yield from run("fanout", {"all": MAIN}, list(CONTENDERS), rounds=3)


def growth() -> Iterator[str]:
    """Ours, the floor and a bare broadcast, along browsers, symbols, watch-sets and rate."""
    yield from run("growth", CURVES, ["floor", "ours", "websockets broadcast"], rounds=3)


def run(name: str, curves: dict[str, list[Cell]], who: list[str], rounds: int) -> Iterator[str]:
    found: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory(prefix="tidewatch-bench-") as made:
        Path(made).chmod(0o755)  # nginx's worker is another user
        for curve, cells in curves.items():
            found[curve] = []
            for cell in cells:
                # A floor without watch-sets sends everybody the same, as many times.
                present = [w for w in who if not cell.moving or w in ("floor", "ours")]
                found[curve].append(compared(cell, present, rounds, Path(made)))
                about = {"rounds": rounds, "window_seconds": WINDOW_SECONDS, "curves": found}
                results.save(name, about)
                yield line(found[curve][-1])


def line(cell: dict[str, Any]) -> str:
    size = "{browsers} browsers × {symbols} symbols × {rate}/s, {sets} sets, {bytes} B"
    told = ", ".join(
        f"{who} {c['ratio']:.2f} ({c['cpu_us']:.0f} µs, {c['delivered']:.0f} %, "
        f"{c['p50_ms']:.1f}/{c['p99_ms']:.1f} ms)"
        for who, c in cell["contenders"].items()
    )
    return f"{size.format(**cell)}: {told}"
