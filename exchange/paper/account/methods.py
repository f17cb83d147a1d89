"""The ways in which money comes in and goes out, and what going out costs.

Source: Bitfinex docs, "Withdrawal" and conf `pub:map:tx:method`; fees are invented.
"""

from __future__ import annotations

from exchange.paper.market.markets import CURRENCIES, Currency
from exchange.paper.numbers import parse_units

# Methods that are not called like their currency. Fiat money has none: wires are not simulated.
_OWN_NAMES = {"UST": "tetheruse", "XRP": "ripple", "UDC": "usdc"}
_FIAT = ("USD", "EUR", "GBP", "JPY", "TRY", "CNH")
# One address of the exchange serves everybody there; a tag tells whose the money is.
_WITH_TAG = frozenset({"XRP", "XLM", "EOS", "ATO", "TON", "XMR", "ALG"})
_FEE_IN_SMALLEST_ORDERS = 10


def _name(currency: Currency) -> str:
    letters = "".join(filter(str.isalnum, currency.label.lower()))
    return _OWN_NAMES.get(currency.code, letters)


_CURRENCIES = {_name(currency): currency for currency in CURRENCIES if currency.code not in _FIAT}

METHODS = {name: currency.code for name, currency in _CURRENCIES.items()}
"""Method to the code of its currency: "bitcoin" to "BTC"."""

LABELS = {currency.code: currency.label for currency in CURRENCIES}
"""Currency code to its full name: "UST" to "Tether USDt"."""


def has_tag(method: str) -> bool:
    """Tell whether deposits by a method need a tag beside the address."""
    return METHODS[method] in _WITH_TAG


def fee_of(method: str) -> int:
    """Return what a withdrawal costs, in units of its currency."""
    return parse_units(_CURRENCIES[method].minimum) * _FEE_IN_SMALLEST_ORDERS


def fees() -> dict[str, int]:
    """Return what withdrawals of each currency cost, in units."""
    return {code: fee_of(name) for name, code in METHODS.items()}
