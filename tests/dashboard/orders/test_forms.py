from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dashboard.accounts.models import ExchangeAccount
from dashboard.live.board import board
from dashboard.markets.models import Instrument
from dashboard.orders.forms import TicketForm
from dashboard.orders.kinds import ticket_fields
from tests.dashboard.conftest import SetPrice
from tests.dashboard.orders.conftest import ticket

pytestmark = pytest.mark.usefixtures("live_bitcoin")


def form_of(account: ExchangeAccount, fields: dict[str, Any]) -> TicketForm:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return TicketForm(data, account=account)


def error_in(form: TicketForm, field: str) -> str:
    assert not form.is_valid()
    return str(form.errors.get(field, [""])[0])


def test_a_valid_ticket_is_taken_digit_for_digit(account: ExchangeAccount) -> None:
    form = form_of(account, ticket(amount="0.05", price="61234"))

    assert form.is_valid()
    assert form.cleaned_data["amount"] == Decimal("0.05")
    assert form.cleaned_data["price"] == Decimal("61234")


def test_b30_spaces_around_an_exact_symbol_are_dropped(account: ExchangeAccount) -> None:
    form = form_of(account, ticket(symbol=" tBTCUSD "))

    assert form.is_valid()
    assert form.cleaned_data["symbol"] == "tBTCUSD"


def test_b32_a_market_that_is_no_longer_listed_is_refused(
    account: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    Instrument.objects.update(is_listed=False)

    assert "no such market" in error_in(form_of(account, ticket()), "symbol")


def test_b35_members_that_are_no_fields_are_ignored(account: ExchangeAccount) -> None:
    extra = {"user_id": "2", "state": "OPEN", "cid": "1", "account": "9"}
    form = form_of(account, ticket() | extra)

    assert form.is_valid()
    assert set(form.cleaned_data) == set(TicketForm.base_fields)


TYPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "limit": ({}, {"type": "EXCHANGE LIMIT", "price": Decimal(60000)}),
    "market": ({"type": "MARKET"}, {"type": "EXCHANGE MARKET", "price": None}),
    "stop": (
        {"type": "STOP", "stop": "62000"},
        {"type": "EXCHANGE STOP", "price": Decimal(62000), "price_aux_limit": None},
    ),
    "stop limit": (
        {"type": "STOP_LIMIT", "stop": "62000", "price": "62100"},
        {
            "type": "EXCHANGE STOP LIMIT",
            "price": Decimal(62000),
            "price_aux_limit": Decimal(62100),
        },
    ),
    "trailing stop": (
        {"type": "TRAILING_STOP", "distance": "500"},
        {"type": "EXCHANGE TRAILING STOP", "price": None, "price_trailing": Decimal(500)},
    ),
    "fill or kill": ({"type": "FOK"}, {"type": "EXCHANGE FOK", "price": Decimal(60000)}),
    "immediate or cancel": ({"type": "IOC"}, {"type": "EXCHANGE IOC", "price": Decimal(60000)}),
    "pair": (
        {"flags": ["oco"], "stop": "62000"},
        {"price": Decimal(60000), "price_oco_stop": Decimal(62000), "flags": 16384},
    ),
    "post only and hidden": ({"flags": ["post-only", "hidden"]}, {"flags": 4096 + 64}),
    "margin": (
        {"wallet": "margin", "flags": ["reduce-only"]},
        {"type": "LIMIT", "flags": 1024},
    ),
}


@pytest.mark.parametrize(("changes", "columns"), TYPES.values(), ids=TYPES)
def test_every_type_becomes_the_order_it_names_and_finds_its_way_back(
    account: ExchangeAccount, changes: dict[str, Any], columns: dict[str, Any]
) -> None:
    Instrument.objects.update(is_on_margin=True)
    form = form_of(account, ticket() | changes)

    assert form.is_valid(), form.errors
    order = form.order()
    assert {name: getattr(order, name) for name in columns} == columns
    again = form_of(account, ticket_fields(order))
    assert again.is_valid(), again.errors
    assert ticket_fields(again.order()) == ticket_fields(order)


