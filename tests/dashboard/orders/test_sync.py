from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import exchange as wire
from dashboard.accounts import due_work
from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount, SealedKey, User
from dashboard.orders import services, sync
from dashboard.orders.models import Fill, Order, OrderSync
from dashboard.orders.states import State
from dashboard.portfolio.models import BalancePoll
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Review, Wire

Hints = list[tuple[int, str]]


@pytest.fixture
def order(owner: User, review: Review, paper: PaperExchange) -> Order:
    """An order that rests at the exchange."""
    order = Order.objects.select_related("account").get(token=review())
    services.place_order(order)
    return order


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> Hints:
    told: Hints = []
    monkeypatch.setattr(sync, "tell_person", lambda user, what: told.append((user, what)))
    return told


def read_now() -> None:
    OrderSync.objects.update(due_at=timezone.now())
    sync.sync_due_orders()


def asked(paper: PaperExchange, path: str) -> int:
    return len([each for each in paper.ledger.requests if each.path.endswith(path)])


def fill(trade_id: int, amount: str = "0.01") -> wire.Fill:
    return wire.Fill(
        id=trade_id,
        symbol="tBTCUSD",
        time=datetime(2026, 11, 23, tzinfo=UTC),
        order_id=77,
        amount=Decimal(amount),
        price=Decimal(60000),
        order_type=None,
        order_price=None,
        is_maker=None,
        fee=Decimal("-0.00002"),
        fee_currency="BTC",
        cid=None,
    )


def test_a_partial_fill_shows_what_was_executed_and_its_fee(
    owner: User, review: Review, paper: PaperExchange
) -> None:
    order = Order.objects.select_related("account").get(token=review(price="61000"))
    services.place_order(order)
    paper.trade("tBTCUSD", "-0.004")
    read_now()
    order.refresh_from_db()
    traded = Fill.objects.get()

    assert order.state == State.OPEN
    assert order.executed == Decimal("0.004")
    assert order.remaining == Decimal("0.006")
    assert order.average_price == 61000
    assert (traded.amount, traded.fee) == (Decimal("0.004"), Decimal("0.000004"))


def test_f41_a_partial_fill_then_a_cancellation_keeps_both(
    owner: User, review: Review, paper: PaperExchange
) -> None:
    order = Order.objects.select_related("account").get(token=review(price="61000"))
    services.place_order(order)
    paper.trade("tBTCUSD", "-0.004")
    services.cancel_order(order)
    read_now()
    order.refresh_from_db()

    assert order.state == State.CANCELED
    assert order.executed == Decimal("0.004")
    assert Fill.objects.count() == 1


def test_reading_twice_changes_nothing(order: Order, hints: Hints) -> None:
    read_now()
    before = (list(Order.objects.values()), list(Fill.objects.values()))
    hints.clear()
    read_now()

    assert (list(Order.objects.values()), list(Fill.objects.values())) == before
    assert hints == []


def test_while_nothing_changed_only_the_open_orders_are_asked_for(
    order: Order, paper: PaperExchange
) -> None:
    read_now()
    before = asked(paper, "orders/hist")
    read_now()

    assert asked(paper, "orders/hist") == before
    assert asked(paper, "r/orders") >= 2


def test_from_time_to_time_everything_is_read(order: Order, paper: PaperExchange) -> None:
    read_now()
    before = asked(paper, "orders/hist")
    OrderSync.objects.update(read_whole_at=timezone.now() - timedelta(seconds=16))
    read_now()

    assert asked(paper, "orders/hist") == before + 1


def test_f48_an_order_closed_elsewhere_closes_here(order: Order, paper: PaperExchange) -> None:
    assert order.exchange_id is not None
    read_now()
    paper.cancel(order.exchange_id)
    read_now()
    order.refresh_from_db()

    assert order.state == State.CANCELED


