"""The form that sets an alert: a market and a price, read as strictly as an order's."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from dashboard.figures import plain
from dashboard.markets import selectors as markets
from dashboard.markets.models import Instrument
from dashboard.orders.typed import NotANumber, typed_number
from exchange.symbols import cut_price, price_is_exact

NO_MARKET = "There is no such market. Write a pair like BTC/USD."
LONGEST = 60


class AlertForm(forms.Form):
    """A market, by its symbol or its name, and the price to be told of."""

    symbol = forms.CharField(required=False, max_length=1000, label="Market")
    price = forms.CharField(required=False, max_length=100_000, label="Price")

    def clean_symbol(self) -> Instrument:
        text = self.cleaned_data["symbol"]
        found = markets.instrument(text) or markets.canonical(text.replace("/", ""))
        found = found or markets.by_public_name(text)
        if found is None or len(text) > LONGEST:
            raise ValidationError(NO_MARKET)
        return found

    def clean_price(self) -> Decimal:
        try:
            price = typed_number(self.cleaned_data["price"], "price")
        except NotANumber as exc:
            raise ValidationError(str(exc)) from exc
        if not price_is_exact(price):
            near = plain(cut_price(price))
            raise ValidationError(f"The exchange keeps five digits of a price: {near}.")
        return price
