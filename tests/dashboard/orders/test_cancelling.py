from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.orders import cancelling
from dashboard.orders.models import Cancellation, Order
from dashboard.orders.models.changes import ChangeState
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import PROOFS, Review, Wire, refusal

Place = Callable[..., Order]


@pytest.fixture
def place(owner_client: Client, review: Review, paper: PaperExchange) -> Place:
    """Place an order and return it: place(side="sell", price="90000")."""

    def send(**changes: str) -> Order:
        token = review(**changes)
        ticks = {"confirm": ["again", "away", "balance", "crosses", "volume"]}
        owner_client.post("/orders/place/", {"token": token} | ticks)
        order = Order.objects.get(token=token)
        assert order.state == State.OPEN, order.reason
        return order

    return send


def press(client: Client, address: str = "/orders/cancel/", *orders: Order) -> str:
    named = ",".join(str(order.pk) for order in orders)
    answer = client.post(address, {"orders": named}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def states(*orders: Order) -> list[str]:
    for order in orders:
        order.refresh_from_db()
    return [order.state for order in orders]


def test_first_it_shows_what_would_be_cancelled_and_sends_nothing(
    owner_client: Client, place: Place, paper: PaperExchange
) -> None:
    buy, sell = place(), place(side="sell", price="90000")
    asked = len(paper.ledger.requests)
    page = owner_client.get("/orders/cancel/").content.decode()

    assert f'value="{sell.pk},{buy.pk}"' in page
    assert "Cancel these 2 orders" in page
    assert len(paper.ledger.requests) == asked


def test_a_side_is_cancelled_and_the_other_stays(owner_client: Client, place: Place) -> None:
    buy, sell = place(), place(side="sell", price="90000")
    page = owner_client.get("/orders/cancel/?symbol=tBTCUSD&side=buy").content.decode()
    told = press(owner_client, "/orders/cancel/?symbol=tBTCUSD&side=buy", buy)

    assert f'value="{buy.pk}"' in page
    assert "All buys in BTC/USD" in page
    assert states(buy, sell) == [State.CANCELED, State.OPEN]
    assert '<strong class="result">Cancelled.</strong>' in told


def test_an_order_outside_the_scope_is_not_cancelled_with_it(
    owner_client: Client, place: Place
) -> None:
    buy, sell = place(), place(side="sell", price="90000")
    press(owner_client, "/orders/cancel/?side=sell", buy, sell)

    assert states(buy, sell) == [State.OPEN, State.CANCELED]


def test_what_was_placed_after_the_page_was_shown_is_not_cancelled_by_it(
    owner_client: Client, place: Place
) -> None:
    first = place()
    second = place(amount="0.02")
    press(owner_client, "/orders/cancel/", first)

    assert states(first, second) == [State.CANCELED, State.OPEN]


def test_f44_an_order_that_was_filled_first_is_said_to_be(
    owner_client: Client, place: Place, paper: PaperExchange
) -> None:
    order = place()
    paper.move_price("tBTCUSD", "50000")
    told = press(owner_client, "/orders/cancel/", order)

    assert states(order) == [State.FILLED]
    assert "Was filled before it could be cancelled." in told


def test_f45_an_order_that_was_closed_elsewhere_was_already_closed(
    owner_client: Client, place: Place, paper: PaperExchange
) -> None:
    order = place()
    assert order.exchange_id is not None
    paper.cancel(order.exchange_id)
    told = press(owner_client, "/orders/cancel/", order)

    assert states(order) == [State.CANCELED]
    assert "Was already closed." in told


def test_f46_an_answer_that_was_lost_is_not_confirmed_and_safe_to_repeat(
    owner_client: Client, place: Place, wire: Wire
) -> None:
    order = place()
    wire.forged["order/cancel/multi"] = b""
    told = press(owner_client, "/orders/cancel/", order)
    wire.forged.clear()

    assert "Not confirmed: look again." in told

    press(owner_client, "/orders/cancel/", order)

    assert states(order) == [State.CANCELED]
    assert Cancellation.objects.count() == 2


def test_a_refusal_is_given_for_each_order(owner_client: Client, place: Place, wire: Wire) -> None:
    order = place()
    wire.forged["order/cancel/multi"] = refusal(10001, "not today")
    told = press(owner_client, "/orders/cancel/", order)

    assert "The exchange did not cancel: not today." in told
    assert states(order) == [State.OPEN]


def test_both_of_a_pair_end_with_one_press(owner_client: Client, place: Place) -> None:
    one, other = place(), place(amount="0.03")
    told = press(owner_client, "/orders/cancel/", one, other)

    assert told.count('class="result">Cancelled.') == 2


@pytest.mark.parametrize("named", ["", "x", "-1", "9" * 40, "1;2", "%00"])
def test_names_that_are_none_cancel_nothing(owner_client: Client, place: Place, named: str) -> None:
    order = place()
    answer = owner_client.post("/orders/cancel/", {"orders": named}, follow=True)

    assert "There was nothing to cancel" in answer.content.decode()
    assert states(order) == [State.OPEN]


def test_a_stranger_cancels_nothing_and_sees_no_results(
    stranger_client: Client, owner_client: Client, place: Place
) -> None:
    order = place()
    stranger_client.post("/orders/cancel/", {"orders": str(order.pk)})

    assert states(order) == [State.OPEN]

    press(owner_client, "/orders/cancel/", order)
    batch = Cancellation.objects.get().batch
    page = stranger_client.get(f"/orders/cancelled/{batch}/").content.decode()

    assert "data-cancellation" not in page


@pytest.mark.parametrize("query", ["side=up", "symbol=tXXXUSD", "symbol=%00", "symbol=<b>"])
def test_a_scope_that_is_none_is_not_found(
    owner_client: Client, account: ExchangeAccount, query: str
) -> None:
    assert owner_client.get(f"/orders/cancel/?{query}").status_code == 404


def row_of(account: ExchangeAccount, state: State, **changes: object) -> Cancellation:
    order = Order.objects.create(
        user=account.user,
        account=account,
        state=state,
        symbol="tBTCUSD",
        side="buy",
        type="EXCHANGE LIMIT",
        amount=Decimal(1),
        price=Decimal(1),
        cid=2**44,
        exchange_id=1,
        created_at=timezone.now(),
        executed=changes.pop("executed", Decimal(0)),
        **PROOFS,
    )
    members = {"outcome": ChangeState.DONE, "requested_at": timezone.now(), "scope": "a test"}
    return Cancellation.objects.create(
        account=account, user=account.user, order=order, batch=uuid4(), **members | changes
    )


@pytest.mark.parametrize(
    ("state", "changes", "words"),
    [
        (State.CANCELED, {"executed": Decimal("0.5")}, "part of it was filled"),
        (State.OPEN, {}, "has not confirmed it yet"),
        (State.OPEN, {"outcome": ChangeState.SENDING}, "Being asked"),
        (State.OPEN, {"outcome": ChangeState.UNKNOWN}, "Not confirmed"),
        (State.OPEN, {"outcome": ChangeState.NOT_SENT, "note": "Not sent."}, "Not sent."),
        (State.UNKNOWN, {}, "may or may not be at the exchange"),
        (State.UNKNOWN, {"outcome": ChangeState.UNKNOWN}, "Look again"),
        (State.NOT_PLACED, {}, "not at the exchange"),
    ],
)
def test_each_result_says_no_more_than_is_known(
    account: ExchangeAccount, state: State, changes: dict[str, object], words: str
) -> None:
    assert words in cancelling.result(row_of(account, state, **changes))


def test_a_request_whose_process_died_can_be_made_again(account: ExchangeAccount) -> None:
    row = row_of(account, State.OPEN, outcome=ChangeState.SENDING)
    fresh = cancelling.can_be_asked_again(row)
    row.requested_at -= timedelta(minutes=1)

    assert not fresh
    assert cancelling.can_be_asked_again(row)
    assert "look again" in cancelling.result(row)
