from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.orders import journal
from dashboard.orders.models import Fill, Order, Origin
from dashboard.orders.states import State
from exchange.models.orders import OrderType
from tests.dashboard.orders.conftest import seen

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_draft_belongs_to_the_accounts_person(draft: Order, owner: User) -> None:
    assert draft.user == owner
    assert draft.state == State.DRAFT
    assert draft.cid is None


def test_drafts_of_yesterday_are_thrown_away(draft: Order, account: ExchangeAccount) -> None:
    Order.objects.update(created_at=timezone.now() - timedelta(days=2))
    kept = journal.record_draft(
        account=account,
        symbol="tBTCUSD",
        side="sell",
        type=OrderType.MARKET,
        amount=Decimal(1),
        price=None,
    )

    assert list(Order.objects.all()) == [kept]


def test_an_intent_has_a_deadline(draft: Order) -> None:
    before = timezone.now()
    journal.declare_intent(draft)

    assert draft.state == State.INTENT
    assert draft.expires_at is not None
    assert draft.expires_at - before < timedelta(seconds=settings.ORDER_INTENT_SECONDS + 1)


def test_an_order_is_as_old_as_its_press_and_not_as_its_review(draft: Order) -> None:
    pressed = timezone.now()
    Order.objects.update(created_at=pressed - timedelta(minutes=9))
    journal.declare_intent(draft, clicked_at=pressed)

    assert draft.created_at == pressed


def test_of_two_presses_one_declares_the_intent(draft: Order) -> None:
    again = Order.objects.get(pk=draft.pk)

    assert journal.declare_intent(draft)
    assert not journal.declare_intent(again)
    assert again.state == State.INTENT


def test_a_claim_draws_a_client_id_that_fits(claimed: Order) -> None:
    assert claimed.state == State.SENDING
    assert claimed.cid is not None
    assert 2**44 <= claimed.cid < 2**45
    assert claimed.sent_at is not None
    assert claimed.cid_date == claimed.sent_at.date()


def test_a_draft_nobody_confirmed_cannot_be_claimed(draft: Order) -> None:
    assert not journal.claim(draft)
    assert draft.state == State.DRAFT


def test_an_intent_that_is_too_old_cannot_be_claimed(draft: Order) -> None:
    journal.declare_intent(draft)
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert not journal.claim(draft)
    assert draft.state == State.INTENT


def test_a_claim_is_never_given_twice(claimed: Order) -> None:
    cid = claimed.cid

    assert not journal.claim(claimed)
    assert claimed.cid == cid


def test_f40_a_client_id_drawn_twice_is_drawn_again(
    claimed: Order, account: ExchangeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert claimed.cid is not None
    draws = iter([claimed.cid - 2**44, 5])
    monkeypatch.setattr(journal.secrets, "randbelow", lambda _: next(draws))
    other = journal.record_draft(
        account=account,
        symbol="tBTCUSD",
        side="buy",
        type=OrderType.LIMIT,
        amount=Decimal(1),
        price=Decimal(1),
    )
    journal.declare_intent(other)

    assert journal.claim(other)
    assert other.cid == 2**44 + 5


def test_no_free_client_id_means_nothing_is_claimed(
    claimed: Order, account: ExchangeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = claimed.cid
    assert taken is not None
    monkeypatch.setattr(journal.secrets, "randbelow", lambda _: taken - 2**44)
    other = journal.record_draft(
        account=account,
        symbol="tBTCUSD",
        side="buy",
        type=OrderType.LIMIT,
        amount=Decimal(1),
        price=Decimal(1),
    )
    journal.declare_intent(other)

    assert not journal.claim(other)


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_once_one_wins(draft: Order) -> None:
    journal.declare_intent(draft)
    barrier = threading.Barrier(6)
    won: list[bool] = []

    def take() -> None:
        mine = Order.objects.get(pk=draft.pk)
        barrier.wait()
        won.append(journal.claim(mine))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert won.count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_a_claim_insists_on_being_committed(draft: Order) -> None:
    journal.declare_intent(draft)

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        journal.claim(draft)


@pytest.mark.parametrize("target", sorted(set(State) - {State.INTENT}))
def test_a_row_moves_only_as_the_table_allows(draft: Order, target: State) -> None:
    assert not journal.move(draft, target)
    assert draft.state == State.DRAFT


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("ACTIVE", State.OPEN),
        ("PARTIALLY FILLED @ 60000(0.004)", State.OPEN),
        ("EXECUTED @ 60000(0.01)", State.FILLED),
        ("EXECUTED @ 59000(0.006): was PARTIALLY FILLED @ 60000(0.004)", State.FILLED),
        ("CANCELED", State.CANCELED),
        ("CANCELED was: PARTIALLY FILLED @ 60000(0.004)", State.CANCELED),
        ("POSTONLY CANCELED", State.CANCELED),
        ("INSUFFICIENT BALANCE (U1) was: ACTIVE", State.CANCELED),
        ("RSN_PAUSE (trading is paused)", State.CANCELED),
    ],
)
def test_an_answer_brings_the_row_to_the_state_at_the_exchange(
    claimed: Order, status: str, state: State
) -> None:
    assert journal.confirm(claimed, seen(claimed, status=status))
    assert claimed.state == state
    assert claimed.exchange_id == 77
    assert (claimed.settled_at is None) is (state is State.OPEN)


