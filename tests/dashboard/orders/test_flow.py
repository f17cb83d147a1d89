"""The whole way of an order against a real paper exchange over sockets."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from dashboard.accounts.due_work import due_account_ids
from dashboard.accounts.models import ExchangeAccount, User
from dashboard.markets.models import Instrument
from dashboard.orders.models import Fill, Order, OrderSync, Origin
from dashboard.orders.states import State
from dashboard.orders.sync import sync_due_orders
from dashboard.portfolio.models import BalancePoll, Wallet
from dashboard.portfolio.services import poll_due_balances
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Review, Wire

pytestmark = pytest.mark.django_db(transaction=True)


def place(client: Client, token: str, **headers: str) -> Order:
    client.post("/orders/place/", {"token": token, "confirm": "crosses"}, headers=headers or None)
    return Order.objects.get(token=token)


def test_an_order_that_crosses_is_filled_and_the_balances_follow(
    owner_client: Client, review: Review, paper: PaperExchange, funded: ExchangeAccount
) -> None:
    order = place(owner_client, review(price="62000"))
    sync_due_orders()
    poll_due_balances()
    order.refresh_from_db()
    bitcoin = Wallet.objects.get(type="exchange", currency="BTC")

    assert order.state == State.FILLED
    assert order.executed == Decimal("0.01")
    assert order.average_price == Decimal("61001")
    assert Fill.objects.get().fee == Decimal("0.00002")
    assert bitcoin.balance == Decimal("0.50998")
    assert len(paper.ledger.orders) == 1


def test_an_order_that_rests_is_open_and_reserves_its_cost(
    owner_client: Client, review: Review, paper: PaperExchange, funded: ExchangeAccount
) -> None:
    order = place(owner_client, review(price="60000"))
    sync_due_orders()
    poll_due_balances()
    order.refresh_from_db()
    dollars = Wallet.objects.get(type="exchange", currency="USD")

    assert order.state == State.OPEN
    assert dollars.balance - dollars.available == Decimal("600")


def test_a_resting_order_fills_when_the_price_comes_to_it(
    owner_client: Client, review: Review, paper: PaperExchange, funded: ExchangeAccount
) -> None:
    order = place(owner_client, review(price="60000"))
    sync_due_orders()
    paper.move_price("tBTCUSD", "59000")
    OrderSync.objects.update(due_at=order.created_at)
    sync_due_orders()
    order.refresh_from_db()

    assert order.state == State.FILLED
    assert order.average_price == Decimal("60000")


def test_a_market_order_trades_at_once(
    owner_client: Client, review: Review, paper: PaperExchange, funded: ExchangeAccount
) -> None:
    order = place(owner_client, review(side="sell", type="MARKET", price=""))
    sync_due_orders()
    order.refresh_from_db()

    assert order.state == State.FILLED
    assert order.price is None
    assert order.average_price == Decimal("60999")


def test_two_posts_of_one_review_make_one_order(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    token = review()
    first = owner_client.post("/orders/place/", {"token": token})
    second = owner_client.post("/orders/place/", {"token": token})

    assert second.headers["Location"] == first.headers["Location"]
    assert len(paper.ledger.orders) == 1


def test_many_posts_of_one_review_at_once_make_one_order(
    owner: User, review: Review, paper: PaperExchange
) -> None:
    token = review()
    barrier = threading.Barrier(8)
    statuses: list[int] = []

    def press() -> None:
        client = Client()
        client.force_login(owner)
        barrier.wait()
        statuses.append(client.post("/orders/place/", {"token": token}).status_code)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [303] * 8
    assert len(paper.ledger.orders) == 1
    assert Order.objects.get().cid == paper.ledger.orders[0].cid


def test_a_lost_answer_is_unknown_and_says_so(
    owner_client: Client, review: Review, wire: Wire, paper: PaperExchange
) -> None:
    token = review()
    wire.forged["order/submit"] = b""
    answer = owner_client.post("/orders/place/", {"token": token}, follow=True)

    assert Order.objects.get().state == State.UNKNOWN
    assert "It may or may not be at the exchange" in answer.content.decode().replace("&#x27;", "'")
    assert len(paper.ledger.orders) == 1


def test_a_lost_answer_is_looked_up_and_the_order_adopted(
    owner_client: Client, review: Review, wire: Wire, paper: PaperExchange
) -> None:
    token = review()
    wire.forged["order/submit"] = b""
    order = place(owner_client, token)
    sync_due_orders()
    order.refresh_from_db()

    assert order.state == State.OPEN
    assert order.exchange_id == paper.ledger.orders[0].id
    assert Order.objects.count() == 1


def test_pressing_again_after_a_lost_answer_sends_nothing(
    owner_client: Client, review: Review, wire: Wire, paper: PaperExchange
) -> None:
    token = review()
    wire.forged["order/submit"] = b""
    place(owner_client, token)
    wire.forged.clear()
    order = place(owner_client, token)

    assert order.state == State.UNKNOWN
    assert len(paper.ledger.orders) == 1


def test_an_exchange_that_is_down_means_not_sent(
    owner_client: Client, review: Review, account: ExchangeAccount, settings: object
) -> None:
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    order = place(owner_client, review())

    assert order.state == State.NOT_SENT
    assert "Nothing was sent" in order.reason


def test_a_refusal_of_the_exchange_is_told_with_its_reason(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    order = place(owner_client, review(amount="5"))

    assert order.state == State.REJECTED
    assert "not enough exchange balance" in order.reason
    assert not paper.ledger.orders


def test_an_open_order_can_be_cancelled(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    order = place(owner_client, review())
    answer = owner_client.post(f"/orders/{order.pk}/cancel/")
    sync_due_orders()
    order.refresh_from_db()

    assert answer.status_code == 303
    assert order.state == State.CANCELED
    assert order.cancel_requested_at is not None


def test_a_lost_answer_to_a_cancellation_is_not_called_cancelled(
    owner_client: Client, review: Review, wire: Wire, paper: PaperExchange
) -> None:
    order = place(owner_client, review())
    wire.forged["order/cancel"] = b""
    owner_client.post(f"/orders/{order.pk}/cancel/")
    order.refresh_from_db()
    page = owner_client.get("/orders/").content.decode()

    assert order.state == State.OPEN
    assert "not confirmed" in page
    assert "Cancel again" in page


def test_cancelling_what_is_over_changes_nothing(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    order = place(owner_client, review(price="62000"))
    sync_due_orders()
    answer = owner_client.post(f"/orders/{order.pk}/cancel/")
    order.refresh_from_db()

    assert answer.status_code == 303
    assert order.state == State.FILLED
    assert order.cancel_requested_at is None


def test_an_order_that_filled_before_the_cancellation_says_so(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    order = place(owner_client, review(price="62000"))
    owner_client.post(f"/orders/{order.pk}/cancel/")
    sync_due_orders()
    page = owner_client.get(f"/orders/{order.pk}/").content.decode()

    assert "before the cancellation arrived" in page


def test_placing_has_orders_and_balances_read_again_at_once(
    owner_client: Client, review: Review, paper: PaperExchange, account: ExchangeAccount
) -> None:
    due_account_ids(OrderSync)
    due_account_ids(BalancePoll)
    sync_due_orders()
    poll_due_balances()
    place(owner_client, review())

    assert due_account_ids(OrderSync) == [account.pk]
    assert due_account_ids(BalancePoll) == [account.pk]


def test_orders_made_elsewhere_appear_with_where_they_came_from(
    owner_client: Client,
    live_bitcoin: Instrument,
    paper: PaperExchange,
    account: ExchangeAccount,
    paper_account_name: str,
) -> None:
    paper.place(paper_account_name, "tBTCUSD", "0.02", "50000")
    sync_due_orders()
    page = owner_client.get("/orders/").content.decode()

    assert Order.objects.get().origin == Origin.WEBSITE
    assert 'data-origin="website"' in page
