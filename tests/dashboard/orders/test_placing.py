"""The press that places: with its token once, without one never, and only what was reviewed."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.markets.models import Instrument
from dashboard.orders.models import Order
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from tests.dashboard.conftest import HTMX, SetPrice
from tests.dashboard.orders.conftest import Review, text_of, ticket

pytestmark = pytest.mark.usefixtures("account")


def test_placing_without_javascript_leads_to_the_orders_page(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    answer = owner_client.post("/orders/place/", {"token": review()})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/orders/{Order.objects.get().pk}/"


def test_placing_with_htmx_gives_the_order_and_the_news(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    answer = owner_client.post("/orders/place/", {"token": review()}, headers=HTMX)

    assert answer.status_code == 200
    assert "<!doctype" not in text_of(answer)
    assert f'data-order="{Order.objects.get().pk}" data-state="OPEN"' in text_of(answer)
    assert "orders-changed" in json.loads(answer.headers["HX-Trigger"])


@pytest.mark.parametrize("token", [None, "", "x", "0" * 32, str(uuid4()), "\x00", "9" * 10_000])
def test_b33_a_token_that_is_none_means_that_the_form_expired(
    owner_client: Client, live_bitcoin: Instrument, paper: PaperExchange, token: str | None
) -> None:
    answer = owner_client.post("/orders/place/", {} if token is None else {"token": token})

    assert answer.status_code == 422
    assert "This form has expired. Nothing was sent by it." in text_of(answer)
    assert not paper.ledger.orders


def test_b33_the_token_of_another_person_means_that_the_form_expired(
    stranger_client: Client, review: Review, paper: PaperExchange
) -> None:
    answer = stranger_client.post("/orders/place/", {"token": review()})

    assert answer.status_code == 422
    assert "This form has expired" in text_of(answer)
    assert Order.objects.get().state == State.DRAFT
    assert not paper.ledger.orders


def test_b33_a_review_left_lying_expires(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    token = review()
    Order.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    answer = owner_client.post("/orders/place/", {"token": token})

    assert answer.status_code == 422
    assert not paper.ledger.orders


def test_a_price_that_went_stale_meanwhile_locks_placing(
    owner_client: Client, review: Review, paper: PaperExchange, set_price: SetPrice
) -> None:
    token = review()
    set_price("tBTCUSD", "61000", age_ms=18_000)
    answer = owner_client.post("/orders/place/", {"token": token}, headers=HTMX)

    assert answer.status_code == 422
    assert "placing waits until live prices are back" in text_of(answer)
    assert Order.objects.get().state == State.DRAFT
    assert not paper.ledger.orders


def test_a_market_delisted_meanwhile_is_not_ordered_in(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    token = review()
    Instrument.objects.update(is_listed=False)
    answer = owner_client.post("/orders/place/", {"token": token})

    assert answer.status_code == 422
    assert "no longer listed" in text_of(answer)
    assert not paper.ledger.orders


@pytest.mark.parametrize(
    "edited",
    [{"price": "1"}, {"amount": "999"}, {"symbol": "tETHUSD"}, {"side": "sell"}, {"flags": "oco"}],
    ids=str,
)
def test_b38_a_confirmation_with_other_figures_places_nothing(
    owner_client: Client, review: Review, paper: PaperExchange, edited: dict[str, str]
) -> None:
    token = review()
    answer = owner_client.post("/orders/place/", {"token": token} | edited)

    assert answer.status_code == 422
    assert "holds other figures than this review, so nothing was sent" in text_of(answer)
    assert Order.objects.get().state == State.DRAFT
    assert not paper.ledger.orders


def test_f28_the_same_token_with_another_amount_says_what_was_sent(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    token = review()
    owner_client.post("/orders/place/", {"token": token, "amount": "0.01"})
    again = owner_client.post("/orders/place/", {"token": token, "amount": "0.01"})
    other = owner_client.post("/orders/place/", {"token": token, "amount": "0.02"})

    assert (again.status_code, other.status_code) == (303, 409)
    assert "Already sent as another order" in text_of(other)
    assert "Buy 0.01 BTC at 60\u202f000 USD" in text_of(other)
    assert len(paper.ledger.orders) == 1


def test_b38_a_ticket_posted_straight_to_placing_places_nothing(
    owner_client: Client, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    answer = owner_client.post("/orders/place/", ticket())

    assert answer.status_code == 422
    assert not paper.ledger.orders
