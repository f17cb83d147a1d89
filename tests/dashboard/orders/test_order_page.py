"""One order as a page: its state in words, its figures, its end, and whose it is."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.live.board import board
from dashboard.orders.models import Fill, Order
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from tests.dashboard.conftest import HTMX
from tests.dashboard.orders.conftest import PROOFS, Review, text_of

pytestmark = pytest.mark.usefixtures("account")


def test_an_order_shows_its_state_in_words_and_numbers(
    owner_client: Client, open_order: Order
) -> None:
    page = text_of(owner_client.get(f"/orders/{open_order.pk}/"))

    assert 'data-field="state" data-value="OPEN">Partly filled.' in page
    assert 'data-field="executed" data-value="0.2"' in page
    assert 'data-field="remaining" data-value="0.3"' in page
    assert 'data-field="average" data-value="59999"' in page


def test_an_order_shows_its_fills_and_fees(owner_client: Client, open_order: Order) -> None:
    for trade_id, fee in ((1, "0.0002"), (2, "0.0003")):
        Fill.objects.create(
            account=open_order.account,
            trade_id=trade_id,
            exchange_order_id=77,
            symbol="tBTCUSD",
            side="buy",
            amount=Decimal("0.1"),
            price=Decimal(60000),
            fee=Decimal(fee),
            fee_currency="BTC",
            traded_at=timezone.now(),
        )
    page = text_of(owner_client.get(f"/orders/{open_order.pk}/"))

    assert 'data-field="fee" data-currency="BTC" data-value="0.0005"' in page
    assert page.count('data-fill="') == 2


@pytest.mark.parametrize("state", list(State))
def test_an_order_that_can_change_looks_again_by_itself_though_every_hint_be_lost(
    owner_client: Client, open_order: Order, state: State
) -> None:
    Order.objects.update(state=state, **PROOFS)
    page = text_of(owner_client.get(f"/orders/{open_order.pk}/"))

    can_change = {State.INTENT, State.SENDING, State.OPEN, State.UNKNOWN}
    assert ("every 2s" in page) == (state in can_change)


def test_a_draft_is_no_order_yet(owner_client: Client, review: Review) -> None:
    review()

    assert owner_client.get(f"/orders/{Order.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize("order_id", ["0", "999999", "18446744073709551616", "9" * 40])
def test_b39_orders_that_are_none_are_not_found(owner_client: Client, order_id: str) -> None:
    assert owner_client.get(f"/orders/{order_id}/").status_code == 404
    assert owner_client.post(f"/orders/{order_id}/cancel/").status_code == 404


@pytest.mark.parametrize("order_id", ["-1", "x", "1.5", "%00"])
def test_b39_what_is_no_number_is_not_found(owner_client: Client, order_id: str) -> None:
    assert owner_client.post(f"/orders/{order_id}/cancel/").status_code == 404


def test_b39_a_stranger_neither_sees_nor_cancels_the_owners_order(
    stranger_client: Client, open_order: Order
) -> None:
    seen = stranger_client.get(f"/orders/{open_order.pk}/")
    cancelled = stranger_client.post(f"/orders/{open_order.pk}/cancel/")
    listed = text_of(stranger_client.get("/orders/"))
    open_order.refresh_from_db()

    assert (seen.status_code, cancelled.status_code) == (404, 404)
    assert open_order.cancel_requested_at is None
    assert "data-order=" not in listed


def test_cancelling_is_never_locked_by_a_stale_price(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    owner_client.post("/orders/place/", {"token": review()})
    board.clear()
    order = Order.objects.get()
    answer = owner_client.post(f"/orders/{order.pk}/cancel/", headers=HTMX)
    order.refresh_from_db()

    assert answer.status_code == 204
    assert "orders-changed" in json.loads(answer.headers["HX-Trigger"])
    assert "waiting for the exchange to confirm" in order.cancel_note
