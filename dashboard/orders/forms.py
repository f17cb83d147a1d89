"""The order ticket's input, judged before anything is written down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from dashboard.accounts.models import ExchangeAccount
from dashboard.figures import amount_text, plain
from dashboard.live.board import board
from dashboard.live.quotes import FeedState
from dashboard.markets import selectors as markets
from dashboard.markets.models import Instrument
from dashboard.orders.estimate import Estimate, limit_estimate, market_estimate
from dashboard.orders.typed import NotANumber, typed_number
from dashboard.portfolio import selectors as portfolio
from exchange.models.orders import OrderType
from exchange.symbols import cut_price, price_is_exact

NO_MARKET = "There is no such market."
TYPES = {"LIMIT": OrderType.LIMIT, "MARKET": OrderType.MARKET}


class NumberField(forms.CharField):
    """Money as text; `title` is what it is called in sentences."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, title: str) -> None:
        # The parser below speaks for itself about what is empty.
        super().__init__(required=False)
        self.title = title

    def run_validators(self, value: Any) -> None:
        """Leave everything to `number`, whose sentences fit the field."""

    def number(self, text: str) -> Decimal:
        try:
            return typed_number(text, self.title)
        except NotANumber as exc:
            raise ValidationError(str(exc)) from exc


def choice(choices: list[tuple[str, str]], sentence: str) -> forms.ChoiceField:
    """Return a field that answers everything outside its choices with one sentence."""
    return forms.ChoiceField(
        choices=choices, error_messages={"required": sentence, "invalid_choice": sentence}
    )


class TicketForm(forms.Form):
    """Side, type, amount and price of one order in one market.

    A market order takes no price: what stands in that field is ignored, whatever it is.
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
    type = choice([("LIMIT", "Limit"), ("MARKET", "Market")], "Choose limit or market.")
    amount = NumberField(title="amount")
    price = NumberField(title="price")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        account: ExchangeAccount,
        initial: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id="ticket-%s")
        self.account = account
        self.instrument: Instrument | None = None

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
        if self.data.get("type") == "MARKET":
            return None
        price = self.typed("price")
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
        amount = self.cleaned_data.get("amount")
        if self.instrument is None or amount is None:
            return
        self.check_size(self.instrument, amount)
        if not self.errors:
            self.check_balance(self.instrument)

    def refuse_doubles(self) -> None:
        """Refuse a field that came twice: which of the two was meant is anyone's guess."""
        assert isinstance(self.data, QueryDict)  # noqa: S101 - forms of people only
        for name in self.fields:
            if len(self.data.getlist(name)) > 1:
                self.add_error(name, "This field came twice. Fill it in once.")

    def check_size(self, instrument: Instrument, amount: Decimal) -> None:
        smallest, largest = instrument.minimum, instrument.maximum
        name = instrument.base_name
        if smallest is not None and amount < smallest:
            self.add_error("amount", f"The smallest order is {amount_text(smallest)} {name}.")
        elif largest is not None and amount > largest:
            self.add_error("amount", f"The largest order is {amount_text(largest)} {name}.")

    def check_balance(self, instrument: Instrument) -> None:
        is_buy = self.cleaned_data["side"] == "buy"
        needed = self.estimate().total if is_buy else self.cleaned_data["amount"]
        currency = instrument.quote if is_buy else instrument.base
        name = instrument.quote_name if is_buy else instrument.base_name
        available = portfolio.available(self.account, currency)
        if needed is None or available is None or needed <= available:
            return
        costs = f"This costs {amount_text(needed)} {name}, but" if is_buy else "Only"
        verb = "only " if is_buy else ""
        self.add_error("amount", f"{costs} {verb}{amount_text(available)} {name} is available.")

    def estimate(self) -> Estimate:
        """Return what the valid order would cost by what is known now."""
        assert self.instrument is not None  # noqa: S101 - only asked of a valid form
        return estimate_of(
            symbol=self.instrument.symbol,
            side=self.cleaned_data["side"],
            amount=self.cleaned_data["amount"],
            price=self.cleaned_data["price"],
        )


def estimate_of(*, symbol: str, side: str, amount: Decimal, price: Decimal | None) -> Estimate:
    """Return the cost of a limit order, or of a market order (no price) by the newest figures."""
    if price is not None:
        return limit_estimate(amount=amount, price=price)
    quote = board.quote(symbol)
    book = board.book(symbol)
    if book is not None and book.state is FeedState.STALE:
        book = None  # nobody may trade at those prices any more
    return market_estimate(side=side, amount=amount, book=book, last=quote.last if quote else None)
