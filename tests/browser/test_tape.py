"""A seeded market at full speed, and a page that ends with exactly its last state.

The witness is a bare socket that hears the same frames and keeps them in dicts of its own.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from exchange.paper import PaperExchange, PaperKey, running_paper
from tests.browser.story import PATIENCE_MS
from tests.product.running import ROOT, Tidewatch, own_environment, until
from tests.product.servers import stopped_at_end

pytestmark = pytest.mark.timeout(300)
SYMBOLS = ("tBTCUSD", "tETHUSD", "tDOGE:USD")
COARSE = ("tBTCUSD", "P1")
LEAST_FRAMES = 3_000
SHOWN_TRADES = 30
KEY, SECRET = "paper-key", "paper-secret"
CHILD = (
    "import sys; from dashboard.processes.children import run_child;"
    "run_child(sys.argv[1], int(sys.argv[2]))"
)
Channel = tuple[str, str, str]  # kind, symbol, precision


@dataclass
class Witness:
    """What the frames say, by the plainest reading of them."""

    url: str
    channels: dict[int, Channel] = field(default_factory=dict)
    books: dict[tuple[str, str], dict[Decimal, list[Any]]] = field(default_factory=dict)
    trades: dict[str, dict[int, list[Any]]] = field(default_factory=dict)
    tickers: dict[str, list[Any]] = field(default_factory=dict)
    frames: int = 0

    def __enter__(self) -> Witness:
        self.ended = contextlib.ExitStack()
        self.socket = self.ended.enter_context(connect(self.url, max_size=None))
        for symbol in SYMBOLS:
            self.subscribe(channel="ticker", symbol=symbol)
            self.subscribe(channel="trades", symbol=symbol)
            self.subscribe(channel="book", symbol=symbol, prec="P0", freq="F0", len="25")
        symbol, precision = COARSE
        self.subscribe(channel="book", symbol=symbol, prec=precision, freq="F0", len="25")
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.close()
        self.thread.join(10)

    def subscribe(self, **members: str) -> None:
        self.socket.send(json.dumps({"event": "subscribe", **members}))

    def listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            for text in self.socket:
                self.take(json.loads(text, parse_float=Decimal))

    def take(self, message: Any) -> None:
        if isinstance(message, dict):
            if message["event"] == "subscribed":
                named = (message["channel"], message["symbol"], message.get("prec", ""))
                self.channels[message["chanId"]] = named
            return
        number, content, *more = message
        kind, symbol, precision = self.channels[number]
        if content == "hb":
            return
        self.frames += 1
        if kind == "ticker":
            self.tickers[symbol] = content
        elif kind == "trades":
            rows = more if isinstance(content, str) else content
            known = self.trades.setdefault(symbol, {})
            known.update((row[0], row) for row in rows)
        else:
            rows = content if isinstance(content[0], list) else [content]
            book = self.books.setdefault((symbol, precision), {})
            for price, count, amount in rows:
                if count:
                    book[Decimal(price)] = [count, Decimal(amount)]
                else:
                    book.pop(Decimal(price), None)

    def book(self, symbol: str, precision: str) -> dict[str, list[list[str]]]:
        """Return both sides, best first, as rows of price, amount and count."""
        levels = sorted(dict(self.books[symbol, precision]).items())
        rows = [
            (amount > 0, [plain(price), plain(abs(amount)), str(count)])
            for price, (count, amount) in levels
        ]
        return {
            "bids": [row for is_bid, row in reversed(rows) if is_bid],
            "asks": [row for is_bid, row in rows if not is_bid],
        }

    def latest(self, symbol: str) -> list[list[str]]:
        """Return the newest trades, newest first, as rows of id, side, price and amount."""
        known = sorted(self.trades[symbol].values(), key=lambda row: (row[1], row[0]))
        return [
            [
                str(number),
                "buy" if amount > 0 else "sell",
                plain(Decimal(price)),
                plain(abs(Decimal(amount))),
            ]
            for number, _, amount, price in reversed(known[-SHOWN_TRADES:])
        ]

    def state(self, symbol: str, precision: str) -> dict[str, Any]:
        exact = self.book(symbol, "P0")
        ticker = self.tickers[symbol]
        return {
            "last": self.latest(symbol)[0][2],
            "bid": exact["bids"][0][0],
            "ask": exact["asks"][0][0],
            "change": plain(Decimal(ticker[5])),
            "volume": plain(Decimal(ticker[7])),
            **self.book(symbol, precision),
            "trades": self.latest(symbol),
        }


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


READ = """() => {
    const plain = (text) => {
        const digits = text.replace(/\\s/g, "");
        return digits.includes(".") ? digits.replace(/\\.?0+$/, "") : digits;
    };
    const figure = (name) => plain(document.querySelector(
        `.quote .cell[data-field="${name}"]`).dataset.value);
    const rows = [...document.querySelectorAll(".book tbody tr")].map((row) => [...row.cells]);
    const level = ([price, amount, count]) =>
        [plain(price.dataset.value), plain(amount.textContent), count.textContent];
    const filled = (cells) => cells[0].textContent !== "";
    return {
        ...Object.fromEntries(
            ["last", "bid", "ask", "change", "volume"].map((name) => [name, figure(name)])),
        bids: rows.map((cells) => [cells[3], cells[2], cells[0]]).filter(filled).map(level),
        asks: rows.map((cells) => [cells[4], cells[5], cells[7]]).filter(filled).map(level),
        trades: [...document.querySelectorAll(".trades tbody tr")].map((row) => [
            row.dataset.trade, row.className, plain(row.cells[2].dataset.value),
            plain(row.cells[3].textContent)]),
    };
}"""


@pytest.fixture(scope="module")
def paper() -> Iterator[PaperExchange]:
    with running_paper(seed=11, keys=[PaperKey(key=KEY, secret=SECRET)]) as paper:
        paper.pause()
        yield paper


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory, paper: PaperExchange) -> Iterator[Tidewatch]:
    """Start Tidewatch beside an exchange whose time is in the test's hands."""
    home: Path = tmp_path_factory.mktemp("tape")
    port = paper.rest_url.rpartition(":")[2]
    environment = own_environment(home, PAPER_PORT=port, PAPER_KEY=KEY, PAPER_SECRET=SECRET)
    for words in (["prepare"], ["collectstatic", "--no-input", "--verbosity", "0"]):
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True)
    with contextlib.ExitStack() as ended, (home / "output").open("wb") as output:
        for name in ("web", "worker"):
            process = subprocess.Popen(
                [sys.executable, "-c", CHILD, name, str(os.getpid())],
                cwd=ROOT,
                env=environment | {"DJANGO_SETTINGS_MODULE": "dashboard.settings"},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            ended.enter_context(stopped_at_end(process))
        tidewatch = Tidewatch(home, environment, process, time.monotonic())
        until(lambda: tidewatch.get("/health/live/")[0] == 200, "the web process", 60)
        until(lambda: tidewatch.feed()["age_ms"] is not None, "the first prices", 60)
        yield tidewatch


@pytest.fixture
def pages(browser: Browser, watching: Tidewatch) -> Iterator[dict[str, Page]]:
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 1000})
    opened = {}
    for symbol in SYMBOLS:
        page = opened[symbol] = context.new_page()
        if len(opened) == 1:
            page.goto(watching.fresh_link())
        page.goto(f"{watching.url}/markets/{symbol}/")
        page.locator('.quote .cell[data-field="last"][data-state="live"]').wait_for(
            timeout=PATIENCE_MS
        )
        page.locator(".book td.price[data-value]").first.wait_for(timeout=PATIENCE_MS)
    yield opened
    context.close()


