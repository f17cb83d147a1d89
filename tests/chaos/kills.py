"""H2: processes killed at every moment that matters, again and again.

Each kill point has a way to lead a process there; a point without one fails the tests.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from dashboard.kill_points import KillPoint
from tests.chaos import verbs
from tests.chaos.hands import SUBMIT
from tests.chaos.person import Refused, Seen
from tests.chaos.rig import WEBS, WORKERS
from tests.chaos.trial import Trial, as_price
from tests.chaos.truth import AT_EXCHANGE, Intent, Verdict
from tests.product.running import ROOT, until

# What a dead worker had claimed is free again after a while; only then does another come by.
DEATH_SECONDS = 90
# Who looks for lost orders is killed as well, every few seconds anew, so that each search may have
# to be begun again a few times. After one fault alone it is a third of this.
MOST_DOUBT_SECONDS = 180.0
# Each waits ten seconds for the key's turn, whose lease lasts fifteen.
MOST_PRESSES = 3
LOWER = Decimal("0.999")
ORDER_SUBMIT = SUBMIT.encode()
HIDING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("muted_channel", {"channel": "account"}),
    ("status", {"path": "/v2/auth/r/orders", "status": 502}),
)
Way = Callable[[Trial, str, str], None]


class NeverReached(AssertionError):  # noqa: N818 - what happened, said as it is
    """No process came to a kill point, so nothing was tried there."""


@dataclass(slots=True)
class Sweep:
    """How often a process died at each point, and what came of it all."""

    kills: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    unreachable: set[str] = field(default_factory=set)
    verdict: Verdict = field(default_factory=Verdict)
    longest_doubt: float = 0.0

    @property
    def is_met(self) -> bool:
        return not self.missed and self.verdict.is_clean


def sweep(
    trial: Trial,
    points: list[str],
    *,
    times: int,
    tell: Callable[[str], None] = lambda _: None,
) -> Sweep:
    """Kill so often at each point; then hold all that was pressed against the ledger."""
    made = Sweep(dict.fromkeys(points, 0))
    with trial.watching():
        for number in range(times):
            # Not point by point: those that have to be proved absent would wait for each other's
            # calls, of which a minute has only so many.
            for place, point in enumerate(spread(points)):
                if point in made.unreachable:
                    continue
                web = WEBS[(number + place) % len(WEBS)]
                trial.rig.await_ready(web)
                try:
                    WAYS[point](trial, point, web)
                    made.kills[point] += 1
                except (AssertionError, LookupError, Refused) as miss:
                    # One moment that cannot be reached must not hide what the others show.
                    made.missed.append(f"{point}: {type(miss).__name__}: {miss}"[:600])
                    tell(made.missed[-1])
                    made.unreachable.add(point)
                    revive(trial, (*WEBS, *WORKERS))
            tell(f"{number + 1} of {times} rounds, {len(made.missed)} not reached")
    trial.rig.await_ready(*WEBS)
    trial.settle(MOST_DOUBT_SECONDS)
    made.verdict = trial.verdict(MOST_DOUBT_SECONDS)
    made.longest_doubt = max((intent.in_doubt for intent in trial.intents), default=0.0)
    return made


def spread(points: list[str]) -> list[str]:
    """Return the points with those of workers evenly between the others.

    Who looks for an order of one point should not die again for the next.
    """
    ours = [point for point in points if point in OF_WORKERS]
    others = [point for point in points if point not in OF_WORKERS]
    places = {point: (number + 0.5) / len(ours) for number, point in enumerate(ours)}
    places |= {point: number / len(others) for number, point in enumerate(others)}
    return sorted(points, key=places.__getitem__)


@contextlib.contextmanager
def armed(trial: Trial, point: str, *names: str) -> Iterator[None]:
    """Kill whoever comes to the point first in the block, and start it again behind it."""
    folder = trial.rig.kill_points
    (folder / point).touch()
    try:
        yield
        until(lambda: any(trial.rig.is_dead(name) for name in names), point, DEATH_SECONDS)
    except AssertionError as nobody:
        raise NeverReached(str(nobody)) from nobody
    finally:
        (folder / point).unlink(missing_ok=True)
        revive(trial, names)


def revive(trial: Trial, names: tuple[str, ...]) -> None:
    for name in names:
        if trial.rig.is_dead(name):
            trial.rig.start(name)


def pressing(*ends: str) -> Way:
    """Die between the press and its answer."""

    def way(trial: Trial, point: str, web: str) -> None:
        with armed(trial, point, web):
            press(trial, point, ends, web)

    return way


def press(trial: Trial, point: str, ends: Iterable[str], web: str) -> tuple[Intent, Seen | None]:
    """Press until an order has left, or whoever sends it has died.

    A process that was just killed may still have the key's turn, for as long as its lease lasts:
    then nothing leaves, the page says so, and the ledger has to agree.
    """
    for _ in range(MOST_PRESSES):
        intent, seen = trial.press(f"killed at {point}", ends, web=web)
        if seen is None or seen.state != "NOT_SENT":
            break
        intent.ends = frozenset({"NOT_SENT"})
    return intent, seen


def cancelling(trial: Trial, point: str, web: str) -> None:
    """Die while an order is cancelled: it is open or cancelled, as the exchange has it."""
    intent, page = placed(trial, point, web)
    port = trial.rig.ports[web]
    form = trial.person.visit("/orders/cancel/", port=port).form("/orders/cancel/")
    with armed(trial, point, web), contextlib.suppress(OSError):
        # Only this one of all that the page lists.
        trial.person.send(form, {"orders": page.order}, port=port)
    intent.settled = None


def cancelling_one(trial: Trial, point: str, web: str) -> None:
    """Die while an order is cancelled on its own page."""
    intent, page = placed(trial, point, web)
    with armed(trial, point, web), contextlib.suppress(OSError):
        trial.person.send(page.form("/cancel/"), port=trial.rig.ports[web])
    intent.settled = None


def amending(trial: Trial, point: str, web: str) -> None:
    """Die while an order gets another price: it is at one of both, as the exchange has it."""
    intent, page = placed(trial, point, web)
    port = trial.rig.ports[web]
    price = as_price(Decimal(trial.rig.exchange.order(int(page.exchange_id))["price"]) * LOWER)
    form = trial.person.visit(f"/orders/{page.order}/amend/", port=port).form("/amend/")
    with armed(trial, point, web), contextlib.suppress(OSError):
        reviewed = trial.person.send(form, {"price": f"{price:f}"}, port=port)
        trial.person.confirm(reviewed.form("/amend/"), port=port)
    intent.settled = None


def placed(trial: Trial, point: str, web: str) -> tuple[Intent, Seen]:
    """Place an order that rests, for what is to be done to it."""
    intent, seen = press(trial, point, AT_EXCHANGE, web)
    assert seen is not None
    assert seen.state == "OPEN", f"{point}: {seen.state}"
    return intent, seen


def looking(kind: str, *ends: str) -> Way:
    """Die in a worker that looks for an order whose answer was lost."""

    def way(trial: Trial, point: str, web: str) -> None:
        with armed(trial, point, *WORKERS), trial.rig.exchange.fault(kind, path=SUBMIT):
            press(trial, point, ends, web)

    return way


def searching(trial: Trial, point: str, web: str) -> None:
    """Die behind a search: of an order that never arrived, and by turns of one that did."""
    if web == WEBS[0]:
        looking("before_accept", "NOT_PLACED")(trial, point, web)
        return
    exchange = trial.rig.exchange
    # Nobody else may tell of it first: neither the account's stream nor the regular reading.
    # Whether they would have, nobody knows, so these two need not strike.
    hidden = [exchange.plant(kind, times=None, **members) for kind, members in HIDING]
    try:
        looking("after_accept", *AT_EXCHANGE)(trial, point, web)
    finally:
        for number in hidden:
            exchange.lift(number)


def sweeping(trial: Trial, point: str, web: str) -> None:
    """Die in a worker that has just retired a press which a killed web process left behind."""
    with armed(trial, point, *WORKERS):
        pressing("EXPIRED_UNSENT")(trial, KillPoint.INTENT_SAVED, web)


def following(trial: Trial, point: str, web: str) -> None:
    """Die in a worker that has just heard of an order."""
    with armed(trial, point, *WORKERS):
        press(trial, point, AT_EXCHANGE, web)


def holding(make: verbs.Make, *ends: str, is_accepted: bool) -> Way:
    """Kill from outside while the bytes are on their way and no answer has come."""

    def way(trial: Trial, point: str, web: str) -> None:
        before = len(trial.rig.exchange.orders())
        with (
            ThreadPoolExecutor(1) as tab,
            trial.rig.proxy.verb(make(ORDER_SUBMIT)) as verb,
        ):
            tab.submit(press, trial, point, ends, web)
            until(lambda: verb.fired, f"{point}: the bytes on their way", DEATH_SECONDS)
            if is_accepted:
                until(lambda: len(trial.rig.exchange.orders()) > before, point, DEATH_SECONDS)
            trial.rig.kill(web)
        trial.rig.start(web)

    return way


# Moments between the bytes and the answer lie outside the product's own code.
HELD = {
    "bytes-lost": holding(verbs.down, "NOT_PLACED", is_accepted=False),
    "answer-lost": holding(verbs.half_open, *AT_EXCHANGE, is_accepted=True),
}
WAYS: dict[str, Way] = HELD | {
    KillPoint.INTENT_SAVED: pressing("EXPIRED_UNSENT"),
    KillPoint.CLAIMED: pressing("NOT_PLACED"),
    KillPoint.SIGNED: pressing("NOT_PLACED"),
    KillPoint.ANSWERED: pressing(*AT_EXCHANGE),
    KillPoint.CANCEL_SAVED: cancelling,
    KillPoint.CANCEL_ANSWERED: cancelling,
    KillPoint.ONE_CANCEL_SAVED: cancelling_one,
    KillPoint.ONE_CANCEL_ANSWERED: cancelling_one,
    KillPoint.AMENDMENT_SAVED: amending,
    KillPoint.AMENDMENT_ANSWERED: amending,
    KillPoint.SWEPT: sweeping,
    KillPoint.FENCED: looking("before_accept", "NOT_PLACED"),
    KillPoint.SEARCHED: searching,
    KillPoint.SYNC_READ: following,
    KillPoint.STREAM_TOLD: following,
}


OF_WORKERS = {
    KillPoint.SWEPT,
    KillPoint.FENCED,
    KillPoint.SEARCHED,
    KillPoint.SYNC_READ,
    KillPoint.STREAM_TOLD,
}


def points_in_use() -> set[str]:
    """Return the kill points that the product's code comes by."""
    found = set()
    for path in sorted(Path(ROOT, "dashboard").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("kill_point"):
                name = ast.unparse(node.args[0]).rpartition(".")[2]
                if name in KillPoint.__members__:
                    found.add(str(KillPoint[name]))
    return found


def points_to_sweep() -> list[str]:
    """Return every moment at which `make chaos` kills, those outside our code included."""
    return sorted(points_in_use() | set(HELD))
