from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders import listing, selectors
from dashboard.orders.models import Order, Origin
from dashboard.orders.paging import PER_PAGE
from dashboard.orders.states import State
from dashboard.orders.way import way_of
from tests.dashboard.conftest import SetPrice
from tests.dashboard.orders.conftest import PROOFS, a_fill

Add = Callable[..., Order]


@pytest.fixture
def add(account: ExchangeAccount, bitcoin: Instrument) -> Add:
    """Add an order: add(7, State.OPEN, side="sell")."""

    def make(number: int, state: State, **changes: object) -> Order:
        members: dict[str, object] = {
            "symbol": "tBTCUSD",
            "side": "buy",
            "type": "EXCHANGE LIMIT",
            "amount": Decimal(1),
            "price": Decimal(60000),
            "cid": 2**44 + number,
            "exchange_id": number,
            "created_at": timezone.now(),
        }
        return Order.objects.create(
            user=account.user, account=account, state=state, **members | PROOFS | changes
        )

    return make


def shown(client: Client, address: str) -> list[int]:
    page = client.get(address).content.decode()
    return [int(found) for found in re.findall(r'data-order="(\d+)"', page)]


def text(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def test_the_history_has_what_is_over_and_the_journal_everything(
    owner_client: Client, add: Add
) -> None:
    is_open, filled = add(1, State.OPEN), add(2, State.FILLED)
    add(3, State.DRAFT)

    assert shown(owner_client, "/orders/history/") == [filled.pk]
    assert set(shown(owner_client, "/orders/journal/")) == {filled.pk, is_open.pk}


@pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT}))
def test_every_state_is_found_under_one_word_beside_open(state: State) -> None:
    words = {name for name, each in listing.OUTCOMES.items() if state in each.states}

    assert len(words - {"open"} or words) == 1


def test_lists_keep_to_a_market_a_side_and_a_state(owner_client: Client, add: Add) -> None:
    refused = add(1, State.REJECTED, side="sell", reason="too small")
    bought = add(2, State.FILLED)
    elsewhere = add(3, State.FILLED, symbol="tETHUSD")

    assert shown(owner_client, "/orders/history/?state=refused") == [refused.pk]
    assert shown(owner_client, "/orders/history/?side=buy&symbol=tBTCUSD") == [bought.pk]
    assert shown(owner_client, "/orders/history/?symbol=tETHUSD") == [elsewhere.pk]


@pytest.mark.parametrize(
    "query",
    [
        "older=-1",
        "older=1e9-1",
        "newer=abc",
        "state=OPEN'--",
        "side=up",
        "symbol=%00",
        "symbol=tXXXUSD",
    ],
)
def test_b55_filters_and_pages_that_make_no_sense_count_as_not_given(
    owner_client: Client, add: Add, query: str
) -> None:
    order = add(1, State.FILLED)

    assert shown(owner_client, f"/orders/history/?{query}") == [order.pk]


def test_a_long_list_comes_in_parts_that_keep_the_filters(owner_client: Client, add: Add) -> None:
    orders = [add(number, State.FILLED) for number in range(PER_PAGE + 2)]
    first = shown(owner_client, "/orders/history/?side=buy")
    (older,) = re.findall(
        r'href="([^"]*older=[^"]*)"', text(owner_client, "/orders/history/?side=buy")
    )
    second = shown(owner_client, f"/orders/history/{older}")
    (newer,) = re.findall(
        r'href="([^"]*newer=[^"]*)"', text(owner_client, f"/orders/history/{older}")
    )

    assert len(first) == PER_PAGE
    assert first + second == [order.pk for order in reversed(orders)]
    assert older.startswith("?side=buy&")
    assert shown(owner_client, f"/orders/history/{newer}") == first


def test_the_newest_part_stays_the_newest_however_it_was_reached(
    owner_client: Client, add: Add
) -> None:
    for number in range(2 * PER_PAGE):
        add(number, State.FILLED)
    (older,) = re.findall(r'href="([^"]*older=[^"]*)"', text(owner_client, "/orders/history/"))
    (newer,) = re.findall(
        r'href="([^"]*newer=[^"]*)"', text(owner_client, f"/orders/history/{older}")
    )
    page = text(owner_client, f"/orders/history/{newer}")
    newest = add(1000, State.FILLED)

    assert 'id="listing"' in page
    (address,) = re.findall(r'id="listing"[^>]*hx-get="([^"]*)"', page)
    assert shown(owner_client, address)[0] == newest.pk


