from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.live.board import board
from dashboard.markets.models import Instrument
from dashboard.orders import journal
from dashboard.orders.holds import PLACING_CHECKS
from dashboard.orders.models import Fill, Order, SafetyChange, TradingLimits
from dashboard.orders.safety import limits, worth
from dashboard.orders.safety.limits import Limits
from dashboard.orders.states import State
from exchange.models.orders import OrderType
from exchange.paper import PaperExchange
from tests.dashboard.conftest import SetPrice
from tests.dashboard.orders.conftest import Review

Draft = Callable[..., Order]


@pytest.fixture
def new_draft(account: ExchangeAccount, live_bitcoin: Instrument) -> Draft:
    def make(amount: str = "0.01", price: str = "60000", **further: object) -> Order:
        return journal.record_draft(
            account=account,
            symbol="tBTCUSD",
            **{"side": "buy", "type": OrderType.LIMIT} | further,  # type: ignore[arg-type]
            amount=Decimal(amount),
            price=Decimal(price),
        )

    return make


def press(order: Order) -> str:
    """Confirm an order as a press does; returns why it was held back."""
    try:
        journal.declare_intent(order, checks=[limits.placing_hold])
    except journal.HeldBack as held:
        return str(held)
    return ""


def add_fill(account: ExchangeAccount, number: int, side: str, price: str, **more: object) -> None:
    members: dict[str, object] = {
        "symbol": "tBTCUSD",
        "amount": Decimal("0.1"),
        "fee": None,
        "fee_currency": "",
        "traded_at": timezone.now(),
    }
    Fill.objects.create(
        account=account,
        trade_id=number,
        exchange_order_id=number,
        side=side,
        price=Decimal(price),
        **members | more,
    )


# What counts


def test_a_lower_limit_counts_at_once(account: ExchangeAccount, owner: User) -> None:
    limits.set_limits(account, Limits(largest_order_value=Decimal(1000)), user=owner)
    held = limits.set_limits(account, Limits(largest_order_value=Decimal(900)), user=owner)

    assert held.now.largest_order_value == 900
    assert not held.pending


@pytest.mark.parametrize("looser", [Decimal(2000), None], ids=["higher", "none"])
def test_a_looser_limit_counts_twelve_hours_later(
    account: ExchangeAccount, owner: User, looser: Decimal | None
) -> None:
    limits.set_limits(account, Limits(largest_order_value=Decimal(1000)), user=owner)
    before = timezone.now()
    held = limits.set_limits(account, Limits(largest_order_value=looser), user=owner)
    row = TradingLimits.objects.get()
    assert held.pending_from is not None
    shortly_before = limits.standing_of(row, held.pending_from - timedelta(seconds=1))
    then = limits.standing_of(row, held.pending_from)

    assert held.pending_from >= before + timedelta(hours=12)
    assert shortly_before.now.largest_order_value == 1000
    assert then.now.largest_order_value == looser
    assert not then.pending


def test_what_is_lower_counts_at_once_beside_what_is_looser(
    account: ExchangeAccount, owner: User
) -> None:
    limits.set_limits(
        account, Limits(largest_order_value=Decimal(1000), most_orders_a_day=10), user=owner
    )
    held = limits.set_limits(
        account, Limits(largest_order_value=Decimal(2000), most_orders_a_day=5), user=owner
    )

    assert (held.now.largest_order_value, held.now.most_orders_a_day) == (1000, 5)
    assert dict(held.pending) == {"largest_order_value": "2000"}


def test_asking_for_the_same_again_does_not_start_the_twelve_hours_anew(
    account: ExchangeAccount, owner: User
) -> None:
    limits.set_limits(account, Limits(most_orders_a_day=5), user=owner)
    first = limits.set_limits(account, Limits(most_orders_a_day=9), user=owner)
    second = limits.set_limits(account, Limits(most_orders_a_day=9), user=owner)
    third = limits.set_limits(account, Limits(most_orders_a_day=10), user=owner)

    assert first.pending_from == second.pending_from
    assert third.pending_from is not None
    assert second.pending_from is not None
    assert third.pending_from > second.pending_from


