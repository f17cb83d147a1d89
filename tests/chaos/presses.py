"""H3: one review's button pressed fifty times at once, on both web processes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.chaos.forms import Form
from tests.chaos.person import Seen
from tests.chaos.rig import WEBS
from tests.chaos.trial import Trial
from tests.chaos.truth import NEVER_THERE, Verdict

# A rehearsal's short timers may run out on a busy machine before one of fifty presses could send.
MOST_BUTTONS = 4


@dataclass(slots=True)
class Presses:
    """What came of them: answers, orders at the exchange, and how many pages named another.

    unsent: buttons of which nothing left, as their page said and the ledger has to agree; another
    was pressed in their place.
    """

    intents: int
    posts: int
    orders: int = 0
    unsent: int = 0
    strays: list[str] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def is_met(self) -> bool:
        is_exact = self.orders == self.intents and not self.unsent
        return is_exact and not self.strays and self.verdict.is_clean


def press_at_once(trial: Trial, *, intents: int = 20, posts: int = 50) -> Presses:
    """Press each of so many reviews' buttons so many times at the same moment."""
    made = Presses(intents, intents * posts)
    before = len(trial.rig.exchange.orders())
    # Watched, or an order that was known at once would count as in doubt until the last press.
    with trial.watching():
        for number in range(intents):
            for _ in range(MOST_BUTTONS):
                if press_one(trial, f"H3 #{number + 1}", posts, made):
                    break
                made.unsent += 1
    trial.settle()
    made.orders = len(trial.rig.exchange.orders()) - before
    made.verdict = trial.verdict()
    return made


def press_one(trial: Trial, name: str, posts: int, made: Presses) -> bool:
    """Press one review's button so often, and tell whether an order left."""
    typed, form = trial.review()
    intent = trial.remember(name, form.values["token"], typed["amount"])
    pages = {each.order for each in press(trial, form, posts)}
    if len(pages) != 1 or not all(pages):
        made.strays.append(f"{name}: the presses show the orders {sorted(pages)}")
    trial.wait_until_open(0)
    return intent.state not in NEVER_THERE


def press(trial: Trial, form: Form, posts: int) -> list[Seen]:
    ports = [trial.rig.ports[web] for web in WEBS]
    together = threading.Barrier(posts)

    def one(number: int) -> Seen:
        together.wait(20)
        return trial.person.confirm(form, port=ports[number % len(ports)])

    with ThreadPoolExecutor(posts) as tabs:
        return list(tabs.map(one, range(posts)))
