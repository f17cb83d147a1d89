"""The list of orders as a page, and what all pages of orders have in common."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders.models import Order, OrderSync
from dashboard.orders.states import State
from tests.dashboard.conftest import HISTORY, HTMX
from tests.dashboard.orders.conftest import text_of, ticket, token_in

pytestmark = pytest.mark.usefixtures("account")


@pytest.mark.parametrize(
    ("headers", "is_page"), [(None, True), (HTMX, False), (HISTORY, True)], ids=str
)
@pytest.mark.parametrize(
    "address",
    [
        "/orders/new/",
        "/orders/new/?symbol=tBTCUSD",
        "/orders/",
        "/orders/?show=open",
        "/orders/?symbol=tBTCUSD",
        "/orders/{order}/",
    ],
)
def test_htmx_gets_the_part_and_everyone_else_the_page(
    owner_client: Client, open_order: Order, headers: Any, is_page: bool, address: str
) -> None:
    url = address.format(order=open_order.pk)
    answer = owner_client.get(url, headers=headers)

    assert answer.status_code == 200
    assert ("<!doctype html>" in text_of(answer)) is is_page


def test_the_list_shows_open_and_past_orders_by_their_hooks(
    owner_client: Client, open_order: Order
) -> None:
    past = Order.objects.create(
        user=open_order.user,
        account=open_order.account,
        state=State.REJECTED,
        reason="The exchange refused this order: minimum size. Nothing was placed.",
        symbol="tBTCUSD",
        side="sell",
        type="EXCHANGE MARKET",
        amount=Decimal(1),
        cid=2**44 + 1,
        created_at=timezone.now(),
    )
    page = text_of(owner_client.get("/orders/"))
    rows = re.findall(r'data-order="(\d+)" data-state="(\w+)"', page)

    assert rows == [(str(open_order.pk), "OPEN"), (str(past.pk), "REJECTED")]
    assert "minimum size" in page
    assert 'data-field="price" data-value="60000"' in page


def test_the_list_can_keep_to_one_market(
    owner_client: Client, open_order: Order, tether: Instrument
) -> None:
    bitcoin = text_of(owner_client.get("/orders/?symbol=tBTCUSD"))
    other = text_of(owner_client.get("/orders/?symbol=tUSTUSD"))

    assert "data-order=" in bitcoin
    assert "data-order=" not in other
    assert 'hx-get="/orders/?symbol=tUSTUSD"' in other


def test_the_list_can_leave_out_what_is_over(owner_client: Client, open_order: Order) -> None:
    part = text_of(owner_client.get("/orders/?show=open", headers=HTMX))

    assert 'id="open-orders"' in part
    assert "data-order=" in part
    assert "Past orders" not in part


def test_empty_lists_say_what_to_do_next(owner_client: Client) -> None:
    page = text_of(owner_client.get("/orders/"))

    assert "No open orders" in page
    assert 'href="/orders/new/"' in page


def test_a_list_that_may_be_old_says_since_when(
    owner_client: Client, open_order: Order, account: ExchangeAccount
) -> None:
    sync = OrderSync.objects.create(account=account, last_error="The exchange did not answer.")
    never = text_of(owner_client.get("/orders/"))
    sync.last_success = timezone.now()
    sync.save()
    once = text_of(owner_client.get("/orders/"))

    assert "The exchange did not answer. Orders have not been read yet." in never
    assert "These orders are as of" in once


def test_the_lists_fetch_themselves_again_on_every_occasion(owner_client: Client) -> None:
    part = text_of(owner_client.get("/orders/", headers=HTMX))

    assert "orders-changed from:body, htmx:wsOpen from:#live" in part


@pytest.mark.parametrize("address", ["/orders/", "/orders/new/", "/orders/{order}/"])
def test_nobody_gets_in_without_signing_in(open_order: Order, address: str) -> None:
    answer = Client().get(address.format(order=open_order.pk))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_every_form_that_posts_stops_a_second_click(
    owner_client: Client, open_order: Order, live_bitcoin: Instrument
) -> None:
    pages = [
        text_of(owner_client.get("/orders/new/?symbol=tBTCUSD", headers=HTMX)),
        text_of(owner_client.post("/orders/new/", ticket(), headers=HTMX)),
        text_of(owner_client.get("/orders/", headers=HTMX)),
    ]
    forms = [form for page in pages for form in re.findall(r"<form[^>]*post[^>]*>", page)]

    assert len(forms) == 3
    assert all('hx-disabled-elt="find ' in form for form in forms)
    assert token_in(pages[1])
