from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, SealedKey, User
from dashboard.live.board import board
from dashboard.markets.models import Instrument
from dashboard.orders.models import Fill, Order
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from tests.dashboard.conftest import HISTORY, HTMX, SetPrice
from tests.dashboard.orders.conftest import PROOFS, Review, ticket, token_in

pytestmark = pytest.mark.usefixtures("account")


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def open_order(account: ExchangeAccount, bitcoin: Instrument) -> Order:
    return Order.objects.create(
        user=account.user,
        account=account,
        state=State.OPEN,
        symbol="tBTCUSD",
        side="buy",
        type="EXCHANGE LIMIT",
        amount=Decimal("0.5"),
        price=Decimal(60000),
        executed=Decimal("0.2"),
        average_price=Decimal(59999),
        cid=2**44,
        exchange_id=77,
        created_at=timezone.now(),
    )


# The ticket


def test_the_ticket_shows_market_price_and_balances(
    owner_client: Client, funded: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    page = text_of(owner_client.get("/orders/new/?symbol=tBTCUSD"))

    assert "Order BTC/USD" in page
    assert 'data-symbol="tBTCUSD" data-field="ask" data-value="61000"' in page
    assert "Available: 50\u202f000.00 USD, 0.50 BTC." in page
    assert "At least 0.00004 BTC." in page


def test_a_link_fills_the_ticket_and_sends_nothing(
    owner_client: Client, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    link = "/orders/new/?symbol=tBTCUSD&side=sell&type=MARKET&amount=0.25&price=1"
    page = text_of(owner_client.get(link))

    assert 'value="sell" checked' in page
    assert 'value="MARKET" selected' in page
    assert 'name="amount" type="text"' in page
    assert 'value="0.25"' in page
    assert not Order.objects.exists()
    assert not paper.ledger.requests


def test_what_a_link_brings_is_cut_and_escaped(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    evil = '"><script>alert(1)</script>' + "9" * 100
    asked = {"symbol": "tBTCUSD", "amount": evil}
    part = owner_client.get("/orders/new/", asked, headers=HTMX).content.decode()

    assert "<script>alert" not in part
    assert "9" * 50 not in part


def test_without_a_market_the_page_asks_for_one(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    page = text_of(owner_client.get("/orders/new/"))

    assert '<option value="tBTCUSD">BTC/USD</option>' in page


def test_before_the_markets_are_known_the_page_says_so(owner_client: Client) -> None:
    assert "No markets are known yet" in text_of(owner_client.get("/orders/new/"))


@pytest.mark.parametrize(
    "symbol",
    ["tXXXUSD", "btcusd", "../../etc", "%2e%2e", "tBTCUSD?x=", "tBTC\x00", "t" * 300, "🚀"],
)
def test_b31_a_market_that_is_none_is_not_found(
    owner_client: Client, live_bitcoin: Instrument, symbol: str
) -> None:
    assert owner_client.get("/orders/new/", {"symbol": symbol}).status_code == 404
    assert owner_client.get("/orders/", {"symbol": symbol}).status_code == 404


def test_without_a_key_there_is_no_ticket(owner_client: Client, live_bitcoin: Instrument) -> None:
    SealedKey.objects.all().delete()
    page = text_of(owner_client.get("/orders/new/?symbol=tBTCUSD"))

    assert "Orders need an exchange key" in page


def test_a_stranger_has_no_key_to_order_with(
    stranger_client: Client, live_bitcoin: Instrument
) -> None:
    answer = stranger_client.post("/orders/new/", ticket())

    assert "Orders need an exchange key" in text_of(answer)
    assert not Order.objects.exists()


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


def test_an_invalid_ticket_keeps_everything_that_was_typed(
    owner_client: Client, live_bitcoin: Instrument
) -> None:
    typed = ticket(side="sell", type="LIMIT", amount="1,5", price="61234.56")
    answer = owner_client.post("/orders/new/", typed, headers=HTMX)
    part = text_of(answer)

    assert answer.status_code == 422
    assert "<!doctype" not in part
    assert 'value="1,5" aria-invalid="true"' in part
    assert 'value="61234.56" aria-invalid="true"' in part
    assert 'value="sell" checked' in part
    assert "Use a point: 1.5." in part
    assert not Order.objects.exists()


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "part"])
def test_an_empty_post_is_an_invalid_ticket(
    owner_client: Client, live_bitcoin: Instrument, headers: Any
) -> None:
    answer = owner_client.post("/orders/new/", {}, headers=headers)

    assert answer.status_code == 422
    assert "Choose a market." in text_of(answer)


def test_hostile_input_comes_back_as_text(owner_client: Client, live_bitcoin: Instrument) -> None:
    evil = '"><script>alert(1)</script>'
    answer = owner_client.post("/orders/new/", dict.fromkeys(ticket(), evil))

    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()


# The review


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


# Placing


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


# One order


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


# Cancelling


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


# The list


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
    from dashboard.orders.models import OrderSync

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
