"""The order ticket's input, judged before anything is written down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.figures import plain
from dashboard.markets import selectors as markets
from dashboard.markets.models import Instrument
from dashboard.orders import kinds, rules, sizing
from dashboard.orders.kinds import FLAG_TITLES, FLAGS, KINDS, Kind
from dashboard.orders.models import Order
from dashboard.orders.states import State
from dashboard.orders.typed import NotANumber, typed_number, typed_time
from exchange.symbols import cut_price, price_is_exact

NO_MARKET = "There is no such market."
NO_OPTION = "There is no such option."
MOST_LEVERAGE = 100


class TypedField(forms.CharField):
    """Text whose parser, in this module or another, speaks for itself about what is wrong."""

    def __init__(self, *, title: str, **attributes: str) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", **attributes})
        super().__init__(required=False, widget=widget)
        self.title = title

    def run_validators(self, value: Any) -> None:
        """Leave everything to the parser, whose sentences fit the field."""


class NumberField(TypedField):
    """Money as text; `title` is what it is called in sentences."""

    def __init__(self, *, title: str) -> None:
        super().__init__(title=title, inputmode="decimal")

    def number(self, text: str) -> Decimal:
        try:
            return typed_number(text, self.title)
        except NotANumber as exc:
            raise ValidationError(str(exc)) from exc


def choice(
    choices: list[tuple[str, str]], sentence: str, *, required: bool = True
) -> forms.ChoiceField:
    """Return a field that answers everything outside its choices with one sentence."""
    return forms.ChoiceField(
        choices=choices,
        required=required,
        error_messages={"required": sentence, "invalid_choice": sentence},
    )


class TicketForm(forms.Form):
    """One order in one market.

    Prices that the chosen kind does not have are ignored, whatever stands in them; options and
    ends that it cannot have are refused, because dropping them would change what was meant.
    """

    symbol = forms.CharField(
        max_length=40,
        error_messages={
            "required": "Choose a market.",
            "max_length": NO_MARKET,
            "null_characters_not_allowed": NO_MARKET,
        },
    )
    side = choice([("buy", "Buy"), ("sell", "Sell")], "Choose buy or sell.")
    type = choice([(kind.code, kind.title) for kind in KINDS.values()], "Choose a type of order.")
    wallet = choice(
        [("exchange", "Exchange"), ("margin", "Margin")], "Choose a wallet.", required=False
    )
    unit = choice([("base", "Base"), ("quote", "Quote")], "Choose a currency.", required=False)
    stop = NumberField(title="stop")
    price = NumberField(title="price")
    distance = NumberField(title="distance")
    amount = NumberField(title="amount")
    tif = TypedField(title="end")
    leverage = TypedField(title="leverage", inputmode="numeric")
    flags = forms.MultipleChoiceField(
        choices=list(FLAG_TITLES.items()),
        required=False,
        error_messages={"invalid_choice": NO_OPTION, "invalid_list": NO_OPTION},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        account: ExchangeAccount,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id="ticket-%s")
        self.account = account
        self.instrument: Instrument | None = None

    @property
    def kind(self) -> Kind | None:
        return KINDS.get(self.data.get("type", ""))

    @property
    def is_oco(self) -> bool:
        return "oco" in self.chosen_flags

    @property
    def chosen_flags(self) -> list[str]:
        data = self.data
        assert isinstance(data, QueryDict)  # noqa: S101 - forms of people only
        return data.getlist("flags")

    def clean_symbol(self) -> str:
        symbol: str = self.cleaned_data["symbol"]
        self.instrument = markets.instrument(symbol)
        if self.instrument is None:
            nearest = markets.nearest(symbol)
            hint = f" Did you mean {nearest.public_name} ({nearest.symbol})?" if nearest else ""
            raise ValidationError(f"{NO_MARKET}{hint}")
        return symbol

    def clean_amount(self) -> Decimal:
        return self.typed("amount")

    def clean_price(self) -> Decimal | None:
        return self.price_of("price")

    def clean_stop(self) -> Decimal | None:
        return self.price_of("stop")

    def clean_distance(self) -> Decimal | None:
        return self.price_of("distance")

    def clean_tif(self) -> Any:
        text = self.cleaned_data["tif"]
        try:
            return typed_time(text, timezone.now()) if text else None
        except NotANumber as exc:
            raise ValidationError(str(exc)) from exc

    def clean_leverage(self) -> int | None:
        text = self.cleaned_data["leverage"]
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_LEVERAGE):
            raise ValidationError(f"Write the leverage as a whole number, 1 to {MOST_LEVERAGE}.")
        return int(text)

    def price_of(self, name: str) -> Decimal | None:
        """Return the price in a field, None where the chosen kind has no such price."""
        kind = self.kind
        is_asked = kind is not None and name in kind.prices
        if not is_asked and not (name == "stop" and kind is not None and self.is_oco):
            return None
        price = self.typed(name)
        if not price_is_exact(price):
            raise ValidationError(
                "The exchange takes at most 5 significant digits: "
                f"use {plain(cut_price(price))}, or another price."
            )
        return price

    def typed(self, name: str) -> Decimal:
        field = self.fields[name]
        assert isinstance(field, NumberField)  # noqa: S101 - for the type checker
        return field.number(self.cleaned_data[name])

    def clean(self) -> None:
        self.refuse_doubles()
        if self.errors or self.instrument is None:
            return
        self.size_in_base(self.instrument)
        if not self.errors:
            order = self.order()
            held = sizing.available(order, self.instrument)
            for field, sentence in rules.problems(order, self.instrument, held):
                self.add_error(field, sentence)

    def refuse_doubles(self) -> None:
        """Refuse a field that came twice: which of the two was meant is anyone's guess."""
        assert isinstance(self.data, QueryDict)  # noqa: S101 - forms of people only
        for name in self.fields:
            values = self.data.getlist(name)
            if len(values) > 1 and (name != "flags" or len(set(values)) < len(values)):
                self.add_error(name, "This field came twice. Fill it in once.")

    def size_in_base(self, instrument: Instrument) -> None:
        """Turn an amount in the quote currency into the most that it pays for."""
        if self.cleaned_data["unit"] != "quote":
            return
        amount = sizing.amount_for_total(self.order(), self.cleaned_data["amount"])
        if amount is None:
            self.add_error(
                "amount",
                f"No price is known to reckon with: write the amount in {instrument.base_name}.",
            )
        elif not amount:
            self.add_error("amount", f"This buys less than 0.00000001 {instrument.base_name}.")
        else:
            self.cleaned_data["amount"] = amount

    def order(self) -> Order:
        """Return the valid ticket as an order that is written down nowhere."""
        data = self.cleaned_data
        kind = KINDS[data["type"]]
        return Order(
            user_id=self.account.user_id,
            account=self.account,
            state=State.DRAFT,
            symbol=data["symbol"],
            side=data["side"],
            type=kinds.wire_type(kind, is_margin=data["wallet"] == "margin"),
            amount=data["amount"],
            flags=sum(FLAGS[name] for name in data["flags"]),
            leverage=data["leverage"],
            time_in_force=data["tif"],
            **kinds.price_columns(kind, data),
        )
