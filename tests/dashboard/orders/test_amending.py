from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.selectors import CANNOT_TRADE
from dashboard.live.board import board
from dashboard.orders import amending
from dashboard.orders.models import Amendment, Order, OrderSync
from dashboard.orders.models.changes import ChangeState
from dashboard.orders.safety import kill_switch, limits
from dashboard.orders.safety.limits import Limits
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Review, Wire, refusal, text_of, token_in


@pytest.fixture
def order(owner_client: Client, review: Review, paper: PaperExchange) -> Order:
    """An order that stands at the exchange: buy 0.01 BTC at 60 000."""
    token = review()
    owner_client.post("/orders/place/", {"token": token})
    placed = Order.objects.get(token=token)
    assert placed.state == State.OPEN, placed.reason
    return placed


def figures(**changes: str) -> dict[str, str]:
    return {"amount": "0.01", "price": "60000"} | changes


def change(client: Client, order: Order, **changes: str) -> Any:
    """Fill in the form, then press the button of what it shows."""
    address = f"/orders/{order.pk}/amend/"
    shown = client.post(address, figures(**changes))
    assert shown.status_code == 200, text_of(shown)
    return client.post(address, figures(**changes) | {"token": token_in(text_of(shown))})


def at_exchange(paper: PaperExchange, order: Order) -> Any:
    assert order.exchange_id is not None
    return paper.order(order.exchange_id)


def test_the_form_holds_what_the_order_has(owner_client: Client, order: Order) -> None:
    page = text_of(owner_client.get(f"/orders/{order.pk}/amend/"))

    assert 'name="amount" type="text" inputmode="decimal" autocomplete="off" value="0.01"' in page
    assert 'name="price" type="text" inputmode="decimal" autocomplete="off" value="60000"' in page


def test_the_review_shows_old_and_new_and_sends_nothing(
    owner_client: Client, order: Order, paper: PaperExchange
) -> None:
    asked = len(paper.ledger.requests)
    page = text_of(owner_client.post(f"/orders/{order.pk}/amend/", figures(price="59000")))

    assert '60000 → <strong data-field="after" data-value="59000">' in page
    assert not Amendment.objects.exists()
    assert len(paper.ledger.requests) == asked


def test_price_and_amount_change_at_the_exchange_and_on_the_page_at_once(
    owner_client: Client, order: Order, paper: PaperExchange
) -> None:
    answer = change(owner_client, order, price="59000", amount="0.02")
    order.refresh_from_db()
    there = at_exchange(paper, order)
    page = text_of(owner_client.get(f"/orders/{order.pk}/"))

    assert answer.status_code == 303
    assert (order.price, order.amount) == (Decimal(59000), Decimal("0.02"))
    assert (there.is_open, len(paper.ledger.orders)) == (True, 1)
    assert Amendment.objects.get().state == ChangeState.DONE
    assert "Amount 0.02, price 59000" in page
    assert "Changed." in page


def test_a_fill_in_between_makes_nothing_larger(owner_client: Client, order: Order) -> None:
    update = amending.update_of(order, {"amount": Decimal("0.015")})

    assert (update.delta, update.amount) == (Decimal("0.005"), None)


def test_of_a_sale_less_is_a_difference_upwards(order: Order) -> None:
    order.side = "sell"

    assert amending.update_of(order, {"amount": Decimal("0.004")}).delta == Decimal("0.006")


def test_one_token_changes_once_however_often_it_is_posted(
    owner_client: Client, order: Order, paper: PaperExchange
) -> None:
    address = f"/orders/{order.pk}/amend/"
    token = token_in(text_of(owner_client.post(address, figures(price="59000"))))
    answers = [
        owner_client.post(address, figures(price=price) | {"token": token})
        for price in ("59000", "59000", "58000")
    ]
    order.refresh_from_db()

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert order.price == 59000
    assert Amendment.objects.count() == 1


def test_a_change_that_got_no_answer_is_looked_up_and_not_repeated(
    owner_client: Client, order: Order, wire: Wire, paper: PaperExchange
) -> None:
    wire.forged["order/update"] = b""
    change(owner_client, order, price="59000")
    wire.forged.clear()
    amendment = Amendment.objects.get()
    page = text_of(owner_client.get(f"/orders/{order.pk}/"))
    asked = [each for each in paper.ledger.requests if "order/update" in each.path]

    assert amendment.state == ChangeState.UNKNOWN
    assert "no answer came" in page
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("price", "is_read", "words"),
    [
        ("59000", False, "has the new figures"),
        ("60000", False, "Nothing is sent a second time"),
        ("60000", True, "other figures than these"),
    ],
)
def test_what_is_unknown_is_told_by_what_is_read_later(
    order: Order, account: ExchangeAccount, price: str, is_read: bool, words: str
) -> None:
    now = timezone.now()
    amendment = Amendment.objects.create(
        order=order,
        changes={"price": "59000"},
        state=ChangeState.UNKNOWN,
        made_at=now,
        answered_at=now,
    )
    order.price = Decimal(price)
    read_at = now + timedelta(seconds=1 if is_read else -1)
    OrderSync.objects.update_or_create(account=account, defaults={"read_whole_at": read_at})

    assert words in amending.result(amendment)


def test_a_refused_change_says_why(owner_client: Client, order: Order, wire: Wire) -> None:
    wire.forged["order/update"] = refusal(10001, "not today")
    change(owner_client, order, price="59000")
    order.refresh_from_db()

    assert order.price == 60000
    assert "did not change the order: not today." in Amendment.objects.get().reason