def test_prices_that_a_type_does_not_have_are_ignored(account: ExchangeAccount) -> None:
    leftovers = {"stop": "x", "distance": "-1"}
    form = form_of(account, ticket() | leftovers)

    assert form.is_valid()
    assert (form.order().price_oco_stop, form.order().price_trailing) == (None, None)


def test_an_end_is_read_as_utc(account: ExchangeAccount) -> None:
    end = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    form = form_of(account, ticket(tif=f"{end:%Y-%m-%dT%H:%M}"))

    assert form.is_valid(), form.errors
    assert form.order().time_in_force == end


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"amount": "600"}, "0.01"),
        ({"amount": "100"}, "0.00166666"),
        ({"amount": "610", "type": "MARKET"}, "0.01"),
        ({"amount": "620", "type": "STOP", "stop": "62000"}, "0.01"),
        ({"amount": "610", "type": "TRAILING_STOP", "distance": "5"}, "0.01"),
    ],
)
def test_an_amount_in_the_quote_currency_buys_no_more_than_it_pays_for(
    account: ExchangeAccount, changes: dict[str, str], amount: str
) -> None:
    form = form_of(account, ticket(unit="quote") | changes)

    assert form.is_valid(), form.errors
    assert form.order().amount == Decimal(amount)


def test_an_amount_in_the_quote_currency_needs_a_price(account: ExchangeAccount) -> None:
    board.clear()
    error = error_in(form_of(account, ticket(unit="quote", type="MARKET")), "amount")

    assert "write the amount in BTC" in error


def test_a_perpetual_contract_has_leverage_and_no_spot(account: ExchangeAccount) -> None:
    Instrument.objects.create(
        symbol="tBTCF0:USTF0",
        base="BTCF0",
        quote="USTF0",
        base_name="BTC-PERP",
        quote_name="USDt",
        minimum=Decimal("0.0001"),
        maximum=Decimal(10),
    )
    fields = ticket(symbol="tBTCF0:USTF0", leverage="10")

    assert "margin wallet only" in error_in(form_of(account, fields), "wallet")
    form = form_of(account, fields | {"wallet": "margin"})
    assert form.is_valid(), form.errors
    assert form.order().leverage == 10


@pytest.mark.parametrize("amount", ["0.5", "0.83333333"])
def test_b13_all_there_is_may_be_spent(
    funded: ExchangeAccount, live_bitcoin: Instrument, amount: str
) -> None:
    side = "sell" if amount == "0.5" else "buy"

    assert form_of(funded, ticket(side=side, amount=amount)).is_valid()


def test_b13_a_market_purchase_is_held_against_its_estimate(
    funded: ExchangeAccount, live_bitcoin: Instrument, set_price: SetPrice
) -> None:
    set_price("tBTCUSD", "100000")
    error = error_in(form_of(funded, ticket(type="MARKET", amount="0.6")), "amount")

    assert "This costs 60\u202f000.00 USD" in error


def test_a_balance_nobody_knows_yet_refuses_nothing(account: ExchangeAccount) -> None:
    assert form_of(account, ticket(amount="1000")).is_valid()


def test_a_market_without_known_sizes_takes_any_amount(account: ExchangeAccount) -> None:
    Instrument.objects.update(minimum=None, maximum=None)

    assert form_of(account, ticket(amount="0.00000001")).is_valid()


@hypothesis_settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    fields=st.dictionaries(
        st.sampled_from([*TicketForm.base_fields, "token", "x"]),
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(["tBTCUSD", "buy", "LIMIT", "STOP", "0.01", "60000", "oco", "quote"]),
        ),
    )
)
def test_whatever_is_typed_gives_an_order_or_sentences(
    account: ExchangeAccount, fields: dict[str, str]
) -> None:
    form = form_of(account, fields)

    assert form.is_valid() or all(error for errors in form.errors.values() for error in errors)
