from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.alerts import services
from dashboard.alerts.models import PriceAlert
from dashboard.markets.models import Instrument
from tests.dashboard.conftest import HTMX
from tests.dashboard.pages.page import Page

PRICE = Decimal("70000")


def text(client: Client, path: str = "/alerts/") -> str:
    return client.get(path).content.decode()


def test_an_alert_is_set_by_the_name_of_its_market_and_listed(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    answer = owner_client.post("/alerts/set/", {"symbol": "btc/usd", "price": "70000"}, follow=True)
    page = answer.content.decode()

    assert answer.redirect_chain == [("/alerts/", 303)]
    assert "You will be told when BTC/USD rises to 70\u202f000." in page
    assert "rises to" in page
    assert PriceAlert.objects.get().price == PRICE


@pytest.mark.parametrize("market", ["", "nothing", "tNOPEUSD", "<b>", "x" * 900, "BTC/", "/"])
def test_a_market_that_is_none_is_refused_and_what_was_typed_stays(
    owner_client: Client, live_bitcoin: Instrument, market: str
) -> None:
    answer = owner_client.post("/alerts/set/", {"symbol": market, "price": "70000"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "There is no such market" in page
    assert 'value="70000"' in page
    assert not PriceAlert.objects.exists()


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("", "Enter a price."),
        ("0", "above 0"),
        ("-1", "without a sign"),
        ("NaN", "plain digits"),
        ("1e5", "no exponent"),
        ("70 000", "without separators"),
        ("70000,5", "Use a point"),
        ("70001.23", "five digits of a price: 70001"),
        ("１２", "plain digits"),
        ("9" * 5000, "too long"),
        ("61000", "stands at"),
    ],
)
def test_b70_a_price_that_is_none_is_refused_and_what_was_typed_stays(
    owner_client: Client, live_bitcoin: Instrument, price: str, words: str
) -> None:
    answer = owner_client.post("/alerts/set/", {"symbol": "tBTCUSD", "price": price})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert words in page
    assert 'value="tBTCUSD"' in page
    assert not PriceAlert.objects.exists()


def test_a_market_page_sets_its_own_alert_in_place(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    answer = owner_client.post(
        "/alerts/set/", {"symbol": "tBTCUSD", "price": "50000"}, headers=HTMX
    )
    part = Page(answer.content.decode())

    assert answer.status_code == 200
    assert 'id="market-alerts"' in answer.content.decode()
    assert 'data-price="50000"' in answer.content.decode()
    assert part is not None


def test_a_market_page_says_in_place_why_an_alert_cannot_be(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    answer = owner_client.post("/alerts/set/", {"symbol": "tBTCUSD", "price": "much"}, headers=HTMX)
    part = answer.content.decode()

    assert answer.status_code == 422
    assert 'value="much"' in part
    assert 'aria-invalid="true"' in part


def test_what_rang_stands_on_every_page_until_it_was_seen(
    owner: User, owner_client: Client, live_bitcoin: Instrument
) -> None:
    services.ring(services.set_alert(owner, live_bitcoin, PRICE), Decimal("70010"))
    before = [text(owner_client, path) for path in ("/", "/markets/", "/orders/")]
    owner_client.post("/alerts/seen/")
    after = text(owner_client, "/")

    assert all("rose to 70\u202f000: it stood at 70\u202f010" in page for page in before)
    assert "rose to" not in after
    assert "70\u202f010" in text(owner_client)


def test_a_page_that_is_open_fetches_what_rang(
    owner: User, owner_client: Client, live_bitcoin: Instrument
) -> None:
    services.ring(services.set_alert(owner, live_bitcoin, PRICE), PRICE)
    part = owner_client.get("/alerts/rung/", headers=HTMX).content.decode()

    assert "<html" not in part
    assert 'hx-trigger="alerts-changed from:body' in part
    assert "rose to" in part


def test_an_alert_can_be_deleted(
    owner: User, owner_client: Client, live_bitcoin: Instrument
) -> None:
    alert = services.set_alert(owner, live_bitcoin, PRICE)
    answer = owner_client.post(f"/alerts/{alert.pk}/delete/")

    assert (answer.status_code, answer["Location"]) == (303, "/alerts/")
    assert "No alert waits" in text(owner_client)


def test_nobody_sees_or_deletes_somebody_elses(
    owner: User, stranger_client: Client, live_bitcoin: Instrument
) -> None:
    alert = services.set_alert(owner, live_bitcoin, PRICE)
    rang = services.set_alert(owner, live_bitcoin, Decimal("71000"))
    services.ring(rang, Decimal("71000"))

    assert stranger_client.post(f"/alerts/{alert.pk}/delete/").status_code == 404
    assert "No alert waits" in text(stranger_client)
    assert "rose to" not in text(stranger_client, "/")
    stranger_client.post("/alerts/seen/")
    rang.refresh_from_db()
    assert rang.seen_at is None


@pytest.mark.parametrize("path", ["/alerts/set/", "/alerts/seen/", "/alerts/1/delete/"])
def test_what_changes_something_is_posted(owner_client: Client, path: str) -> None:
    assert owner_client.get(path).status_code == 405


def test_a_chart_draws_a_line_at_each_price_that_is_waited_for(
    owner: User, owner_client: Client, stranger_client: Client, live_bitcoin: Instrument
) -> None:
    services.set_alert(owner, live_bitcoin, PRICE)
    address = "/alerts/marks/?symbol=tBTCUSD"

    line = {"kind": "line", "side": "", "price": "70000", "text": "Alert"}
    assert owner_client.get(address).json() == {"marks": [line]}
    assert owner_client.get("/alerts/marks/?symbol=tETHUSD").json() == {"marks": []}
    assert owner_client.get("/alerts/marks/").json() == {"marks": []}
    assert stranger_client.get(address).json() == {"marks": []}


def test_a_market_that_is_none_has_no_part(owner_client: Client) -> None:
    assert owner_client.get("/alerts/market/?symbol=tNOPEUSD").status_code == 404
