"""The review as a page: the whole order in words, and the one-time token."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders.models import Order
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from tests.dashboard.conftest import SetPrice
from tests.dashboard.orders.conftest import Review, text_of, ticket, token_in

pytestmark = pytest.mark.usefixtures("account")


def test_the_review_says_the_whole_order_in_words(
    owner_client: Client, funded: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    page = text_of(owner_client.post("/orders/new/", ticket(), follow=True))

    assert "Buy 0.01 BTC at 60\u202f000" in page
    assert 'data-field="cost" data-value="600"' in page
    assert 'data-field="fee" data-value="0.00001"' in page
    assert 'data-field="received" data-currency="BTC" data-value="0.00999"' in page
    assert 'data-field="after" data-currency="USD" data-value="49400"' in page


def test_a_review_sends_nothing(
    owner_client: Client, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    owner_client.post("/orders/new/", ticket(), follow=True)

    assert Order.objects.get().state == State.DRAFT
    assert not [each for each in paper.ledger.requests if "/w/" in each.path]


def test_an_old_price_is_flagged_on_the_review(
    owner_client: Client, bitcoin: Instrument, set_price: SetPrice
) -> None:
    set_price("tBTCUSD", "61000", age_ms=12_000)
    page = text_of(owner_client.post("/orders/new/", ticket(), follow=True))

    assert "The newest price of BTC/USD is 12\u202fs old." in page
    assert 'name="token"' in page


@pytest.mark.parametrize("age_ms", [None, 18_000, 90_000])
def test_a_stale_price_takes_the_place_button_away(
    owner_client: Client, bitcoin: Instrument, set_price: SetPrice, age_ms: int | None
) -> None:
    if age_ms is not None:
        set_price("tBTCUSD", "61000", age_ms=age_ms)
    answer = owner_client.post("/orders/new/", ticket(), follow=True)
    page = text_of(answer)

    assert answer.status_code == 200
    assert "placing waits" in page
    assert 'name="token"' not in page
    assert "Check again" in page


def test_a_market_order_says_what_its_cost_rests_on(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    page = text_of(owner_client.post("/orders/new/", ticket(type="MARKET", price=""), follow=True))

    assert "by the last trade" in page
    assert "estimate by the last trade alone" in page


def test_an_assumed_fee_is_called_so(owner_client: Client, live_bitcoin: Instrument) -> None:
    page = text_of(owner_client.post("/orders/new/", ticket(), follow=True))

    assert "the usual rate: yours could not be read" in page


def test_a_review_is_a_page_that_can_be_loaded_again_until_it_is_placed(
    owner_client: Client, review: Review
) -> None:
    token = review()
    address = f"/orders/review/{token}/"

    assert token_in(text_of(owner_client.get(address))) == token
    owner_client.post("/orders/place/", {"token": token})
    afterwards = owner_client.get(address)

    assert afterwards.status_code == 303
    assert afterwards.headers["Location"] == f"/orders/{Order.objects.get().pk}/"


def test_nobody_elses_review_can_be_seen(stranger_client: Client, review: Review) -> None:
    answer = stranger_client.get(f"/orders/review/{review()}/")

    assert answer.status_code == 404
    assert "Nothing was sent" in text_of(answer)
