"""What a long history costs: the same pages and the same sweep over more and more orders."""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.live import contenders, results
from tests.bench.live.contenders import OURS, answers_on, process
from tests.bench.measuring import ROOT
from tests.chaos.times import percentile as p95
from tests.product.servers import postgres, redis

SIZES = (1_000, 1_000_000)
ROUNDS = 60
SWEEPS = 100
WRITE = """
from dashboard.accounts.services import connect_paper_account, ensure_owner
from dashboard.markets.models import Instrument
from dashboard.markets.selectors import STRIP
from exchange.symbols import split
from tests.dashboard.orders.long_history import write_history
for symbol in STRIP:
    base, quote = split(symbol)
    Instrument.objects.create(
        symbol=symbol, base=base, quote=quote, base_name=base, quote_name=quote)
write_history(connect_paper_account(ensure_owner()), {count})
"""
# One turn of what a worker does every two seconds, whatever happens.
SWEEP = """
import json, time
from django.utils import timezone
from dashboard.orders import journal
from dashboard.orders.reconcile import due_orders
took = []
for _ in range({sweeps}):
    began = time.perf_counter()
    journal.sweep(timezone.now())
    list(due_orders(timezone.now()))
    took.append((time.perf_counter() - began) * 1000)
print(json.dumps(took))
"""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A web process over a history of some length."""

    port: int
    cookie: str
    environment: dict[str, str]

    def took(self, path: str) -> float:
        """Return the milliseconds from asking for a page to its last byte."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": f"localhost:{self.port}", "Cookie": self.cookie}
        try:
            began = time.perf_counter()
            link.request("GET", path, headers=headers)
            answer = link.getresponse()
            answer.read()
            took = (time.perf_counter() - began) * 1000
        finally:
            link.close()
        assert answer.status == 200, (path, answer.status)
        return took

    def swept(self) -> list[float]:
        """Return the milliseconds of some turns of the sweep."""
        found: list[float] = json.loads(shell(self.environment, SWEEP.format(sweeps=SWEEPS)))
        return found


def shell(environment: dict[str, str], words: str) -> str:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def pages(count: int) -> dict[str, str]:
    """Return each page that shows of the history, by what it is called in the table."""
    middle = (time.time_ns() // 1000) - count // 2 * 60 * 10**6
    return {
        "overview": "/",
        "market": "/markets/tBTCUSD/",
        "orders": "/orders/",
        "history": "/orders/history/",
        "history, its middle": f"/orders/history/?older={middle}-0",
        "history of a market": "/orders/history/?symbol=tBTCUSD",
        "history, refused": "/orders/history/?state=refused",
        "fills": "/orders/fills/",
        "journal": "/orders/journal/",
    }


@contextmanager
def kept(folder: Path, count: int, **servers: str) -> Iterator[Kept]:
    environment, cookie = contenders.new_state(folder, **servers)
    shell(environment, WRITE.format(count=count))
    port = int(environment["PORT"])
    as_web = environment | {"DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    with (folder / "web.log").open("w") as log:
        command = [sys.executable, "-c", OURS]
        with process(command, cwd=ROOT, env=as_web, stderr=log):
            answers_on(port)
            yield Kept(port=port, cookie=cookie, environment=environment)


def history() -> Iterator[str]:
    """Ask for every page at both lengths in turn, on each database."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="tidewatch-bench-") as made, ExitStack() as stack:
        for database in ("SQLite", "PostgreSQL"):
            sites = {}
            for count in SIZES:
                servers = {}
                if database == "PostgreSQL":
                    servers = {
                        "DATABASE_URL": stack.enter_context(postgres()),
                        "REDIS_URL": stack.enter_context(redis()),
                    }
                folder = Path(tempfile.mkdtemp(dir=made))
                sites[count] = stack.enter_context(kept(folder, count, **servers))
            found[database] = measured(sites)
            worst = max(found[database], key=lambda name: found[database][name]["ratio"])
            yield f"{database}: at most × {found[database][worst]['ratio']} ({worst})"
    results.save("history", {"sizes": SIZES, "rounds": ROUNDS, "databases": found})


def measured(sites: dict[int, Kept]) -> dict[str, dict[str, float]]:
    took: dict[str, dict[int, list[float]]] = {}
    for turn in range(ROUNDS + 1):
        for count, site in sites.items():
            for name, path in pages(count).items():
                each = site.took(path)
                if turn:  # the first finds nothing warm
                    took.setdefault(name, {}).setdefault(count, []).append(each)
    for count, site in sites.items():
        took.setdefault("a worker's sweep", {})[count] = site.swept()
    return {name: summed_up(by_count) for name, by_count in took.items()}


def summed_up(took: dict[int, list[float]]) -> dict[str, float]:
    """Return medians and 95th percentiles at both lengths, and the ratio of the latter."""
    short, long = (took[count] for count in SIZES)
    short_p95, long_p95 = map(p95, (short, long))
    return {
        "short_p50": round(statistics.median(short), 1),
        "long_p50": round(statistics.median(long), 1),
        "short_p95": round(short_p95, 1),
        "long_p95": round(long_p95, 1),
        "ratio": round(long_p95 / short_p95, 2),
    }
