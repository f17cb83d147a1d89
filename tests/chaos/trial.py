"""A run against one rig: presses that are kept in mind until the truth about each is known."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Context, Decimal
from typing import Any

from tests.chaos.forms import Form
from tests.chaos.person import Refused, Seen
from tests.chaos.rig import SECRET, Rig
from tests.chaos.truth import AT_EXCHANGE, SETTLED, Intent, Verdict, judge, state_of, tracebacks
from tests.product.running import until

SYMBOL = "tBTCUSD"
# How far from the market an order rests: near enough for no guard, too far to trade at once.
AWAY = {"buy": Decimal("0.99"), "sell": Decimal("1.01")}
SMALLEST = Decimal("0.00010000")
STEP = Decimal("0.00000001")
SETTLE_SECONDS = 60.0
REVIEW_SECONDS = 30.0
PAUSE_SECONDS = 0.25
_FIVE_DIGITS = Context(prec=5, rounding=ROUND_DOWN)


def as_price(value: Decimal) -> Decimal:
    """Return the value in the five digits that an exchange takes."""
    return _FIVE_DIGITS.create_decimal(value)


@dataclass
class Trial:
    """One person's presses on a rig, by a seed. watch() keeps reading the pages of all of them."""

    rig: Rig
    seed: int
    intents: list[Intent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - a replayable run, no secret
        self.person = self.rig.person()
        self._lock = threading.Lock()

    def ticket(self, **wanted: str) -> dict[str, str]:
        """Return what is typed into a ticket: an order that rests unless something else is said."""
        amount = SMALLEST + STEP * next(self.rig.amounts)
        side = wanted.get("side", "buy")
        typed = {"symbol": SYMBOL, "side": side, "type": "LIMIT", "amount": f"{amount:f}"}
        if wanted.get("type") != "MARKET":
            typed["price"] = f"{as_price(self.price() * AWAY[side]):f}"
        return typed | wanted

    def await_turn(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until something is signed again: a ban is over, or the lease of one that died."""
        newest = self.rig.exchange.requests()[-1]["number"]

        def is_signed() -> bool:
            told = self.rig.exchange.call("GET", f"/ledger/requests?after={newest}&limit=1000")
            return any(request["key"] for request in told["records"])

        until(is_signed, "a signed call", seconds)

    def price(self) -> Decimal:
        """Return what the market last traded at."""
        ticker = self.public(f"/v2/ticker/{SYMBOL}")
        return Decimal(str(ticker[6]))

    def public(self, path: str) -> Any:
        link = http.client.HTTPConnection("127.0.0.1", self.rig.exchange.port, timeout=10)
        try:
            link.request("GET", path)
            return json.loads(link.getresponse().read(), parse_float=Decimal)
        finally:
            link.close()

    def press(
        self,
        fault: str,
        ends: Iterable[str] = (),
        *,
        web: str = "web-1",
        around: AbstractContextManager[Any] | None = None,
        **wanted: str,
    ) -> tuple[Intent, Seen | None]:
        """Fill in a ticket and place it, inside `around`, which is entered after the review.

        The page is None where the process died meanwhile.
        """
        typed, form = self.review(web, **wanted)
        intent = self.remember(fault, form.values["token"], typed["amount"], ends)
        with around or contextlib.nullcontext():
            return intent, self.confirm(form, web)

    def confirm(self, form: Form, web: str = "web-1") -> Seen | None:
        """Press a review's button; None where the process dies before it has answered."""
        try:
            return self.person.confirm(form, port=self.rig.ports[web])
        except OSError:
            return None

    def hurried(self, seconds: float) -> float:
        """Return what is left of a time where the product's own timers are divided."""
        return seconds / int(self.rig.environment.get("TIMERS_DIVISOR", "1"))

    def review(self, web: str = "web-1", **wanted: str) -> tuple[dict[str, str], Form]:
        """Fill in a ticket until its review has a button: prices may have to come back first."""
        until = time.monotonic() + REVIEW_SECONDS
        while True:
            typed = self.ticket(**wanted)
            try:
                return typed, self.person.review(typed, port=self.rig.ports[web])
            except Refused:
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE_SECONDS)

    def remember(self, fault: str, token: str, amount: str, ends: Iterable[str] = ()) -> Intent:
        intent = Intent(
            fault=fault,
            token=token,
            amount=Decimal(amount),
            pressed=time.monotonic(),
            ends=frozenset(ends),
        )
        with self._lock:
            self.intents.append(intent)
        return intent

    def look(self, intent: Intent) -> None:
        """Read an intent's page once, and note when it was unknown and when it was settled."""
        seen = self.page_of(intent)
        if seen is None:
            return
        now = time.monotonic()
        intent.state = seen.state
        intent.order_id = seen.exchange_id
        intent.executed = seen.value("executed") or ""
        if seen.state not in SETTLED:
            intent.settled = None
        elif intent.settled is None:
            intent.settled = now
            intent.first_settled = intent.first_settled or now
        if seen.state == "UNKNOWN" and intent.was_unknown is None:
            intent.was_unknown = now

    def page_of(self, intent: Intent) -> Seen | None:
        """Return its page from a web process that lives."""
        for port in reversed(self.rig.ports.values()):
            with contextlib.suppress(OSError):
                return self.person.visit(intent.path, port=port)
        return None

    def unsettled(self) -> list[Intent]:
        with self._lock:
            return [intent for intent in self.intents if intent.settled is None]

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Read the pages of what is open until the block ends, as impatient people do."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(PAUSE_SECONDS):
                for intent in self.unsettled():
                    self.look(intent)

        watcher = threading.Thread(target=watch, name="watcher", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join(60)

    def wait_until_open(self, most: int, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until no more are open, or so long, while watching() reads the pages."""
        until = time.monotonic() + seconds
        while len(self.unsettled()) > most and time.monotonic() < until:
            time.sleep(PAUSE_SECONDS)

    def settle(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until every intent is settled, or so long after the last press."""
        last = max((intent.pressed for intent in self.intents), default=0)
        while (waiting := self.unsettled()) and time.monotonic() < last + seconds:
            for intent in waiting:
                self.look(intent)
            time.sleep(PAUSE_SECONDS)
        self.catch_up()

    def catch_up(self, seconds: float = 15) -> None:
        """Read what is at the exchange again until pages and exchange agree, or so long."""
        there = [intent for intent in self.intents if intent.state in AT_EXCHANGE]
        until = time.monotonic() + seconds
        while there and time.monotonic() < until:
            for intent in there:
                self.look(intent)
            there = [intent for intent in there if not self.agrees(intent)]
            time.sleep(PAUSE_SECONDS)

    def agrees(self, intent: Intent) -> bool:
        if not intent.order_id:
            return False
        order = self.rig.exchange.order(int(intent.order_id))
        return intent.state == state_of(order) and (
            Decimal(intent.executed or "0") == Decimal(order["executed"])
        )

    def verdict(self, most_seconds: float = SETTLE_SECONDS) -> Verdict:
        """Judge every intent by the ledger, every page by its status, every log by tracebacks."""
        verdict = judge(self.intents, self.rig.exchange, most_seconds)
        verdict.errors += self.person.errors
        logs = self.rig.logs()
        verdict.errors += tracebacks(logs)
        verdict.errors += [
            f"{name} logs the key's secret" for name, text in logs.items() if SECRET in text
        ]
        verdict.errors += [
            f"{path} is {status} at the end"
            for path in ("/", "/orders/", f"/orders/new/?symbol={SYMBOL}")
            if (status := self.person.visit(path).status) != 200
        ]
        return verdict
