"""An exchange that is stopped and started again, in the middle of anything, is the same one.

Two desks live through the same orders, on a market without bots; one of them is saved, thrown
away and restored whenever the flow says so.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from exchange.paper.engine import Engine
from exchange.paper.market.markets import catalogue
from exchange.paper.refusals import Refusal
from exchange.paper.storage import Storage
from exchange.paper.trading.book import Book
from exchange.paper.trading.live import LiveMarket
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.flows import ACTIONS, PEOPLE, PEOPLES_MOVES
from tests.exchange.paper.tickets import SYMBOL, check_laws


class Quiet(Engine):
    """An exchange whose bots never quote: whatever trades was sent by somebody."""

    def _open_book(self, live: LiveMarket) -> Book:
        return Book()


def told(engine: Engine) -> list[Any]:
    """Everything people could ask about, but for numbers, which a restart skips."""
    desk = engine.desk
    book = engine.markets[SYMBOL].book
    lines = [
        [resting.owner.cid for resting in side.orders() if resting.owner]
        for side in (book.bids, book.asks)
    ]
    people = []
    for who in PEOPLE:
        wallets = desk.account(who).wallets
        people.append(
            [
                {key: (one.balance, one.reserved) for key, one in wallets.items()},
                [
                    (one.cid, one.status(), one.price, one.remaining, str(one.kind), one.flags)
                    for one in sorted(desk.open_orders(who), key=lambda one: one.queued)
                ],
                # Nobody can tell in which order things ended at the same moment.
                sorted((one.updated_ms, one.cid, one.status()) for one in desk.past_orders(who)),
                [(one.cid, one.amount, one.price, one.fee) for one in desk.fills_of(who)],
                [(one.amount, one.cost, one.profit) for one in desk.positions.of(who)],
                [(one.amount, one.balance) for one in desk.money_ledger.entries(who)],
            ]
        )
    return [lines, people, engine.markets[SYMBOL].day.last]


class Restarts(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.folder = TemporaryDirectory()
        self.steady = self.opened(Storage(None))
        self.storage = Storage(Path(self.folder.name))
        self.restarted = self.opened(self.storage)
        self.save()
        self.cid = 0

    def opened(self, storage: Storage) -> Engine:
        return Quiet(seed=1, clock=self.clock, past=storage.load(), listed=catalogue()[:1])

    def save(self) -> None:
        self.storage.save(self.restarted.desk.take_changes(), {})
        self.storage.save_course(self.restarted)

    @rule(move=st.one_of(*PEOPLES_MOVES))
    def something_happens(self, move: tuple[Any, ...]) -> None:
        self.clock.ms += 7
        name, *details = move
        for engine in (self.steady, self.restarted):
            with suppress(Refusal):
                ACTIONS[name](engine, *details)

    @precondition(lambda self: self.restarted.desk.orders)
    @rule()
    def it_starts_again(self) -> None:
        self.save()
        self.storage.close()
        self.storage = Storage(Path(self.folder.name))
        self.restarted = self.opened(self.storage)

    @invariant()
    def nobody_can_tell(self) -> None:
        assert told(self.restarted) == told(self.steady)
        check_laws(self.restarted)

    def teardown(self) -> None:
        self.storage.close()
        self.folder.cleanup()


TestRestarts = Restarts.TestCase
TestRestarts.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
