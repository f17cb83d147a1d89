from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.accounts.selectors import tended_accounts
from dashboard.kill_points import KillPoint
from dashboard.markets.models import Instrument
from dashboard.orders import journal, reconcile, search, selectors, services
from dashboard.orders.models import Order
from dashboard.orders.states import State
from exchange.errors import NotAuthenticated, NotSent
from exchange.nonce import BUSY
from exchange.paper import PaperExchange
from exchange.paper.faults import (
    AfterAccept,
    Ban,
    BeforeAccept,
    Body,
    NonceUsedElsewhere,
    Status,
)
from tests.dashboard.orders.conftest import find_out

SUBMIT = "/v2/auth/w/order/submit"
READS = "/v2/auth/r/*"


@pytest.fixture
def lost(draft: Order, live_bitcoin: Instrument, paper: PaperExchange) -> Order:
    """An order that never arrived, though nobody here knows that."""
    with paper.fault(BeforeAccept(path=SUBMIT)):
        services.place_order(draft)
    assert draft.state == State.UNKNOWN
    return draft


@pytest.fixture
def unanswered(draft: Order, live_bitcoin: Instrument, paper: PaperExchange) -> Order:
    """An order that arrived, though nobody here knows that."""
    with paper.fault(AfterAccept(path=SUBMIT)):
        services.place_order(draft)
    assert draft.state == State.UNKNOWN
    return draft


def look(order: Order) -> Order:
    """Look for the order now, whenever its turn would have been."""
    Order.objects.filter(pk=order.pk).update(looked_for_from=None)
    reconcile.reconcile(Order.objects.get(pk=order.pk))
    order.refresh_from_db()
    return order


def sent_ago(order: Order, **ago: float) -> None:
    Order.objects.filter(pk=order.pk).update(sent_at=timezone.now() - timedelta(**ago))


def reads(paper: PaperExchange) -> int:
    return len([each for each in paper.ledger.requests if "/auth/r/" in each.path])


def test_an_order_that_stands_is_found_at_the_first_look(
    unanswered: Order, paper: PaperExchange
) -> None:
    look(unanswered)

    assert unanswered.state == State.OPEN
    assert unanswered.exchange_id == paper.ledger.orders[0].id
    assert unanswered.reason == ""


def test_an_order_that_was_cancelled_meanwhile_is_found_among_the_past(
    unanswered: Order, paper: PaperExchange
) -> None:
    paper.cancel(paper.ledger.orders[0].id)
    look(unanswered)

    assert unanswered.state == State.CANCELED


def test_the_fence_is_a_later_nonce_of_the_same_key(lost: Order, paper: PaperExchange) -> None:
    look(lost)

    assert lost.state == State.UNKNOWN
    assert lost.nonce is not None
    assert lost.fence_nonce is not None
    assert lost.fence_nonce > lost.nonce
    assert lost.fenced_at is not None
    assert str(lost.fence_nonce) in {each.nonce for each in paper.ledger.requests}


def test_f05_absence_takes_a_fence_and_two_looks_that_are_late_enough(lost: Order) -> None:
    states = []
    look(lost)
    states.append((lost.fenced_at is not None, lost.first_absence_at is not None))
    look(lost)
    states.append((lost.fenced_at is not None, lost.first_absence_at is not None))
    sent_ago(lost, seconds=16)
    look(lost)
    states.append((lost.fenced_at is not None, lost.first_absence_at is not None))
    look(lost)
    too_soon = lost.state
    Order.objects.update(first_absence_at=timezone.now() - timedelta(seconds=11))
    look(lost)

    assert states == [(True, False), (True, False), (True, True)]
    assert too_soon == State.UNKNOWN
    assert lost.state == State.NOT_PLACED
    assert lost.second_absence_at is not None
    assert lost.settled_at is not None


def test_an_old_order_is_fenced_before_a_look_counts(lost: Order) -> None:
    sent_ago(lost, minutes=1)
    look(lost)
    before = lost.first_absence_at
    look(lost)

    assert before is None
    assert lost.first_absence_at is not None


