"""The journal against the ledger of the paper exchange, on any way that orders can go.

Presses, double presses, processes that die or pause anywhere, answers that are lost or late, views
of the past, sweeps, searches, and time that jumps: after every step what the journal claims must
be so, and in the end it must know everything. The ledger alone says what happened.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

import pytest
from django.db.models import Max, QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

import exchange as wire
from dashboard.accounts import clients
from dashboard.accounts.models import ExchangeAccount
from dashboard.kill_points import KillPoint
from dashboard.markets.models import Instrument
from dashboard.orders import journal, reconcile, search, services, sweeper, sync
from dashboard.orders.models import Order, OrderSync
from dashboard.orders.states import State, is_final
from exchange import clock
from exchange.errors import ExchangeError
from exchange.limits import NoBudget
from exchange.paper import PaperExchange
from exchange.paper.faults import (
    AfterAccept,
    Altered,
    BeforeAccept,
    Body,
    Duplicate,
    Fault,
    MidReply,
    NonceUsedElsewhere,
    Refuse,
    Reset,
    Resized,
    Status,
)
from exchange.paper.ledger import AcceptedOrder

EXAMPLES = int(os.environ.get("CHAOS_MACHINE_EXAMPLES", "200"))
STEPS = int(os.environ.get("CHAOS_MACHINE_STEPS", "50"))
SUBMIT = "/v2/auth/w/order/submit"
READS = "/v2/auth/r/*"
AT_THE_EXCHANGE = {State.OPEN, State.FILLED, State.CANCELED}
NEVER_THERE = {
    State.DRAFT,
    State.INTENT,
    State.NOT_SENT,
    State.EXPIRED_UNSENT,
    State.REJECTED,
    State.NOT_PLACED,
}

SUBMIT_FAULTS: list[list[Fault]] = [
    [],
    [BeforeAccept(path=SUBMIT)],
    [AfterAccept(path=SUBMIT)],
    [Reset(path=SUBMIT), BeforeAccept(path=SUBMIT)],
    [Reset(path=SUBMIT), AfterAccept(path=SUBMIT)],
    [MidReply(20, path=SUBMIT)],
    [Body(b"", path=SUBMIT)],
    [Altered((4, 0, 2), "7", path=SUBMIT)],
    [Resized(-20, path=SUBMIT)],
    [Resized(5, path=SUBMIT)],
    [Status(502, path=SUBMIT)],
    [Status(502, accepts=True, path=SUBMIT)],
    [Duplicate(path=SUBMIT)],
    [Duplicate(answer="first", path=SUBMIT)],
    [Refuse(10001, "Invalid order: no", path=SUBMIT)],
    [Refuse(10000, "unknown", path=SUBMIT)],
    [NonceUsedElsewhere(path=SUBMIT, ahead=10)],
]
READ_FAULTS: list[list[Fault]] = [
    [],
    [BeforeAccept(path=READS)],
    [Status(502, path=READS)],
    [Status(502, path=READS, skip=1)],
    [Body(b"{", path=READS, skip=2)],
]
# Draws never depend on what happened at the exchange, so that every run can be made again.
WHICH = st.integers(0, 7)
PLACING = [KillPoint.INTENT_SAVED, KillPoint.CLAIMED, KillPoint.SIGNED, KillPoint.ANSWERED]
FINDING = [KillPoint.FENCED, KillPoint.SEARCHED, KillPoint.SYNC_READ, KillPoint.SWEPT]


class Killed(BaseException):
    """What stands for a SIGKILL: nothing catches it, and nothing is tidied up by the journal."""


@dataclass
class World:
    """What the machine plays with, made once; examples follow each other in one journal."""

    account: ExchangeAccount
    paper: PaperExchange
    show_price: Callable[[], None]
    dies_at: KillPoint | None = None
    seconds_ahead: float = 0.0
    # Sums over all examples: a machine that never got anywhere proves nothing.
    states_seen: set[str] = field(default_factory=set)
    deaths: int = 0

    def kill_point(self, name: KillPoint) -> None:
        if name is self.dies_at:
            self.dies_at = None
            raise Killed

    @contextmanager
    def dying_at(self, point: KillPoint | None) -> Iterator[None]:
        """Run a block in a process that dies at a point, if it gets there."""
        self.dies_at = point
        try:
            yield
        except Killed:
            self.deaths += 1
        finally:
            self.dies_at = None

    @contextmanager
    def under(self, faults: Sequence[Fault]) -> Iterator[None]:
        for fault in faults:
            self.paper.faults.add(fault)
        try:
            yield
        finally:
            self.paper.faults.clear()


class Answer:
    """A client whose answer to a submit has come already, in a process that was paused then."""

    def __init__(self, client: Any, outcome: wire.Order | ExchangeError) -> None:
        self.client = client
        self.outcome = outcome

    def submit_order(self, *_: Any, **__: Any) -> wire.Order:
        if isinstance(self.outcome, ExchangeError):
            raise self.outcome
        return self.outcome

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


class Orders(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.first = len(self.world.paper.ledger.orders)
        self.last_before = Order.objects.aggregate(Max("pk"))["pk__max"] or 0
        self.numbers = count(1)
        self.in_flight: list[Order] = []
        self.unread: list[tuple[Order, wire.Order | ExchangeError]] = []
        # Newest first; draws reach the newest few.
        self.views: list[wire.Order] = []
        self.fills: list[wire.Fill] = []
        self.ended: dict[int, str] = {}

    # --- what a person does ---------------------------------------------------------------

    @rule(
        price=st.sampled_from(["50000", "61000", "62000", None]),
        side=st.sampled_from(["buy", "buy", "sell"]),
    )
    def draft(self, price: str | None, side: str) -> None:
        if side == "sell" and price is not None:
            price = {"50000": "70000", "61000": "61000", "62000": "60000"}[price]
        journal.record_draft(
            account=self.world.account,
            symbol="tBTCUSD",
            side=side,
            type="EXCHANGE MARKET" if price is None else "EXCHANGE LIMIT",
            # No two alike, or the second of them would have to be confirmed.
            amount=Decimal("0.001") + Decimal(next(self.numbers)) / 10**6,
            price=None if price is None else Decimal(price),
        )

    @rule(
        which=WHICH,
        faults=st.sampled_from(SUBMIT_FAULTS),
        reading=st.sampled_from(READ_FAULTS),
        dies_at=st.sampled_from([None, None, *PLACING]),
    )
    def press(
        self,
        which: int,
        faults: list[Fault],
        reading: list[Fault],
        dies_at: KillPoint | None,
    ) -> None:
        order = self.pick(which, State.DRAFT)
        self.world.show_price()
        if order is not None:
            with self.world.under([*faults, *reading]), self.world.dying_at(dies_at):
                services.place_order(order)

    @rule(which=WHICH)
    def press_again(self, which: int) -> None:
        order = self.pick(which, *(set(State) - {State.DRAFT}))
        self.world.show_price()
        if order is not None:
            services.place_order(order)

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        order = self.pick(which, State.OPEN)
        if order is not None:
            services.cancel_order(order)

    # --- processes that pause -------------------------------------------------------------

    @rule(which=WHICH)
    def pause_before_sending(self, which: int) -> None:
        order = self.pick(which, State.DRAFT)
        if order is not None and journal.declare_intent(order) and journal.claim(order):
            self.in_flight.append(order)

    @rule(which=WHICH, faults=st.sampled_from(SUBMIT_FAULTS))
    def go_on_sending(self, which: int, faults: list[Fault]) -> None:
        order = self.take(which, self.in_flight)
        if order is not None:
            with self.world.under(faults):
                services.send_claimed(order)

    @rule(which=WHICH, faults=st.sampled_from(SUBMIT_FAULTS))
    def send_and_pause(self, which: int, faults: list[Fault]) -> None:
        order = self.take(which, self.in_flight)
        if order is None:
            return
        outcome: wire.Order | ExchangeError
        with self.world.under(faults):
            try:
                outcome = services.submit(order, clients.client_for(self.world.account))
            except ExchangeError as error:
                outcome = error
        self.unread.append((order, outcome))

    @rule(which=WHICH)
    def read_the_answer(self, which: int) -> None:
        waiting = self.take(which, self.unread)
        if waiting is None:
            return
        order, outcome = waiting
        answer = Answer(clients.client_for(self.world.account), outcome)
        whole, services.client_for = services.client_for, lambda _: answer
        try:
            services.send_claimed(order)
        finally:
            services.client_for = whole

    # --- what goes on at the exchange -------------------------------------------------------

    @rule(which=WHICH)
    def somebody_cancels_elsewhere(self, which: int) -> None:
        standing = self.standing()
        if standing:
            self.world.paper.cancel(standing[which % len(standing)].id)

    @rule(amount=st.sampled_from(["-0.0004", "-0.001", "0.0004", "0.001"]))
    def somebody_trades(self, amount: str) -> None:
        self.world.paper.trade("tBTCUSD", amount)

    @rule()
    def the_stream_takes_note(self) -> None:
        """Keep what the account's stream would say now; it is told at any time, in any order."""
        client = clients.client_for(self.world.account)
        ids = {accepted.id for accepted in self.accepted()}
        seen = client.open_orders("tBTCUSD") + client.order_history("tBTCUSD", limit=20)
        told = client.fills("tBTCUSD", limit=20)
        self.views = [each for each in seen if each.id in ids] + self.views
        self.fills = [each for each in told if each.order_id in ids] + self.fills

    @rule(which=WHICH)
    def the_stream_tells_of_an_order(self, which: int) -> None:
        if self.views:
            sync.apply_order(self.world.account, self.views[which % len(self.views)])

    @rule(several=st.lists(WHICH, max_size=3))
    def the_stream_tells_of_fills(self, several: list[int]) -> None:
        told = [self.fills[which % len(self.fills)] for which in several if self.fills]
        sync.apply_fills(self.world.account, told)

    # --- what workers do --------------------------------------------------------------------

    @rule(dies_at=st.sampled_from([None, None, KillPoint.SWEPT]))
    def sweep(self, dies_at: KillPoint | None) -> None:
        with self.world.dying_at(dies_at):
            sweeper.sweep_once()

    @rule(
        faults=st.sampled_from(READ_FAULTS),
        dies_at=st.sampled_from([None, None, KillPoint.FENCED, KillPoint.SEARCHED]),
    )
    def find_out(self, faults: list[Fault], dies_at: KillPoint | None) -> None:
        with self.world.under(faults), self.world.dying_at(dies_at):
            reconcile.reconcile_due_orders()

    @rule(
        faults=st.sampled_from(READ_FAULTS),
        dies_at=st.sampled_from([None, None, KillPoint.SYNC_READ]),
    )
    def read_everything(self, faults: list[Fault], dies_at: KillPoint | None) -> None:
        OrderSync.objects.update(due_at=timezone.now(), claim=None, claimed_until=None)
        with self.world.under(faults), self.world.dying_at(dies_at):
            sync.sync_due_orders()

    @rule(seconds=st.sampled_from([1, 3, 12, 16, 30, 90]))
    def time_passes(self, seconds: int) -> None:
        self.world.seconds_ahead += seconds

    # --- what must be so --------------------------------------------------------------------

    @invariant()
    def i1_one_press_is_at_most_one_order(self) -> None:
        cids = [accepted.cid for accepted in self.accepted()]

        assert len(set(cids)) == len(cids)

    @invariant()
    def i3_what_arrived_was_written_down_first(self) -> None:
        rows = {row.cid: row for row in self.rows().filter(cid__isnull=False)}
        requests = {each.number: each for each in self.world.paper.ledger.requests[-200:]}
        for accepted in self.accepted():
            row = rows[accepted.cid]
            request = requests.get(accepted.request or 0)

            assert row.nonce is not None
            if request is not None:
                assert (str(row.nonce), row.body_sha256) == (request.nonce, request.body_sha256)

    @invariant()
    def i4_what_the_journal_claims_is_so(self) -> None:
        accepted = {each.cid: each for each in self.accepted()}
        for row in self.rows():
            self.world.states_seen.add(row.state)
            there = accepted.get(row.cid) if row.cid else None
            if row.state in AT_THE_EXCHANGE:
                assert there is not None
                assert row.exchange_id == there.id
            if row.state in NEVER_THERE:
                assert there is None
            if row.state in {State.FILLED, State.CANCELED}:
                assert row.exchange_id is not None
                assert self.state_there(row.exchange_id) == (row.state, row.executed)

    @invariant()
    def what_is_over_stays_as_it_was(self) -> None:
        now = {row.pk: str(row.state) for row in self.rows() if is_final(State(row.state))}

        assert self.ended.items() <= now.items()
        self.ended = now

    def teardown(self) -> None:
        """I2: with nothing more going wrong, everything is known within a minute."""
        for _ in range(5):
            self.world.seconds_ahead += 21
            sweeper.sweep_once()
            reconcile.reconcile_due_orders()
            OrderSync.objects.update(due_at=timezone.now(), claim=None, claimed_until=None)
            sync.sync_due_orders()
        self.i1_one_press_is_at_most_one_order()
        self.i4_what_the_journal_claims_is_so()
        rows = {row.cid: row for row in self.rows().filter(cid__isnull=False)}

        assert not self.rows().filter(state__in=[State.INTENT, State.SENDING, State.UNKNOWN])
        assert not self.rows().exclude(alarm="")
        assert not Order.objects.exclude(origin="here")
        for accepted in self.accepted():
            row = rows[accepted.cid]

            assert row.exchange_id == accepted.id
            assert (State(row.state), row.executed) == self.state_there(accepted.id)
        for accepted in self.standing():
            self.world.paper.cancel(accepted.id)

    # --- the world --------------------------------------------------------------------------

    def rows(self) -> QuerySet[Order]:
        """Return what this example has drafted; those before it are over and stay so."""
        return Order.objects.filter(pk__gt=self.last_before)

    def pick(self, which: int, *states: State) -> Order | None:
        """Choose a row as a new request would see it, None where there is none."""
        rows = self.rows().filter(state__in=states).select_related("account").order_by("pk")
        found = list(rows)
        return found[which % len(found)] if found else None

    def take(self, which: int, waiting: list[Any]) -> Any:
        return waiting.pop(which % len(waiting)) if waiting else None

    def accepted(self) -> Sequence[AcceptedOrder]:
        return self.world.paper.ledger.orders[self.first :]

    def standing(self) -> list[AcceptedOrder]:
        return [each for each in self.accepted() if self.state_there(each.id)[0] is State.OPEN]

    def state_there(self, exchange_id: int) -> tuple[State, Decimal]:
        order = self.world.paper.order(exchange_id)
        executed = Decimal(abs(order.amount) - order.remaining) / 10**8
        if order.is_open:
            return State.OPEN, executed
        return State.CANCELED if order.remaining else State.FILLED, executed


