"""Requests as only programs send them: other methods, no form token, bodies that are no form."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dashboard.accounts.models import User
from dashboard.markets.models import Instrument
from dashboard.orders.models import Order
from dashboard.orders.states import State
from tests.dashboard.orders.conftest import text_of, ticket

pytestmark = pytest.mark.usefixtures("account")


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("address", ["/orders/place/", "/orders/{order}/cancel/"])
def test_b37_only_a_post_places_or_cancels(
    owner_client: Client, open_order: Order, address: str, method: str
) -> None:
    url = address.format(order=open_order.pk)

    assert getattr(owner_client, method)(url).status_code == 405


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_b37_the_ticket_takes_get_and_post(owner_client: Client, method: str) -> None:
    assert getattr(owner_client, method)("/orders/new/").status_code == 405


@pytest.mark.parametrize(
    "address", ["/orders/new/", "/orders/place/", "/orders/{order}/cancel/", "/sign-out/"]
)
@pytest.mark.parametrize("token", ["", "wrong", "x" * 64], ids=["missing", "short", "foreign"])
def test_b34_a_post_without_its_forms_token_is_forbidden(
    owner: User, open_order: Order, address: str, token: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    fields = ticket() | ({"csrfmiddlewaretoken": token} if token else {})
    answer = client.post(address.format(order=open_order.pk), fields)

    assert answer.status_code == 403
    assert Order.objects.count() == 1


JSON_BODY = json.dumps(ticket()).encode()


@pytest.mark.parametrize(
    ("content_type", "body", "statuses"),
    [
        ("application/json", JSON_BODY, {422}),
        ("application/x-www-form-urlencoded", b"amount=%ff%fe&symbol=tBTCUSD", {422}),
        ("application/x-www-form-urlencoded", b"amount=" + b"1" * 3_000_000, {400, 413}),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 2000), {400, 413}),
        ("application/x-www-form-urlencoded; charset=bogus", b"amount=1", {400, 415, 422}),
        ("application/x-www-form-urlencoded; charset=utf-16", b"amount=1", {400, 415, 422}),
        ("multipart/form-data", b"no boundary", {400, 422}),
        ("text/plain", b"amount=1", {415, 422}),
    ],
    ids=["json", "bad utf-8", "3 MB", "2000 fields", "bogus", "utf-16", "multipart", "text"],
)
def test_b36_a_body_that_is_no_form_is_refused_without_a_crash(
    owner_client: Client,
    live_bitcoin: Instrument,
    content_type: str,
    body: bytes,
    statuses: set[int],
) -> None:
    answer = owner_client.generic("POST", "/orders/new/", body, content_type=content_type)

    assert answer.status_code in statuses
    assert not Order.objects.exists()


def test_b36_a_file_beside_the_ticket_is_ignored(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    file = SimpleUploadedFile("amount.txt", b"99")
    answer = owner_client.post("/orders/new/", ticket() | {"file": file}, follow=True)

    assert answer.status_code == 200
    assert Order.objects.get().amount == Decimal("0.01")


def test_b35_doubled_fields_are_refused(owner_client: Client, live_bitcoin: Instrument) -> None:
    answer = owner_client.post("/orders/new/", ticket() | {"amount": ["0.01", "0.02"]})

    assert answer.status_code == 422
    assert "came twice" in text_of(answer)


def test_b35_foreign_members_reach_no_column(
    owner_client: Client, stranger: User, live_bitcoin: Instrument
) -> None:
    owner_client.post(
        "/orders/new/", ticket() | {"user_id": stranger.pk, "state": "OPEN"}, follow=True
    )
    order = Order.objects.get()

    assert order.user.username == "owner"
    assert order.state == State.DRAFT
