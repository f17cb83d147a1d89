"""The form on which the figures of an order that stands are changed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import forms

from dashboard.figures import amount_text, plain
from dashboard.markets import selectors as markets
from dashboard.orders import amending, rules
from dashboard.orders.models import Order
from dashboard.orders.typed import NotANumber, typed_number
from exchange.symbols import cut_price, price_is_exact

# The ticket's names of a stop's prices, by the columns that hold them.
COLUMNS = {"stop": "price", "distance": "price_trailing"}


class AmendForm(forms.Form):
    """One field for each figure that can be changed, filled with what the order has."""

    def __init__(self, data: Mapping[str, str] | None = None, *, order: Order) -> None:
        self.order = order
        self.names = amending.fields_of(order)
        super().__init__(data, initial={name: plain(getattr(order, name)) for name in self.names})
        for name in self.names:
            self.fields[name] = forms.CharField(required=False, label=amending.TITLES[name])

    def clean(self) -> None:
        for name in self.names:
            try:
                self.cleaned_data[name] = self.number(name)
            except NotANumber as exc:
                self.add_error(name, str(exc))
        if self.errors:
            return
        if self.cleaned_data["amount"] <= self.order.executed:
            self.add_error(
                "amount",
                f"{amount_text(self.order.executed)} of it is filled: write more than that.",
            )
        if not self.changes():
            self.add_error(None, "Nothing is different from what the order has.")
        self.ask_rules()

    def number(self, name: str) -> Decimal:
        number = typed_number(self.cleaned_data.get(name, "").strip(), self.title(name))
        if name != "amount" and not price_is_exact(number):
            raise NotANumber(
                "The exchange takes at most 5 significant digits: "
                f"use {plain(cut_price(number))}, or another price."
            )
        return number

    @staticmethod
    def title(name: str) -> str:
        return amending.TITLES[name].lower()

    def ask_rules(self) -> None:
        """Hold the order as it would be to what every order has to keep."""
        instrument = markets.instrument(self.order.symbol)
        if instrument is None:
            self.add_error(
                None, "This market is no longer listed: the order can be cancelled only."
            )
            return
        meant = amending.changed(self.order, self.changes())
        for field, sentence in (
            *rules.stop_problems(meant),
            *rules.size_problems(meant, instrument),
        ):
            column = COLUMNS.get(field, field)
            self.add_error(column if column in self.fields else None, sentence)

    def changes(self) -> amending.Changes:
        """Return the figures that differ from the order's; only after validation."""
        return {
            name: self.cleaned_data[name]
            for name in self.names
            if isinstance(self.cleaned_data.get(name), Decimal)
            and self.cleaned_data[name] != getattr(self.order, name)
        }
