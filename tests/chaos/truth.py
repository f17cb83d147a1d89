"""Whether what people are told of their orders is what the exchange's ledger holds."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.chaos.hands import SUBMIT, Hands

AT_EXCHANGE = {"OPEN", "FILLED", "CANCELED"}
NEVER_THERE = {"REJECTED", "NOT_SENT", "EXPIRED_UNSENT", "NOT_PLACED"}
SETTLED = AT_EXCHANGE | NEVER_THERE


@dataclass(slots=True, kw_only=True)
class Intent:
    """One press. Its amount is like no other's: by it the ledger tells whose an order is.

    ends: the states that are right; none where any is that agrees with the exchange.
    """

    fault: str
    token: str
    amount: Decimal
    pressed: float
    ends: frozenset[str] = frozenset()
    # Seconds in which the exchange took no calls: people see a countdown.
    banned: float = 0
    was_unknown: float | None = None
    first_settled: float | None = None
    settled: float | None = None
    state: str = ""
    order_id: str = ""
    executed: str = ""

    @property
    def path(self) -> str:
        """Where its page is: the review's address leads on to the order once it was pressed."""
        return f"/orders/review/{self.token}/"

    @property
    def in_doubt(self) -> float:
        """How long nobody knew what had become of the press, in seconds."""
        return 0 if self.first_settled is None else self.first_settled - self.pressed

    @property
    def to_truth(self) -> float | None:
        """How long it was unknown, in seconds, once it no longer is."""
        if self.was_unknown is None or self.first_settled is None:
            return None
        return self.first_settled - self.was_unknown


@dataclass(slots=True)
class Verdict:
    """What was found wrong, each with the sentence that says what and where."""

    intents: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.duplicated or self.wrong or self.errors)

    def add(self, other: Verdict) -> None:
        self.intents += other.intents
        self.lost += other.lost
        self.duplicated += other.duplicated
        self.wrong += other.wrong
        self.errors += other.errors

    def __str__(self) -> str:
        return (
            f"{self.intents} intents: {len(self.lost)} lost, {len(self.duplicated)} duplicated, "
            f"{len(self.wrong)} wrong, {len(self.errors)} errors"
        )

    def sentences(self) -> list[str]:
        return [
            *(f"lost: {each}" for each in self.lost),
            *(f"duplicated: {each}" for each in self.duplicated),
            *(f"wrong: {each}" for each in self.wrong),
            *(f"error: {each}" for each in self.errors),
        ]


def judge(intents: list[Intent], exchange: Hands, most_seconds: float) -> Verdict:
    """Hold what the pages said of each intent against the exchange's own ledger.

    most_seconds: how long after its press an intent may have been in doubt.
    """
    accepted: dict[Decimal, list[dict[str, Any]]] = {}
    for record in exchange.orders():
        accepted.setdefault(abs(Decimal(record["amount"])), []).append(record)
    verdict = Verdict(intents=len(intents))
    for intent in intents:
        if intent.in_doubt > most_seconds + intent.banned:
            verdict.wrong.append(f"{describe(intent)}, after {intent.in_doubt:.0f} s of doubt")
        found = accepted.get(intent.amount, [])
        if len(found) > 1:
            verdict.duplicated.append(f"{describe(intent)} is {len(found)} orders")
        elif found:
            judge_accepted(intent, exchange.order(found[0]["id"]), verdict)
        else:
            judge_absent(intent, verdict)
    verdict.duplicated += sent_again(exchange.requests())
    return verdict


def sent_again(requests: list[dict[str, Any]]) -> list[str]:
    """Return what was signed and sent a second time, whatever the exchange then made of it.

    A client id makes every order's body its own. One that a fault sends twice has one nonce.
    """
    nonces: dict[str, set[str]] = {}
    for request in requests:
        if request["path"] == SUBMIT and request["nonce"]:
            nonces.setdefault(request["body_sha256"], set()).add(request["nonce"])
    return [
        f"one order was signed {len(each)} times, with the nonces {', '.join(sorted(each))}"
        for each in nonces.values()
        if len(each) > 1
    ]


def judge_accepted(intent: Intent, order: dict[str, Any], verdict: Verdict) -> None:
    told = f"{describe(intent)}; the exchange has {order['id']}, {order['status']}"
    if intent.state in NEVER_THERE or not intent.state:
        verdict.lost.append(told)
    elif intent.state != state_of(order) or intent.order_id != str(order["id"]):
        verdict.wrong.append(told)
    elif Decimal(intent.executed or "0") != Decimal(order["executed"]):
        verdict.wrong.append(f"{told}, of which {order['executed']} traded")
    elif intent.ends and intent.state not in intent.ends:
        verdict.wrong.append(f"{told}; it should have ended as {sorted(intent.ends)}")


def judge_absent(intent: Intent, verdict: Verdict) -> None:
    if intent.state not in NEVER_THERE:
        verdict.wrong.append(f"{describe(intent)}; the exchange never accepted it")
    elif intent.ends and intent.state not in intent.ends:
        verdict.wrong.append(f"{describe(intent)}; it should have been {sorted(intent.ends)}")


def state_of(order: dict[str, Any]) -> str:
    """Return the state that the exchange's own order is in, by our names."""
    if order["is_open"]:
        return "OPEN"
    is_filled = abs(Decimal(order["executed"])) == abs(Decimal(order["amount"]))
    return "FILLED" if is_filled else "CANCELED"


def describe(intent: Intent) -> str:
    seconds = time.monotonic() - intent.pressed
    state = intent.state or "no page"
    return f"{intent.fault}: {intent.amount} is {state} after {seconds:.0f} s"


def tracebacks(logs: dict[str, str]) -> list[str]:
    """Return the last line of every traceback that a process has written, with its count."""
    found: Counter[str] = Counter()
    for name, text in logs.items():
        inside = False
        for line in text.splitlines():
            if line.startswith("Traceback (most recent call last)"):
                inside = True
            elif inside and line and not line.startswith(" "):
                inside = False
                found[f"{name}: {line[:300]}"] += 1
    return [f"{line} (×{count})" for line, count in found.items()]