def test_what_waits_can_be_withdrawn(account: ExchangeAccount, owner: User) -> None:
    limits.set_limits(account, Limits(most_orders_a_day=5), user=owner)
    limits.set_limits(account, Limits(), user=owner)
    limits.withdraw_pending(account, user=owner)
    held = limits.standing(account)

    assert held.now.most_orders_a_day == 5
    assert not held.pending


def test_every_change_is_recorded(account: ExchangeAccount, owner: User) -> None:
    limits.set_limits(account, Limits(most_orders_a_day=5), user=owner)
    limits.set_limits(account, Limits(most_orders_a_day=9), user=owner)
    limits.withdraw_pending(account, user=owner)
    told = list(SafetyChange.objects.order_by("pk").values_list("subject", flat=True))

    assert told == ["limits", "looser limits", "looser limits withdrawn"]


# What is held back


def test_an_order_above_the_limit_for_one_is_held_back_in_words(
    account: ExchangeAccount, owner: User, new_draft: Draft
) -> None:
    limits.set_limits(account, Limits(largest_order_value=Decimal(610)), user=owner)
    fits, too_large = new_draft("0.01"), new_draft("0.011")

    assert press(fits) == ""
    assert "worth 671.00 USD and your limit for one order is 610.00 USD" in press(too_large)


def test_a_sale_at_a_low_price_counts_at_the_markets(
    account: ExchangeAccount, owner: User, new_draft: Draft
) -> None:
    limits.set_limits(account, Limits(largest_order_value=Decimal(600)), user=owner)

    assert "610.00 USD" in press(new_draft("0.01", "1", side="sell"))


def test_orders_of_a_day_are_counted_and_added_up(
    account: ExchangeAccount, owner: User, new_draft: Draft
) -> None:
    limits.set_limits(
        account, Limits(largest_day_value=Decimal(1300), most_orders_a_day=3), user=owner
    )
    told = [press(new_draft()) for _ in range(3)]
    small = press(new_draft("0.001"))
    again = press(new_draft("0.001"))

    assert told[:2] == ["", ""]
    assert "would be worth 1\u202f830.00 USD" in told[2]
    assert small == ""
    assert "3 orders a day, and 3 were placed today" in again


def test_what_never_left_does_not_count(
    account: ExchangeAccount, owner: User, new_draft: Draft
) -> None:
    limits.set_limits(account, Limits(most_orders_a_day=1), user=owner)
    first = new_draft()
    press(first)
    journal.move(first, State.EXPIRED_UNSENT)

    assert press(new_draft()) == ""


def test_yesterdays_orders_do_not_count(
    account: ExchangeAccount, owner: User, new_draft: Draft
) -> None:
    limits.set_limits(account, Limits(most_orders_a_day=1), user=owner)
    press(new_draft())
    Order.objects.update(saved_at=worth.day_start(timezone.now()) - timedelta(seconds=1))

    assert press(new_draft()) == ""


def test_without_a_price_a_limit_cannot_be_kept_so_nothing_is_placed(
    account: ExchangeAccount, owner: User, new_draft: Draft
) -> None:
    limits.set_limits(account, Limits(largest_order_value=Decimal(610)), user=owner)
    order = new_draft(type=OrderType.MARKET)
    Order.objects.filter(pk=order.pk).update(price=None)
    order.refresh_from_db()
    board.clear()

    assert "is not known" in press(order)


def test_the_loss_of_a_day_ends_it_but_positions_can_be_closed(
    account: ExchangeAccount, owner: User, new_draft: Draft, set_price: SetPrice
) -> None:
    limits.set_limits(account, Limits(largest_day_loss=Decimal(100)), user=owner)
    add_fill(account, 1, "buy", "61000")
    before = press(new_draft())
    set_price("tBTCUSD", "60000")

    assert before == ""
    assert "have lost 100.00 USD" in press(new_draft())
    assert press(new_draft(flags=1024)) == ""