def test_a_late_answer_confirms_what_was_called_unknown(claimed: Order) -> None:
    journal.move(claimed, State.UNKNOWN, reason="No answer.")

    assert journal.confirm(claimed, seen(claimed))
    assert claimed.state == State.OPEN
    assert claimed.reason == ""


def test_a_late_answer_never_opens_what_is_over(claimed: Order) -> None:
    journal.confirm(claimed, seen(claimed, status="EXECUTED @ 60000(0.01)"))

    assert not journal.confirm(claimed, seen(claimed, status="ACTIVE"))
    assert claimed.state == State.FILLED


def test_an_open_order_is_followed(claimed: Order) -> None:
    journal.confirm(claimed, seen(claimed))
    part = seen(
        claimed,
        status="PARTIALLY FILLED @ 60000(0.004)",
        amount=Decimal("0.006"),
        price_avg=Decimal(60000),
    )

    assert journal.follow(claimed, part)
    claimed.refresh_from_db()
    assert claimed.executed == Decimal("0.004")
    assert claimed.remaining == Decimal("0.006")
    assert claimed.average_price == 60000


def test_following_what_has_not_changed_changes_nothing(claimed: Order) -> None:
    journal.confirm(claimed, seen(claimed))

    assert not journal.follow(claimed, seen(claimed))


def test_f42_an_older_view_does_not_take_a_fill_back(claimed: Order) -> None:
    later = timezone.now() + timedelta(seconds=5)
    journal.confirm(
        claimed,
        seen(claimed, status="PARTIALLY FILLED @ 1(0.004)", amount=Decimal("0.006"), updated=later),
    )

    assert not journal.follow(claimed, seen(claimed))
    claimed.refresh_from_db()
    assert claimed.executed == Decimal("0.004")


def test_f41_a_part_that_filled_before_the_cancellation_is_kept(claimed: Order) -> None:
    journal.confirm(claimed, seen(claimed))
    journal.follow(
        claimed, seen(claimed, status="CANCELED was: PARTIALLY FILLED", amount=Decimal("0.006"))
    )

    assert claimed.state == State.CANCELED
    assert claimed.executed == Decimal("0.004")


def test_an_order_amended_elsewhere_shows_its_new_price(claimed: Order) -> None:
    journal.confirm(claimed, seen(claimed))
    later = timezone.now() + timedelta(seconds=1)
    journal.follow(claimed, seen(claimed, price=Decimal(59000), updated=later))
    claimed.refresh_from_db()

    assert claimed.price == 59000


def test_an_order_made_elsewhere_keeps_no_client_id(
    claimed: Order, account: ExchangeAccount
) -> None:
    row = journal.record_elsewhere(account, seen(claimed, id=78))

    assert row.origin == Origin.ELSEWHERE
    assert row.cid is None
    assert row.token is None


def test_a_market_order_has_no_price_of_its_own(claimed: Order, account: ExchangeAccount) -> None:
    row = journal.record_elsewhere(account, seen(claimed, id=78, type="EXCHANGE MARKET"))

    assert row.price is None
    assert row.is_market


def test_f29_an_intent_that_nobody_claimed_expires_unsent(draft: Order) -> None:
    journal.declare_intent(draft)
    changed = journal.sweep(timezone.now() + timedelta(seconds=16))
    draft.refresh_from_db()

    assert draft.state == State.EXPIRED_UNSENT
    assert changed == {draft.user_id}


def test_f30_a_sending_whose_process_died_becomes_unknown(claimed: Order) -> None:
    assert journal.sweep(timezone.now() + timedelta(seconds=19)) == set()
    changed = journal.sweep(timezone.now() + timedelta(seconds=21))
    claimed.refresh_from_db()

    assert claimed.state == State.UNKNOWN
    assert changed == {claimed.user_id}


def test_a_sweep_leaves_everything_else_alone(draft: Order) -> None:
    assert journal.sweep(timezone.now() + timedelta(days=1)) == set()


def refused(**changes: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.update(**changes)


def test_the_database_itself_refuses_a_second_order_on_one_token(
    draft: Order, account: ExchangeAccount
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(
            user=draft.user,
            account=account,
            state=State.DRAFT,
            token=draft.token,
            symbol="tBTCUSD",
            side="buy",
            type="EXCHANGE LIMIT",
            amount=Decimal(1),
            created_at=timezone.now(),
        )


def test_two_people_may_hold_the_same_token(
    draft: Order, account: ExchangeAccount, stranger: User
) -> None:
    twin = Order.objects.create(
        user=stranger,
        account=account,
        state=State.DRAFT,
        token=draft.token,
        symbol="tBTCUSD",
        side="buy",
        type="EXCHANGE LIMIT",
        amount=Decimal(1),
        created_at=timezone.now(),
    )

    assert twin.pk != draft.pk


def test_the_database_itself_refuses_states_it_does_not_know(draft: Order) -> None:
    refused(state="PLACED")


def test_the_database_itself_refuses_sending_without_a_client_id(draft: Order) -> None:
    refused(state=State.SENDING)


def test_the_database_itself_refuses_open_orders_without_the_exchanges_id(claimed: Order) -> None:
    refused(state=State.OPEN)


def test_the_database_itself_keeps_a_trade_once(account: ExchangeAccount) -> None:
    def fill() -> Fill:
        return Fill(
            account=account,
            trade_id=1,
            exchange_order_id=2,
            symbol="tBTCUSD",
            side="buy",
            amount=Decimal(1),
            price=Decimal(1),
            traded_at=NOW,
        )

    fill().save()
    with pytest.raises(IntegrityError), transaction.atomic():
        fill().save()
