"""A live page in Chromium: how soon a price is in it, what one more costs, what a visit loads."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bench.live import contenders, results
from tests.bench.live.contenders import HERE, Server, answers_on, process, publisher
from tests.bench.live.marks import PLACE
from tests.bench.live.processes import cpu_microseconds, memory_kib
from tests.bench.measuring import ROOT
from tests.browser.conftest import launch
from tests.exchange.peers import environments
from tests.product.running import free_port

SYMBOLS = [f"t{number:03}USD" for number in range(15)]
RATE = 10
WINDOW_SECONDS = 6.0
ROUNDS = 3
MORE_PAGES = 4
# Keeps, per mark, how long after its making it was first seen: on the page, not yet on the screen.
WATCH = """(() => {
  const offset = OFFSET_MS, seen = new Set();
  window.delays = [];
  const digits = (text) => (text ?? "").replace(/\\D/g, "").match(/770(\\d{9})/)?.[1];
  const look = (records) => {
    const now = (performance.timeOrigin + performance.now() - offset) * 1000;
    for (const { target } of records) {
      const mark = digits(target.dataset?.value ?? target.textContent?.slice(0, 200));
      if (!mark || seen.has(mark)) continue;
      seen.add(mark);
      const delay = ((now - Number(mark)) % 1e9 + 1e9) % 1e9 / 1000;
      window.delays.push(delay);
      // One that was drawn with the page is older than the visit.
      if (delay < performance.now()) window.firstPrice ??= performance.now();
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true,
    characterData: true, attributes: true, attributeFilter: ["data-value"] });
})();"""
LISTED = """
from dashboard.markets.models import Instrument
Instrument.objects.bulk_create([
    Instrument(symbol=f"t{n:03}USD", base=f"{n:03}", quote="USD", base_name=f"{n:03}",
               quote_name="USD") for n in range(15)], ignore_conflicts=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a browser loads that was never here."""

    requests: int
    kib: float
    first_price_ms: float


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """The product's web process with fifteen markets, fed by the relay's own flushes."""
    environment, _ = contenders.own_state(folder.parent)
    managing = [sys.executable, "manage.py", "shell", "--no-imports", "-c", LISTED]
    subprocess.run(managing, cwd=ROOT, env=environment, check=True)
    with contenders.ours(folder) as server:
        yield server


def bare(folder: Path) -> AbstractContextManager[Server]:
    return contenders.with_desk(sys.executable, str(HERE / "peer_page.py"), *SYMBOLS)


@contextmanager
def nicegui(folder: Path) -> Iterator[Server]:
    python = environments.python("nicegui", HERE)
    port, desk = free_port(), free_port()
    words = [str(python), str(HERE / "peer_nicegui.py"), str(port), str(desk), *SYMBOLS]
    log = (folder / "nicegui.log").open("w")
    with (
        log,
        process(words, cwd=folder, stderr=log) as server,
        publisher("publish_texts.py", "tcp", str(desk)) as peer,
    ):
        answers_on(port)
        answers_on(desk)
        yield Server(port=port, pid=server.pid, publisher=peer)


Starting = Callable[[Path], AbstractContextManager[Server]]
CONTENDERS: dict[str, Starting] = {"bare page": bare, "ours": ours, "NiceGUI": nicegui}
PATHS = {"ours": "/markets/"}


def publish(server: Server, seconds: float) -> None:
    """Give all symbols a new price ten times a second."""
    news: dict[str, Any] = {"symbols": SYMBOLS}
    if not server.is_ours:
        prices = ", ".join(f'"{symbol}": "{PLACE.decode()}"' for symbol in SYMBOLS)
        news = {"texts": ["{" + prices + "}"]}
    server.publisher.ask("publish", **news, rate=RATE, seconds=seconds)


def context(browser: Browser, server: Server) -> BrowserContext:
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    offset_ms = (time.time_ns() - time.monotonic_ns()) / 1e6
    made.add_init_script(WATCH.replace("OFFSET_MS", f"{offset_ms:.3f}"))
    for line in server.headers.splitlines():
        if line.startswith("Cookie: "):
            name, _, value = line.removeprefix("Cookie: ").partition("=")
            made.add_cookies([{"name": name, "value": value, "url": url(server)}])
    return made


def url(server: Server) -> str:
    return f"http://localhost:{server.port}"


def opened(made: BrowserContext, server: Server, who: str) -> Page:
    page = made.new_page()
    page.goto(url(server) + PATHS.get(who, "/"), wait_until="load")
    return page


def visit(browser: Browser, server: Server, who: str, path: str = "") -> Visit:
    """Open the page as a stranger would, while prices come in."""
    made = context(browser, server)
    page = made.new_page()
    session = made.new_cdp_session(page)
    session.send("Network.enable")
    requests, loaded = [], []
    session.on("Network.requestWillBeSent", lambda told: requests.append(told["request"]["url"]))
    session.on("Network.loadingFinished", lambda told: loaded.append(told["encodedDataLength"]))
    page.goto(url(server) + (path or PATHS.get(who, "/")), wait_until="commit")
    publish(server, 3.0)
    page.wait_for_function("window.firstPrice")
    found = Visit(
        requests=sum(not each.startswith(("data:", "blob:")) for each in requests),
        kib=sum(loaded) / 1024,
        first_price_ms=page.evaluate("window.firstPrice"),
    )
    made.close()
    return found


def delays(page: Page, server: Server) -> list[float]:
    """Return how long each price took into the page, in milliseconds."""
    page.evaluate("() => { window.delays = []; }")
    publish(server, WINDOW_SECONDS)
    found: list[float] = page.evaluate("window.delays")
    return found


def used(server: Server) -> float:
    """Return how much of a core the server takes while it publishes."""
    before, began = cpu_microseconds(server.pid), time.monotonic()
    publish(server, WINDOW_SECONDS)
    return (cpu_microseconds(server.pid) - before) / (time.monotonic() - began) / 1e4


def one_more(browser: Browser, server: Server, who: str) -> tuple[float, float]:
    """Return what a further page costs the server: per cent of a core, and KiB."""
    with ExitStack() as stack:
        first = context(browser, server)
        stack.callback(first.close)
        opened(first, server, who)
        publish(server, 1.0)
        alone, small = used(server), memory_kib(server.pid)
        for _ in range(MORE_PAGES):
            made = context(browser, server)
            stack.callback(made.close)
            opened(made, server, who)
        publish(server, 1.0)
        together, large = used(server), memory_kib(server.pid)
    return (together - alone) / MORE_PAGES, (large - small) / MORE_PAGES


def measured(browser: Browser, server: Server, who: str) -> dict[str, float]:
    """Measure one contender once."""
    first = visit(browser, server, who)
    made = context(browser, server)
    page = opened(made, server, who)
    publish(server, 1.0)
    waits = sorted(delays(page, server))
    made.close()
    percent, kib = one_more(browser, server, who)
    return {
        "p50_ms": statistics.median(waits),
        "p99_ms": waits[min(len(waits) - 1, round(len(waits) * 0.99))],
        "core_percent": percent,
        "kib_each": kib,
        "requests": first.requests,
        "kib": first.kib,
        "first_price_ms": first.first_price_ms,
    }


def pages() -> Iterator[str]:
    """Ours, the floor and NiceGUI, in turn, round after round."""
    rounds: dict[str, list[dict[str, float]]] = {who: [] for who in CONTENDERS}
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory(prefix="tidewatch-bench-") as made,
        ExitStack() as stack,
    ):
        browser = launch(playwright)
        stack.callback(browser.close)
        servers = {}
        for who, starting in CONTENDERS.items():
            folder = Path(tempfile.mkdtemp(dir=made))
            servers[who] = stack.enter_context(starting(folder))
        order = list(CONTENDERS)
        for _ in range(ROUNDS):
            order = order[1:] + order[:1]
            for who in order:
                rounds[who].append(measured(browser, servers[who], who))
        chart = visit(browser, servers["ours"], "ours", f"/markets/{SYMBOLS[0]}/")
    found = {who: medians(each) for who, each in rounds.items()}
    with_chart = {"requests": chart.requests, "kib": round(chart.kib, 1)}
    results.save("pages", {"rounds": ROUNDS, "contenders": found, "with chart": with_chart})
    for who, each in found.items():
        yield f"{who}: " + ", ".join(f"{name} {value}" for name, value in each.items())


def medians(each: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(one[name] for one in each), 2) for name in each[0]}