def test_the_result_of_a_day_counts_fees_and_forgets_yesterday(
    account: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    today = worth.day_start(timezone.now())
    add_fill(account, 1, "buy", "61000", fee=Decimal("0.0002"), fee_currency="BTC")
    add_fill(account, 2, "sell", "60000", fee=Decimal("12"), fee_currency="USD")
    add_fill(account, 3, "buy", "99000", traded_at=today - timedelta(seconds=1))

    assert worth.result_since(account, today) == Decimal("-124.20")


def test_a_result_without_a_price_is_not_known(
    account: ExchangeAccount, owner: User, new_draft: Draft
) -> None:
    limits.set_limits(account, Limits(largest_day_loss=Decimal(100)), user=owner)
    add_fill(account, 1, "buy", "1", symbol="tXYZUSD")

    assert worth.result_since(account, worth.day_start(timezone.now())) is None
    assert "is not known" in press(new_draft())


def test_a_day_begins_at_midnight_utc() -> None:
    assert worth.day_start(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == datetime(
        2026, 3, 29, tzinfo=UTC
    )


def test_the_review_says_which_limit_held_an_order_back(
    owner_client: Client,
    owner: User,
    account: ExchangeAccount,
    review: Review,
    paper: PaperExchange,
) -> None:
    limits.set_limits(account, Limits(largest_order_value=Decimal(500)), user=owner)
    answer = owner_client.post("/orders/place/", {"token": review()})

    assert answer.status_code == 422
    assert "your limit for one order is 500.00 USD" in answer.content.decode()
    assert not paper.ledger.orders


@pytest.mark.django_db(transaction=True)
def test_limits_hold_under_fifty_presses_at_once(
    account: ExchangeAccount, owner: User, new_draft: Draft
) -> None:
    limits.set_limits(
        account, Limits(most_orders_a_day=7, largest_day_value=Decimal("3050")), user=owner
    )
    # No two alike, or they would count as the same order pressed again.
    drafts = [new_draft(f"0.0099{number:02}") for number in range(50)]
    together = threading.Barrier(50)

    def run(order: Order) -> str:
        try:
            together.wait(timeout=30)
            try:
                journal.declare_intent(order, checks=PLACING_CHECKS)
            except journal.HeldBack as held:
                return str(held)
            return ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=50) as pool:
        told = list(pool.map(run, drafts))

    assert told.count("") == 5
    assert Order.objects.filter(state=State.INTENT).count() == 5


# The page


def test_the_page_sets_limits_and_shows_what_waits(
    owner_client: Client, account: ExchangeAccount
) -> None:
    owner_client.post("/settings/safety/limits/", {"most_orders_a_day": "5"})
    page = owner_client.post("/settings/safety/limits/", {"most_orders_a_day": "8"}, follow=True)
    shown = page.content.decode()

    assert limits.standing(account).now.most_orders_a_day == 5
    assert "Orders a day 8" in shown
    assert "twelve hours" in shown

    owner_client.post("/settings/safety/limits/withdraw/")

    assert not limits.standing(account).pending


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("most_orders_a_day", "0"),
        ("most_orders_a_day", "1.5"),
        ("most_orders_a_day", "9999999"),
        ("largest_order_value", "1,5"),
        ("largest_order_value", "-1"),
        ("largest_day_value", "1e5"),
        ("largest_day_loss", "NaN"),
    ],
)
def test_a_limit_that_is_no_number_changes_nothing_and_stays_on_the_page(
    owner_client: Client, account: ExchangeAccount, name: str, text: str
) -> None:
    answer = owner_client.post("/settings/safety/limits/", {name: text})

    assert answer.status_code == 422
    assert f'value="{text}"' in answer.content.decode()
    assert limits.standing(account).now == Limits()


def test_a_stranger_sets_nobody_elses_limits(
    stranger_client: Client, account: ExchangeAccount
) -> None:
    answer = stranger_client.post("/settings/safety/limits/", {"most_orders_a_day": "1"})

    assert answer.status_code == 422
    assert limits.standing(account).now == Limits()
