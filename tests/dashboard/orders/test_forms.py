from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders.forms import TicketForm
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


REFUSED = {
    "b01 no amount": ("amount", {"amount": ""}, "Enter an amount."),
    "b01 spaces": ("amount", {"amount": "   "}, "Enter an amount."),
    "b02 zero": ("amount", {"amount": "0"}, "above 0"),
    "b04 comma": ("amount", {"amount": "1,5"}, "Use a point: 1.5."),
    "b07 underscore": ("amount", {"amount": "1_000"}, "without separators"),
    "b12 too small": ("amount", {"amount": "0.00001"}, "The smallest order is 0.00004 BTC."),
    "b12 too large": ("amount", {"amount": "2001"}, "The largest order is 2\u202f000.00 BTC."),
    "b15 null": ("amount", {"amount": "1\x00"}, "plain digits"),
    "b17 limit without a price": ("price", {"price": ""}, "Enter a price."),
    "b17 zero price": ("price", {"price": "0"}, "above 0"),
    "b19 six digits": ("price", {"price": "61234.5"}, "use 61234, or another price"),
    "b19 small price": ("price", {"price": "0.123456"}, "use 0.12345, or"),
    "b25 unknown type": ("type", {"type": "STOP"}, "Choose limit or market."),
    "b25 lower case": ("type", {"type": "limit"}, "Choose limit or market."),
    "b25 wire name": ("type", {"type": "EXCHANGE LIMIT"}, "Choose limit or market."),
    "b25 two in one": ("type", {"type": "LIMIT;MARKET"}, "Choose limit or market."),
    "b25 list": ("type", {"type": ["LIMIT", "MARKET"]}, "came twice"),
    "b26 neither side": ("side", {"side": "hold"}, "Choose buy or sell."),
    "b26 both sides": ("side", {"side": ["buy", "sell"]}, "came twice"),
    "b26 no side": ("side", {"side": ""}, "Choose buy or sell."),
    "b30 lower case": ("symbol", {"symbol": "btcusd"}, "no such market"),
    "b30 slash": ("symbol", {"symbol": "tBTC/USD"}, "no such market"),
    "b30 funding": ("symbol", {"symbol": "fUSD"}, "no such market"),
    "b31 path": ("symbol", {"symbol": "../../etc"}, "no such market"),
    "b31 encoded path": ("symbol", {"symbol": "%2e%2e"}, "no such market"),
    "b31 query": ("symbol", {"symbol": "tBTCUSD?x="}, "no such market"),
    "b31 encoded null": ("symbol", {"symbol": "tBTC%00"}, "no such market"),
    "b31 null": ("symbol", {"symbol": "tBTCUSD\x00"}, "no such market"),
    "b32 unknown": ("symbol", {"symbol": "tBTCUSX"}, "Did you mean BTC/USD (tBTCUSD)?"),
    "b32 long": ("symbol", {"symbol": "t" + "B" * 300}, "no such market"),
    "b32 emoji": ("symbol", {"symbol": "🚀"}, "no such market"),
    "b32 none": ("symbol", {"symbol": ""}, "Choose a market."),
    "b35 amount twice": ("amount", {"amount": ["1", "2"]}, "came twice"),
    "b35 same amount twice": ("amount", {"amount": ["0.01", "0.01"]}, "came twice"),
    "b35 array": ("amount", {"amount": "", "amount[]": "0.01"}, "Enter an amount."),
}


@pytest.mark.parametrize(("field", "changes", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused_at_its_field_with_a_sentence(
    account: ExchangeAccount, field: str, changes: dict[str, Any], words: str
) -> None:
    error = error_in(form_of(account, ticket() | changes), field)

    assert words in error


def test_b30_spaces_around_an_exact_symbol_are_dropped(account: ExchangeAccount) -> None:
    form = form_of(account, ticket(symbol=" tBTCUSD "))

    assert form.is_valid()
    assert form.cleaned_data["symbol"] == "tBTCUSD"


def test_b32_a_market_that_is_no_longer_listed_is_refused(
    account: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    Instrument.objects.update(is_listed=False)

    assert "no such market" in error_in(form_of(account, ticket()), "symbol")


@pytest.mark.parametrize("price", ["", "60000", "abc", "-1", "61234.567"])
def test_b18_a_market_order_ignores_whatever_stands_in_its_price(
    account: ExchangeAccount, price: str
) -> None:
    form = form_of(account, ticket(type="MARKET", price=price))

    assert form.is_valid(), form.errors
    assert form.cleaned_data["price"] is None


def test_b35_members_that_are_no_fields_are_ignored(account: ExchangeAccount) -> None:
    extra = {"user_id": "2", "state": "OPEN", "cid": "1", "account": "9"}
    form = form_of(account, ticket() | extra)

    assert form.is_valid()
    assert set(form.cleaned_data) == {"symbol", "side", "type", "amount", "price"}


def test_b13_a_sale_of_more_than_there_is_is_refused(
    funded: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    error = error_in(form_of(funded, ticket(side="sell", amount="0.6")), "amount")

    assert error == "Only 0.50 BTC is available."


def test_b13_a_purchase_beyond_the_balance_is_refused_with_its_cost(
    funded: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    error = error_in(form_of(funded, ticket(amount="1", price="60000")), "amount")

    assert error == ("This costs 60\u202f000.00 USD, but only 50\u202f000.00 USD is available.")


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
        st.sampled_from(["symbol", "side", "type", "amount", "price", "token", "x"]),
        st.text(max_size=60),
    )
)
def test_whatever_is_typed_gives_an_order_or_sentences(
    account: ExchangeAccount, fields: dict[str, str]
) -> None:
    form = form_of(account, fields)

    assert form.is_valid() or all(error for errors in form.errors.values() for error in errors)
