"""H3: one review's button pressed fifty times at once, on both web processes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.chaos.forms import Form
from tests.chaos.person import Seen
from tests.chaos.rig import WEBS
from tests.chaos.trial import Trial
from tests.chaos.truth import Verdict


@dataclass(slots=True)
class Presses:
    """What came of them: answers, orders at the exchange, and how many pages named another."""

    intents: int
    posts: int
    orders: int = 0
    strays: list[str] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def is_met(self) -> bool:
        return self.orders == self.intents and not self.strays and self.verdict.is_clean


def press_at_once(trial: Trial, *, intents: int = 20, posts: int = 50) -> Presses:
    """Press each of so many reviews' buttons so many times at the same moment."""
    made = Presses(intents, intents * posts)
    before = len(trial.rig.exchange.orders())
    # Watched, or an order that was known at once would count as in doubt until the last press.
    with trial.watching():
        for number in range(intents):
            typed, form = trial.review()
            trial.remember(f"H3 #{number + 1}", form.values["token"], typed["amount"])
            seen = press(trial, form, posts)
            pages = {each.order for each in seen}
            if len(pages) != 1 or not all(pages):
                made.strays.append(f"#{number + 1}: the presses show the orders {sorted(pages)}")
    trial.settle()
    made.orders = len(trial.rig.exchange.orders()) - before
    made.verdict = trial.verdict()
    return made


def press(trial: Trial, form: Form, posts: int) -> list[Seen]:
    ports = [trial.rig.ports[web] for web in WEBS]
    together = threading.Barrier(posts)

    def one(number: int) -> Seen:
        together.wait(20)
        return trial.person.confirm(form, port=ports[number % len(ports)])

    with ThreadPoolExecutor(posts) as tabs:
        return list(tabs.map(one, range(posts)))