def test_the_looks_come_when_they_may_count(lost: Order) -> None:
    assert lost.sent_at is not None
    look(lost)
    first = lost.looked_for_from
    sent_ago(lost, seconds=14)
    look(lost)
    before_it_counts = lost.looked_for_from
    sent_ago(lost, seconds=16)
    look(lost)

    assert first is not None
    assert before_it_counts is not None
    assert lost.looked_for_from is not None
    assert lost.first_absence_at is not None
    assert (first - timezone.now()).total_seconds() < 3
    assert (before_it_counts - timezone.now()).total_seconds() < 3
    assert 7 < (lost.looked_for_from - lost.first_absence_at).total_seconds() < 12


def test_looks_that_cannot_count_are_few(lost: Order) -> None:
    sent_ago(lost, seconds=5)
    look(lost)

    assert lost.looked_for_from is not None
    assert 4 < (lost.looked_for_from - timezone.now()).total_seconds() <= 6


def test_who_was_kept_from_asking_stands_in_the_queue_again(
    lost: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise NotSent(BUSY)

    monkeypatch.setattr(reconcile, "search", busy)
    sent_ago(lost, seconds=16)
    look(lost)

    assert lost.looked_for_from is not None
    assert (lost.looked_for_from - timezone.now()).total_seconds() < 3
    assert lost.look_problem


def test_nothing_is_looked_for_before_its_time(lost: Order, paper: PaperExchange) -> None:
    look(lost)
    before = reads(paper)
    reconcile.reconcile_due_orders()

    assert reads(paper) == before


def test_f07_what_is_due_is_found_out_without_being_asked(
    lost: Order, paper: PaperExchange
) -> None:
    reconcile.reconcile_due_orders()
    lost.refresh_from_db()

    assert lost.fenced_at is not None


@pytest.mark.parametrize("path", ["/v2/auth/r/orders/*/hist", "/v2/auth/r/trades/*"])
def test_a_look_that_cannot_see_every_list_proves_nothing(
    lost: Order, paper: PaperExchange, path: str
) -> None:
    look(lost)
    sent_ago(lost, seconds=16)
    with paper.fault(Status(502, path=path)):
        look(lost)

    assert lost.first_absence_at is None
    assert lost.look_problem == "The exchange did not answer."


def test_a_list_that_was_cut_short_proves_nothing(
    lost: Order, paper: PaperExchange, paper_account_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.cancel(paper.place(paper_account_name, "tBTCUSD", "0.02", "50000"))
    monkeypatch.setattr(search, "MOST_ROWS", 1)
    find_out(lost)

    assert lost.state == State.UNKNOWN
    assert lost.first_absence_at is None


def test_a_fill_of_an_order_no_list_shows_is_followed_up(
    draft: Order, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    Order.objects.update(price="62000")
    draft.refresh_from_db()
    with paper.fault(AfterAccept(path=SUBMIT)):
        services.place_order(draft)
    history = "/v2/auth/r/orders/tBTCUSD/hist"
    with paper.fault(Body(b"[]", path=history)):
        look(draft)
    asked = [each for each in paper.ledger.requests if each.path == history]

    assert draft.state == State.FILLED
    assert len(asked) == 2


def test_f16_a_ban_is_waited_out_and_told(lost: Order, paper: PaperExchange) -> None:
    with paper.fault(Ban(60, path=READS)):
        look(lost)

    assert lost.state == State.UNKNOWN
    assert lost.looked_for_from is not None
    assert 50 < (lost.looked_for_from - timezone.now()).total_seconds() <= 61
    assert "slow down" in lost.look_problem


@pytest.mark.parametrize("trouble", ["revoked", "nonces spoilt"])
def test_f64_the_search_rests_with_the_key_and_says_so(
    lost: Order, paper: PaperExchange, paper_account_name: str, trouble: str
) -> None:
    if trouble == "revoked":
        paper.revoke_key(paper_account_name)
    else:
        paper.faults.add(NonceUsedElsewhere(path=READS))
    before = reads(paper)
    for _ in range(6):
        look(lost)
        SealedKey.objects.update(struck_at=timezone.now() - timedelta(seconds=3))
    calls = reads(paper) - before
    told = selectors.order_row(lost).sentence

    # Each call that a spoilt nonce spoils is made three times.
    assert 1 <= calls <= (1 if trouble == "revoked" else 9)
    assert lost.state == State.UNKNOWN
    assert "The search waits for the key" in told
    assert "It is tried again at" in told
    assert "We look again in" not in told


def test_f64_the_search_goes_on_at_once_with_a_key_that_is_taken_again(
    unanswered: Order, paper: PaperExchange, paper_account_name: str
) -> None:
    paper.revoke_key(paper_account_name)
    look(unanswered)
    paper.restore_key(paper_account_name)
    resting = look(unanswered).state
    SealedKey.objects.update(rests_until=timezone.now())
    look(unanswered)

    assert resting == State.UNKNOWN
    assert unanswered.state == State.OPEN
    assert SealedKey.objects.get().problem == ""


def test_what_failed_is_forgotten_once_a_look_succeeds(lost: Order, paper: PaperExchange) -> None:
    with paper.fault(Status(502, path=READS)):
        look(lost)
    before = lost.look_problem
    look(lost)

    assert before
    assert lost.look_problem == ""


def test_f52_after_two_weeks_it_says_that_nobody_can_know(
    unanswered: Order, paper: PaperExchange
) -> None:
    before = reads(paper)
    sent_ago(unanswered, days=14, minutes=1)
    look(unanswered)

    assert unanswered.state == State.UNRESOLVED
    assert "last two weeks" in unanswered.reason
    assert "before you place it again" in unanswered.reason
    assert reads(paper) == before


def test_a_key_that_was_replaced_can_prove_nothing(lost: Order) -> None:
    Order.objects.update(key_fingerprint="0" * 64)
    find_out(lost)

    assert lost.state == State.UNRESOLVED
    assert "key it was signed with has been replaced" in lost.reason
    assert lost.fence_nonce is None


def test_a_key_that_was_replaced_still_finds_what_stands(unanswered: Order) -> None:
    Order.objects.update(key_fingerprint="0" * 64)
    find_out(unanswered)

    assert unanswered.state == State.OPEN


def test_without_a_key_it_stays_unknown_and_says_why(lost: Order) -> None:
    SealedKey.objects.all().delete()
    find_out(lost)

    assert lost.state == State.UNKNOWN
    assert "No exchange key" in lost.look_problem


def test_f40_a_foreign_order_with_our_client_id_raises_an_alarm_and_proves_nothing(
    lost: Order, paper: PaperExchange, paper_account_name: str
) -> None:
    assert lost.cid is not None
    foreign = paper.place(paper_account_name, "tBTCUSD", "0.02", "50000", cid=lost.cid)
    find_out(lost)

    assert lost.state == State.UNKNOWN
    assert str(foreign) in lost.alarm
    assert lost.exchange_id is None
    assert lost.first_absence_at is None


def test_f30_an_order_that_died_before_it_was_signed_is_proved_absent_too(
    claimed: Order, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    journal.move(claimed, State.UNKNOWN)
    find_out(claimed)

    assert claimed.nonce is None
    assert claimed.state == State.NOT_PLACED
    assert not paper.ledger.orders


def test_f30_an_order_that_was_given_up_is_not_signed_any_more(
    claimed: Order, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    held = Order.objects.get(pk=claimed.pk)
    journal.move(claimed, State.UNKNOWN)
    services.send_claimed(held)
    claimed.refresh_from_db()

    assert claimed.state == State.NOT_SENT
    assert not paper.ledger.orders


class Killed(BaseException):
    """What stands for a SIGKILL: nothing catches it."""


@pytest.mark.parametrize("point", [KillPoint.FENCED, KillPoint.SEARCHED])
def test_f33_f36_a_search_that_was_killed_is_simply_made_again(
    unanswered: Order, monkeypatch: pytest.MonkeyPatch, point: KillPoint
) -> None:
    def die(name: KillPoint) -> None:
        if name is point:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(search, "kill_point", die)
        with pytest.raises(Killed):
            look(unanswered)
    unanswered.refresh_from_db()
    held_until = unanswered.looked_for_from
    look(unanswered)

    assert held_until is not None
    assert (held_until - timezone.now()).total_seconds() <= 20
    assert unanswered.state == State.OPEN


@pytest.mark.django_db(transaction=True)
def test_f34_of_many_lookers_one_looks(unanswered: Order, paper: PaperExchange) -> None:
    before = reads(paper)
    barrier = threading.Barrier(8)

    def race() -> None:
        mine = Order.objects.get(pk=unanswered.pk)
        barrier.wait()
        reconcile.reconcile(mine)
        connection.close()

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    unanswered.refresh_from_db()

    assert unanswered.state == State.OPEN
    assert reads(paper) - before == 3


@pytest.mark.parametrize(
    ("sent_at", "days"),
    [
        (datetime(2026, 11, 23, 23, 59, 59, 900_000, UTC), ["2026-11-23", "2026-11-24"]),
        (datetime(2026, 11, 24, 0, 0, 0, 100_000, UTC), ["2026-11-23", "2026-11-24"]),
        (datetime(2026, 11, 23, 23, 54, 59, tzinfo=UTC), ["2026-11-23"]),
        (datetime(2026, 11, 24, 0, 5, 1, tzinfo=UTC), ["2026-11-24"]),
    ],
)
def test_f39_near_midnight_both_days_are_asked_for(
    claimed: Order, sent_at: datetime, days: list[str]
) -> None:
    claimed.sent_at, claimed.cid_date = sent_at, date.fromisoformat(f"{sent_at:%Y-%m-%d}")

    assert search.days_of(claimed) == days


def test_the_search_only_reads(lost: Order, paper: PaperExchange) -> None:
    before = len([each for each in paper.ledger.requests if "/w/" in each.path])
    find_out(lost)

    assert len([each for each in paper.ledger.requests if "/w/" in each.path]) == before


@pytest.mark.parametrize(
    "missing", ["fence_nonce", "first_absence_at", "second_absence_at", "later nonce"]
)
def test_the_database_itself_asks_for_the_proofs(
    lost: Order, account: ExchangeAccount, missing: str
) -> None:
    assert lost.nonce is not None
    now = timezone.now()
    proofs: dict[str, Any] = {
        "fence_nonce": lost.nonce + 1,
        "first_absence_at": now,
        "second_absence_at": now,
    }
    proofs |= {"fence_nonce": lost.nonce} if missing == "later nonce" else {missing: None}

    with pytest.raises(IntegrityError), transaction.atomic():
        journal.move(lost, State.NOT_PLACED, **proofs)


def test_one_search_that_breaks_off_holds_up_no_other(
    lost: Order, unanswered_too: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reconcile.search

    def fail_for_the_first(order: Order, client: Any) -> search.Finding:
        if order.pk == lost.pk:
            raise ZeroDivisionError
        return whole(order, client)

    monkeypatch.setattr(reconcile, "search", fail_for_the_first)
    reconcile.reconcile_due_orders()
    unanswered_too.refresh_from_db()

    assert unanswered_too.state == State.OPEN


@pytest.fixture
def unanswered_too(lost: Order, paper: PaperExchange, account: ExchangeAccount) -> Order:
    second = journal.record_draft(
        account=account,
        symbol="tBTCUSD",
        side="buy",
        type="EXCHANGE LIMIT",
        amount=2 * lost.amount,
        price=lost.price,
    )
    with paper.fault(AfterAccept(path=SUBMIT)):
        services.place_order(second)
    return second


def test_a_search_under_way_that_is_answered_ends_the_rest_of_its_key(
    unanswered: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reconcile.search
    resting: list[ExchangeAccount] = [unanswered.account]

    def refused_meanwhile(order: Order, client: Any) -> search.Finding:
        key_health.note_refusal(order.account_id, NotAuthenticated("apikey: invalid", 10100))
        resting[:] = tended_accounts()
        return whole(order, client)

    monkeypatch.setattr(reconcile, "search", refused_meanwhile)
    look(unanswered)

    assert resting == []
    assert list(tended_accounts()) == [unanswered.account]
