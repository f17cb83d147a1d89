"""The form on which limits are set; an empty field is no limit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import forms

from dashboard.orders.safety.limits import TITLES, Limits, Standing
from dashboard.orders.typed import NotANumber, typed_number

MOST_ORDERS = 100_000


class LimitsForm(forms.Form):
    """Four numbers, each of which may be left out."""

    largest_order_value = forms.CharField(required=False)
    largest_day_value = forms.CharField(required=False)
    most_orders_a_day = forms.CharField(required=False)
    largest_day_loss = forms.CharField(required=False)

    def __init__(self, data: Mapping[str, str] | None = None, *, standing: Standing) -> None:
        texts = {name: text or "" for name, text in standing.now.as_text().items()}
        super().__init__(data, initial=texts)
        for name, title in TITLES.items():
            self.fields[name].label = title
            self.fields[name].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean_largest_order_value(self) -> Decimal | None:
        return self._amount("largest_order_value")

    def clean_largest_day_value(self) -> Decimal | None:
        return self._amount("largest_day_value")

    def clean_largest_day_loss(self) -> Decimal | None:
        return self._amount("largest_day_loss")

    def clean_most_orders_a_day(self) -> int | None:
        text = self.cleaned_data["most_orders_a_day"].strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 0 < len(text) <= 6):
            raise forms.ValidationError("Write a whole number, like 20.")
        if not 0 < int(text) <= MOST_ORDERS:
            raise forms.ValidationError(f"Write a number between 1 and {MOST_ORDERS}.")
        return int(text)

    def limits(self) -> Limits:
        """Return what was asked for; only after `is_valid`."""
        return Limits(**{name: self.cleaned_data[name] for name in TITLES})

    def _amount(self, name: str) -> Decimal | None:
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        try:
            return typed_number(text, "limit")
        except NotANumber as exc:
            raise forms.ValidationError(str(exc)) from exc