def test_an_order_that_left_the_window_of_history_is_asked_for_by_its_number(
    order: Order, paper: PaperExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert order.exchange_id is not None
    read_now()
    paper.cancel(order.exchange_id)
    monkeypatch.setattr(sync, "since_when", lambda _: timezone.now() + timedelta(minutes=1))
    read_now()
    order.refresh_from_db()

    assert order.state == State.CANCELED


def test_a_lost_order_is_adopted_even_after_it_was_filled(
    owner: User, review: Review, wire: Wire, paper: PaperExchange
) -> None:
    order = Order.objects.select_related("account").get(token=review(price="62000"))
    wire.forged["order/submit"] = b""
    services.place_order(order)
    read_now()
    order.refresh_from_db()

    assert order.state == State.FILLED
    assert Fill.objects.get().exchange_order_id == order.exchange_id


def test_of_several_lost_orders_each_is_given_its_own(
    review: Review, wire: Wire, paper: PaperExchange
) -> None:
    tokens = [review(amount=amount) for amount in ("0.01", "0.01", "0.02")]
    wire.forged["order/submit"] = b""
    for token in tokens:
        assert not services.place_order(Order.objects.select_related("account").get(token=token))
        # A repetition of what was just placed would have to be confirmed; this is a later one.
        Order.objects.update(
            saved_at=F("saved_at") - timedelta(minutes=1),
            clicked_at=F("clicked_at") - timedelta(minutes=1),
            created_at=F("created_at") - timedelta(minutes=1),
        )
    read_now()
    placed = {accepted.cid: accepted.id for accepted in paper.ledger.orders}

    assert {order.cid: order.exchange_id for order in Order.objects.all()} == placed
    assert len(placed) == 3


@pytest.fixture
def never_arrived(review: Review, paper: PaperExchange) -> Order:
    """An order of which we do not know that the exchange never saw it."""
    now = timezone.now()
    mine = Order.objects.filter(token=review())
    mine.update(state=State.UNKNOWN, cid=2**44, cid_date=now.date(), sent_at=now)
    return mine.get()


def test_f40_a_foreign_order_with_our_client_id_is_not_adopted(
    never_arrived: Order,
    paper: PaperExchange,
    paper_account_name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    paper.place(paper_account_name, "tBTCUSD", "0.02", "60000", cid=never_arrived.cid)
    read_now()
    never_arrived.refresh_from_db()

    assert never_arrived.state == State.UNKNOWN
    assert Order.objects.get(origin="website").amount == Decimal("0.02")
    assert "under this order's client id" in never_arrived.alarm
    assert never_arrived.alarm in caplog.text


def test_an_unknown_order_that_never_arrived_stays_unknown(never_arrived: Order) -> None:
    read_now()
    read_now()
    never_arrived.refresh_from_db()

    assert never_arrived.state == State.UNKNOWN


def test_a_sync_sends_nothing(order: Order, paper: PaperExchange) -> None:
    Order.objects.create(
        user=order.user,
        account=order.account,
        state=State.INTENT,
        symbol="tBTCUSD",
        side="buy",
        type="EXCHANGE LIMIT",
        amount=Decimal("0.01"),
        price=Decimal(60000),
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(seconds=15),
    )
    for _ in range(3):
        read_now()

    assert len(paper.ledger.orders) == 1
    assert not [each for each in paper.ledger.requests[3:] if "/w/" in each.path]


@pytest.mark.django_db(transaction=True)
def test_what_changed_is_told_once(
    order: Order, paper: PaperExchange, hints: Hints, paper_account_name: str
) -> None:
    read_now()
    hints.clear()
    paper.place(paper_account_name, "tBTCUSD", "0.02", "50000")
    read_now()
    read_now()

    assert hints == [(order.user_id, "orders-changed")]


def test_a_fill_has_the_balances_read_again(order: Order, paper: PaperExchange) -> None:
    read_now()
    BalancePoll.objects.update(due_at=timezone.now() + timedelta(hours=1))
    paper.move_price("tBTCUSD", "59000")
    read_now()

    assert due_work.due_account_ids(BalancePoll) == [order.account_id]


def test_an_order_that_rests_does_not(order: Order) -> None:
    later = timezone.now() + timedelta(hours=1)
    due_work.due_account_ids(BalancePoll)
    read_now()
    BalancePoll.objects.update(due_at=later)
    read_now()

    assert due_work.due_account_ids(BalancePoll) == []


def test_a_failure_keeps_the_orders_and_says_why(order: Order, settings: Any) -> None:
    read_now()
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"
    read_now()

    assert OrderSync.objects.get().last_error == "The exchange cannot be reached."
    assert Order.objects.get().state == State.OPEN


def test_a_key_that_does_not_open_is_told(account: ExchangeAccount) -> None:
    SealedKey.objects.update(envelope="broken")
    sync.sync_due_orders()

    assert "cannot be opened" in OrderSync.objects.get().last_error


def test_open_orders_are_asked_about_often_and_quiet_accounts_rarely(
    account: ExchangeAccount, order: Order, settings: Any
) -> None:
    often = timedelta(seconds=settings.OPEN_ORDERS_SECONDS)
    rarely = timedelta(seconds=settings.ORDERS_SECONDS)
    intervals = [sync.interval(account.pk)]
    for state, sent_at in (
        (State.FILLED, timezone.now()),
        (State.UNKNOWN, timezone.now()),
        (State.UNKNOWN, timezone.now() - timedelta(hours=1)),
    ):
        Order.objects.update(state=state, sent_at=sent_at)
        intervals.append(sync.interval(account.pk))

    assert intervals == [often, rarely, often, rarely]


def test_two_syncs_of_one_account_never_run_together(order: Order) -> None:
    due_work.due_account_ids(OrderSync)
    claim = due_work.claim(OrderSync, order.account_id, again_after=timedelta(0))

    assert claim is not None
    assert not sync.sync_orders(order.account_id)


def test_a_reading_whose_claim_was_lost_is_not_stored(account: ExchangeAccount) -> None:
    due_work.due_account_ids(OrderSync)
    slow = due_work.claim(OrderSync, account.pk, again_after=timedelta(0))
    assert slow is not None
    OrderSync.objects.update(claimed_until=timezone.now())
    due_work.claim(OrderSync, account.pk, again_after=timedelta(0))
    reading = sync.Reading(orders={}, fills=[fill(1)], is_whole=True)
    sync.store(account=account, reading=reading, claim=slow)

    assert not Fill.objects.exists()


@hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(order_of_arrival=st.permutations([1, 2, 3, 3, 2, 1, 1]), cut=st.integers(0, 7))
def test_f42_fills_in_any_order_and_number_are_kept_once(
    account: ExchangeAccount, order_of_arrival: list[int], cut: int
) -> None:
    Fill.objects.all().delete()
    sync.store_fills(account, [fill(number) for number in order_of_arrival[:cut]])
    sync.store_fills(account, [fill(number) for number in order_of_arrival[cut:]])

    assert sorted(each.trade_id for each in Fill.objects.all()) == [1, 2, 3]


def test_a_sale_and_its_fee_are_kept_without_signs(account: ExchangeAccount) -> None:
    sync.store_fills(account, [fill(1, "-0.5")])
    row = Fill.objects.get()

    assert row.side == "sell"
    assert row.amount == Decimal("0.5")
    assert row.fee == Decimal("0.00002")


def test_a_reading_and_the_stream_take_turns_on_an_account(
    order: Order, paper: PaperExchange
) -> None:
    """PostgreSQL ends one of two transactions that wait for each other's orders."""
    (placed,) = client_for(order.account).open_orders()
    with CaptureQueriesContext(connection) as asked_for:
        sync.apply_order(order.account, placed)

    tables = [query["sql"] for query in asked_for if not query["sql"].startswith("SAVEPOINT")]
    assert OrderSync._meta.db_table in tables[0]