@pytest.fixture
def world(
    account: ExchangeAccount,
    live_bitcoin: Instrument,
    paper: PaperExchange,
    set_price: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """A paper exchange and a clock that both sides go by and that can be moved ahead."""
    made = World(account, paper, lambda: set_price("tBTCUSD", "61000"))
    own_time, own_time_ns, own_now = time.time, time.time_ns, timezone.now

    def now() -> datetime:
        return own_now() + timedelta(seconds=made.seconds_ahead)

    monkeypatch.setattr(time, "time", lambda: own_time() + made.seconds_ahead)
    monkeypatch.setattr(time, "time_ns", lambda: own_time_ns() + int(made.seconds_ahead * 10**9))
    monkeypatch.setattr(timezone, "now", now)
    # Jumps are no clock that is wrong, and a minute of this asks for more than a minute allows.
    monkeypatch.setattr(clock, "MOST_AHEAD_SECONDS", 10**9)
    monkeypatch.setattr(clients, "budget", cache(NoBudget))
    for module in (services, search, sync, journal):
        monkeypatch.setattr(module, "kill_point", made.kill_point)
    return made


@pytest.mark.timeout(1800)
def test_on_any_way_the_journal_tells_the_truth_and_in_the_end_all_of_it(world: World) -> None:
    class Machine(Orders):
        pass

    Machine.world = world
    run_state_machine_as_test(
        Machine,
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # What fails is printed as it came: making it smaller takes minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )

    assert world.deaths
    # A handful of examples, as when something is tried out, cannot have met them all.
    assert EXAMPLES < 100 or world.states_seen >= set(State) - {State.UNRESOLVED}