def ends(page: Page, witness: Witness, symbol: str, precision: str) -> tuple[Any, Any]:
    """Return what a page and the witness show as soon as that is the same, or in the end.

    The figures of the day come every few seconds, also when the market stands still.
    """
    found: list[Any] = []

    def agree() -> bool | None:
        found[:] = [page.evaluate(READ), witness.state(symbol, precision)]
        return found[0] == found[1] or None

    with contextlib.suppress(AssertionError):
        until(agree, "the same state", 60)
    return found[0], found[1]


def rest_book(paper: PaperExchange, symbol: str) -> set[tuple[Decimal, int, Decimal]]:
    link = http.client.HTTPConnection(paper.rest_url.removeprefix("http://"), timeout=10)
    link.request("GET", f"/v2/book/{symbol}/P0?len=25")
    rows = json.loads(link.getresponse().read(), parse_float=Decimal)
    link.close()
    return {(Decimal(price), count, Decimal(amount)) for price, count, amount in rows}


def test_after_a_tape_at_full_speed_every_page_shows_exactly_its_last_state(
    paper: PaperExchange, pages: dict[str, Page]
) -> None:
    coarse = pages[COARSE[0]]
    coarse.locator(f'[name="book-precision"][value$=":{COARSE[1]}"]').check(force=True)
    coarse.locator(f'[data-live-part$=":{COARSE[1]}"] td.price[data-value]').first.wait_for(
        timeout=PATIENCE_MS
    )

    with Witness(paper.ws_url) as witness:

        def has_settled() -> bool | None:
            return all(
                {(price, *row) for price, row in dict(witness.books[symbol, "P0"]).items()}
                == rest_book(paper, symbol)
                for symbol in SYMBOLS
            )

        until(lambda: len(witness.books) == len(SYMBOLS) + 1 or None, "the first books", 60)
        before = {symbol: witness.state(symbol, "P0") for symbol in SYMBOLS}
        while witness.frames < LEAST_FRAMES:
            paper.step(40)  # four seconds of the market's life in a burst
        until(has_settled, "the last frames of the tape", 60)
        for symbol, page in pages.items():
            precision = COARSE[1] if symbol == COARSE[0] else "P0"
            shown, told = ends(page, witness, symbol, precision)

            assert shown == told
            assert told["last"] != before[symbol]["last"]
