from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount, SealedKey, User
from dashboard.accounts.selectors import tended_accounts
from dashboard.accounts.services import paper_credentials
from dashboard.orders import services
from dashboard.orders.models import Order
from dashboard.orders.services import usable_order
from dashboard.orders.states import State
from exchange.errors import NotAuthenticated
from exchange.paper import PaperExchange, PaperKey, running_paper
from tests.dashboard.orders.conftest import Review, Wire, refusal

Hints = list[tuple[int, str]]


@pytest.fixture
def order(owner: User, review: Review) -> Order:
    """A reviewed order that nobody has confirmed."""
    return Order.objects.select_related("account").get(token=review())


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> Hints:
    told: Hints = []
    monkeypatch.setattr(services, "tell_person", lambda user, what: told.append((user, what)))
    return told


def test_a_review_is_found_by_its_token(order: Order, owner: User) -> None:
    assert usable_order(user=owner, token=order.token) == order


def test_b33_the_token_of_another_person_finds_nothing(order: Order, stranger: User) -> None:
    assert usable_order(user=stranger, token=order.token) is None


def test_b33_an_invented_token_finds_nothing(order: Order, owner: User) -> None:
    assert usable_order(user=owner, token=uuid4()) is None


def test_b33_a_review_expires_after_ten_minutes(order: Order, owner: User) -> None:
    Order.objects.update(created_at=timezone.now() - timedelta(minutes=11))

    assert usable_order(user=owner, token=order.token) is None


def test_what_was_placed_is_found_however_old_it_is(
    order: Order, owner: User, paper: PaperExchange
) -> None:
    services.place_order(order)
    Order.objects.update(created_at=timezone.now() - timedelta(days=1))

    assert usable_order(user=owner, token=order.token) == order


def test_what_is_sent_is_what_was_confirmed(order: Order, paper: PaperExchange) -> None:
    services.place_order(order)
    (accepted,) = paper.ledger.orders

    assert accepted.cid == order.cid
    assert accepted.symbol == order.symbol
    assert accepted.amount == order.signed_amount
    assert accepted.price == order.price


def test_numbers_travel_without_zeros_or_exponents(order: Order) -> None:
    order.refresh_from_db()
    sent = services.new_order(order).wire()

    assert sent["amount"] == "0.01"
    assert sent["price"] == "60000"


def test_a_sale_is_sent_with_a_minus_and_a_market_order_without_a_price(order: Order) -> None:
    order.side, order.type = "sell", "EXCHANGE MARKET"
    sent = services.new_order(order).wire()

    assert sent["amount"] == "-0.01"
    assert "price" not in sent


def test_the_person_is_told_that_orders_changed(
    order: Order, paper: PaperExchange, hints: Hints
) -> None:
    services.place_order(order)

    assert hints == [(order.user_id, "orders-changed")]


def test_placing_twice_sends_once(order: Order, paper: PaperExchange) -> None:
    services.place_order(order)
    services.place_order(order)

    assert len(paper.ledger.orders) == 1


def test_a_row_claimed_by_another_request_is_not_sent(order: Order, paper: PaperExchange) -> None:
    Order.objects.update(state=State.INTENT, expires_at=timezone.now() + timedelta(seconds=5))
    services.place_order(order)

    assert order.state == State.INTENT
    assert not paper.ledger.orders


@pytest.mark.parametrize(
    ("code", "words", "state", "sentence"),
    [
        (10100, "apikey: invalid", State.REJECTED, "does not accept this key"),
        (10020, "symbol: invalid", State.REJECTED, "symbol: invalid"),
        (10000, "unknown", State.UNKNOWN, "got no answer"),
    ],
)
def test_each_answer_of_the_exchange_has_its_state(
    order: Order, wire: Wire, code: int, words: str, state: State, sentence: str
) -> None:
    wire.forged["order/submit"] = refusal(code, words)
    services.place_order(order)

    assert order.state == state
    assert sentence in order.reason


def test_a_refusal_that_may_hide_an_order_is_looked_up_and_the_order_found(
    order: Order, wire: Wire, paper: PaperExchange
) -> None:
    wire.forged["order/submit"] = refusal(10001, "Momentary balance check.")
    services.place_order(order)

    assert order.state == State.OPEN
    assert order.exchange_id == paper.ledger.orders[0].id


def test_the_look_up_finds_an_order_that_is_closed_already(
    owner: User, review: Review, wire: Wire, paper: PaperExchange
) -> None:
    order = Order.objects.select_related("account").get(token=review(price="62000"))
    wire.forged["order/submit"] = refusal(10001, "Momentary balance check.")
    services.place_order(order)

    assert order.state == State.FILLED
    assert order.exchange_id == paper.ledger.orders[0].id


def test_a_refusal_that_cannot_be_looked_up_is_unknown(order: Order, wire: Wire) -> None:
    wire.forged["order/submit"] = refusal(10001, "Momentary balance check.")
    wire.forged["auth/r/orders"] = b""
    services.place_order(order)

    assert order.state == State.UNKNOWN


def test_a_key_that_does_not_open_sends_nothing(order: Order, paper: PaperExchange) -> None:
    SealedKey.objects.update(envelope="broken")
    services.place_order(order)

    assert order.state == State.NOT_SENT
    assert "cannot be opened" in order.reason
    assert not paper.ledger.orders


def test_whatever_breaks_after_the_claim_the_outcome_is_called_unknown(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(_: ExchangeAccount) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "client_for", break_off)
    services.place_order(order)

    assert order.state == State.UNKNOWN


def test_a_read_only_key_is_told_that_it_may_not_order(order: Order, settings: Any) -> None:
    credentials = paper_credentials()
    reader = PaperKey.read_only(credentials.key, credentials.secret)
    with running_paper(keys=[reader]) as exchange:
        settings.EXCHANGE_AUTH_URL = exchange.rest_url
        services.place_order(order)

    assert order.state == State.REJECTED
    assert "may not place orders" in order.reason


def test_a_cancellation_that_could_not_be_sent_says_so(
    order: Order, paper: PaperExchange, settings: Any
) -> None:
    services.place_order(order)
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"
    services.cancel_order(order)
    order.refresh_from_db()

    assert order.state == State.OPEN
    assert "was not sent" in order.cancel_note


def test_a_refused_cancellation_gives_the_reason(order: Order, wire: Wire) -> None:
    services.place_order(order)
    wire.forged["order/cancel"] = refusal(10001, "Order not found.")
    services.cancel_order(order)
    order.refresh_from_db()

    assert "did not cancel: Order not found." in order.cancel_note


def test_a_cancellation_can_be_pressed_again(
    order: Order, wire: Wire, paper: PaperExchange, owner_client: Client
) -> None:
    services.place_order(order)
    wire.forged["order/cancel"] = b""
    services.cancel_order(order)
    wire.forged.clear()
    services.cancel_order(order)
    order.refresh_from_db()

    assert order.state == State.OPEN
    assert order.cancel_note


def test_an_order_that_is_accepted_ends_the_rest_of_its_key(
    order: Order, paper: PaperExchange
) -> None:
    key_health.note_refusal(order.account_id, NotAuthenticated("apikey: invalid", 10100))
    resting = list(tended_accounts())
    services.place_order(order)

    assert order.state == State.OPEN
    assert resting == []
    assert list(tended_accounts()) == [order.account]