def test_the_fills_can_be_kept_to_a_side(
    owner_client: Client, account: ExchangeAccount, bitcoin: Instrument
) -> None:
    a_fill(account, 1, side="buy").save()
    a_fill(account, 2, side="sell").save()
    page = text(owner_client, "/orders/fills/?side=sell")

    assert re.findall(r'data-fill="(\d+)"', page) == ["2"]


def test_the_journal_gives_the_reason_of_a_refusal_and_what_was_confirmed(
    owner_client: Client, add: Add
) -> None:
    add(
        1,
        State.REJECTED,
        reason="The exchange refused this order: minimum size. Nothing was placed.",
        reference=json.dumps(["This is 60 % of your available USD."]),
    )
    page = text(owner_client, "/orders/journal/")

    assert "minimum size" in page
    assert "Confirmed: This is 60 % of your available USD." in page


@pytest.mark.parametrize("tab", ["history", "fills", "journal"])
def test_a_stranger_sees_nothing_of_it(
    stranger_client: Client, add: Add, account: ExchangeAccount, tab: str
) -> None:
    add(1, State.FILLED)
    a_fill(account, 1, side="buy").save()
    page = text(stranger_client, f"/orders/{tab}/")

    assert "Nothing here" in page
    assert "data-order=" not in page
    assert "data-fill=" not in page
    assert '<option value="tBTCUSD">' not in page


@pytest.mark.parametrize("tab", ["", "history/", "fills/", "journal/"])
def test_each_tab_fetches_itself_again_when_orders_change(owner_client: Client, tab: str) -> None:
    page = text(owner_client, f"/orders/{tab}")

    assert "orders-changed from:body" in page
    assert page.count('aria-label="Orders"') == 1


# One row


def test_a_row_says_how_far_its_price_is_from_the_market(
    owner_client: Client, add: Add, set_price: SetPrice
) -> None:
    add(1, State.OPEN)
    set_price("tBTCUSD", "62500")

    assert "−4.00\u202f% off the market" in text(owner_client, "/orders/")


def test_a_distance_from_an_old_price_is_not_shown(
    owner_client: Client, add: Add, set_price: SetPrice
) -> None:
    add(1, State.OPEN)
    set_price("tBTCUSD", "62500", age_ms=20_000)
    page = text(owner_client, "/orders/")

    assert "off the market" not in page
    assert "market not live" in page


def test_a_row_says_options_origin_and_filled_part(owner_client: Client, add: Add) -> None:
    add(
        1,
        State.OPEN,
        type="EXCHANGE STOP LIMIT",
        flags=64 | 4096,
        price_aux_limit=Decimal(59000),
        executed=Decimal("0.25"),
        origin=Origin.WEBSITE,
        created_at=timezone.now() - timedelta(minutes=5),
    )
    page = text(owner_client, "/orders/")

    assert all(
        words in page for words in ("stop limit", "hidden", "post only", "limit 59\u202f000")
    )
    assert "by the exchange's website" in page
    assert '<progress class="filled" max="1" value="0.25"' in page
    assert "5\u202fmin old" in page


def test_the_way_of_a_press_is_told_in_milliseconds(owner_client: Client, add: Add) -> None:
    start = timezone.now()
    order = add(
        1,
        State.OPEN,
        clicked_at=start,
        saved_at=start + timedelta(milliseconds=4),
        sent_at=start + timedelta(milliseconds=9),
        answered_at=start + timedelta(milliseconds=90),
    )
    page = text(owner_client, f"/orders/{order.pk}/")

    assert [(step.title, step.after_ms) for step in way_of(order)] == [
        ("clicked", None),
        ("saved", 4),
        ("sent", 5),
        ("answered", 81),
    ]
    assert 'data-step="answered" data-value="81"' in page


def test_a_fill_before_the_answer_by_another_clock_is_not_hidden(add: Add) -> None:
    start = timezone.now()
    order = add(1, State.FILLED, answered_at=start, first_fill_at=start - timedelta(milliseconds=3))

    assert way_of(order)[-1].words == "−3\u202fms"


def test_an_order_made_elsewhere_has_no_way(add: Add) -> None:
    assert selectors.order_row(add(1, State.OPEN, origin=Origin.OTHER_KEY)).way == []


def test_a_row_leads_to_changing_the_order_where_the_exchange_changes_such_orders(
    owner_client: Client, add: Add
) -> None:
    add(1, State.OPEN)
    order = Order.objects.get()
    link = f'href="/orders/{order.pk}/amend/"'
    open_row = text(owner_client, "/orders/")
    Order.objects.update(flags=16384)
    paired = text(owner_client, "/orders/")
    Order.objects.update(flags=0, state=State.FILLED)
    over = text(owner_client, "/orders/")

    assert (link in open_row, link in paired, link in over) == (True, False, False)