def test_a_change_that_could_not_leave_was_not_sent(
    owner_client: Client, order: Order, settings: object
) -> None:
    settings.EXCHANGE_AUTH_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    change(owner_client, order, price="59000")

    assert Amendment.objects.get().state == ChangeState.NOT_SENT


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": "1,5"}, "Use a point"),
        ({"price": "59000.5"}, "5 significant digits"),
        ({"price": ""}, "Enter a price"),
        ({"amount": "0"}, "must be above 0"),
        ({"amount": "0.00001"}, "The smallest order is"),
        ({}, "Nothing is different"),
    ],
)
def test_figures_that_cannot_be_are_refused_and_nothing_is_sent(
    owner_client: Client, order: Order, changes: dict[str, str], words: str
) -> None:
    answer = owner_client.post(f"/orders/{order.pk}/amend/", figures(**changes))

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Amendment.objects.exists()


def test_no_order_can_become_smaller_than_what_is_filled(
    owner_client: Client, order: Order
) -> None:
    Order.objects.update(executed=Decimal("0.005"))
    answer = owner_client.post(f"/orders/{order.pk}/amend/", figures(amount="0.005"))

    assert "0.005 of it is filled" in text_of(answer)


def test_a_price_far_above_the_market_asks_for_the_amount(
    owner_client: Client, order: Order
) -> None:
    answer = change(owner_client, order, price="90000")

    assert answer.status_code == 422
    assert 'name="typed"' in text_of(answer)
    assert not Amendment.objects.exists()


def test_nothing_is_changed_without_a_live_price(owner_client: Client, order: Order) -> None:
    board.clear()
    answer = change(owner_client, order, price="59000")

    assert answer.status_code == 422
    assert "placing waits" in text_of(answer)
    assert not Amendment.objects.exists()


def test_nothing_is_changed_while_the_kill_switch_is_on(
    owner_client: Client, order: Order, account: ExchangeAccount
) -> None:
    kill_switch.engage(account, by="a test", user=None)
    answer = change(owner_client, order, price="59000")

    assert answer.status_code == 422
    assert "kill switch" in text_of(answer)
    assert not Amendment.objects.exists()


def test_an_order_does_not_grow_beyond_a_limit(
    owner_client: Client, order: Order, account: ExchangeAccount, owner: User
) -> None:
    limits.set_limits(account, Limits(largest_order_value=Decimal(700)), user=owner)
    answer = change(owner_client, order, amount="0.02")

    assert answer.status_code == 422
    assert "your limit for one order is 700.00 USD" in text_of(answer)


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("EXCHANGE LIMIT", ["amount", "price"]),
        ("EXCHANGE STOP LIMIT", ["amount", "price", "price_aux_limit"]),
        ("TRAILING STOP", ["amount", "price_trailing"]),
        ("EXCHANGE UNHEARD OF", []),
    ],
)
def test_each_kind_has_its_figures(order: Order, type: str, fields: list[str]) -> None:
    order.type = type

    assert amending.fields_of(order) == fields


@pytest.mark.parametrize(
    "changes", [{"state": State.FILLED}, {"flags": 16384}], ids=["over", "a pair"]
)
def test_what_is_over_or_one_of_a_pair_cannot_be_changed(
    owner_client: Client, order: Order, changes: dict[str, object]
) -> None:
    Order.objects.update(**changes)
    page = owner_client.get(f"/orders/{order.pk}/amend/")
    posted = owner_client.post(f"/orders/{order.pk}/amend/", {"token": str(uuid4())})

    assert "cannot be changed" in text_of(page)
    assert posted.status_code == 422
    assert not Amendment.objects.exists()


def test_a_stranger_changes_nothing(stranger_client: Client, order: Order) -> None:
    assert stranger_client.get(f"/orders/{order.pk}/amend/").status_code == 404
    assert stranger_client.post(f"/orders/{order.pk}/amend/", figures()).status_code == 404


def test_the_orders_page_leads_to_it(owner_client: Client, order: Order) -> None:
    page = text_of(owner_client.get(f"/orders/{order.pk}/"))

    assert re.search(rf'href="/orders/{order.pk}/amend/"', page)


def may_withdraw(account: ExchangeAccount) -> None:
    key_health.judge(account.pk, {"withdraw": [True, True]})


def may_only_read(account: ExchangeAccount) -> None:
    ExchangeAccount.objects.filter(pk=account.pk).update(permissions={"orders": [True, False]})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("spoil", "words"), [(may_withdraw, key_health.SUSPENDED), (may_only_read, CANNOT_TRADE)]
)
def test_f65_f66_with_a_key_that_may_not_trade_nothing_is_changed_and_nothing_typed_is_lost(
    owner_client: Client, order: Order, paper: PaperExchange, spoil: Any, words: str
) -> None:
    address = f"/orders/{order.pk}/amend/"
    typed = figures(price="59000", amount="0.02")
    token = token_in(text_of(owner_client.post(address, typed)))
    spoil(order.account)
    writes = len([each for each in paper.ledger.requests if "/w/" in each.path])

    before = text_of(owner_client.get(address))
    answer = owner_client.post(address, typed | {"token": token})
    page = text_of(answer)

    assert words in before
    assert answer.status_code == 422
    assert words in page
    assert re.search(r'name="price" value="59000"', page)
    assert re.search(r'name="amount" value="0.02"', page)
    assert not Amendment.objects.exists()
    assert len([each for each in paper.ledger.requests if "/w/" in each.path]) == writes
    order.refresh_from_db()
    assert (order.state, order.price) == (State.OPEN, Decimal(60000))
