"""Names of pairs, symbols and currencies, and the precision the exchange keeps.

A *pair* is "BTCUSD" or "DOGE:USD"; a *symbol* is what calls take, "tBTCUSD". The colon is written
unless both currencies have three letters. Funding has symbols of its own, "fUSD".
Source: Bitfinex docs, Symbols and pairs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from exchange import wire

PRICE_DIGITS = 5
PRICE_DECIMALS = 8
AMOUNT_DECIMALS = 8
AMOUNT_QUANTUM = Decimal("0.00000001")

_SYMBOL = re.compile(r"t(?:[A-Z0-9]{6}|[A-Z0-9]{1,15}:[A-Z0-9]{1,15})", re.ASCII)
_CURRENCY = re.compile(r"[A-Z0-9]{1,15}", re.ASCII)


def is_symbol(text: str) -> bool:
    """Tell whether `text` has the shape of a trading symbol; it need not be listed."""
    return _SYMBOL.fullmatch(text) is not None


def checked(symbol: str) -> str:
    """Return `symbol` as it is. Raises ValueError unless it is safe in a URL path."""
    if not is_symbol(symbol):
        raise ValueError(f"not a trading symbol: {symbol[:40]!r}")
    return symbol


def is_funding_symbol(text: str) -> bool:
    """Tell whether `text` has the shape of a funding symbol, "fUSD"; it need not be listed."""
    return text.startswith("f") and _CURRENCY.fullmatch(text[1:]) is not None


def checked_funding(symbol: str) -> str:
    """Return a funding symbol as it is. Raises ValueError unless it is safe in a URL path."""
    if not is_funding_symbol(symbol):
        raise ValueError(f"not a funding symbol: {symbol[:40]!r}")
    return symbol


def checked_currency(currency: str) -> str:
    """Return a currency code as it is. Raises ValueError unless it is safe in a URL path."""
    if not _CURRENCY.fullmatch(currency):
        raise ValueError(f"not a currency: {currency[:40]!r}")
    return currency


def symbol_of(pair: str) -> str:
    """Turn a pair into its symbol: "BTCUSD" becomes "tBTCUSD". Raises ValueError."""
    return checked(f"t{pair}")


def pair_of(symbol: str) -> str:
    """Turn a symbol into its pair: "tBTCUSD" becomes "BTCUSD". Raises ValueError."""
    return checked(symbol)[1:]


def split(symbol: str) -> tuple[str, str]:
    """Return base and quote currency, by the colon or, without one, three letters each.

    Raises ValueError where neither fits.
    """
    base, colon, quote = pair_of(symbol).partition(":")
    return (base, quote) if colon else (base[:3], base[3:])


def join(base: str, quote: str) -> str:
    """Return the symbol of two currencies, with a colon unless both have three letters."""
    colon = "" if len(base) == len(quote) == 3 else ":"
    return symbol_of(f"{base}{colon}{quote}")


class CurrencyNames:
    """Give currencies the names people know: the wire's UST is USDt.

    Built from the exchange's own map, because it changes.
    Source: Bitfinex docs, conf `pub:map:currency:sym`.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(names)

    def public(self, currency: str) -> str:
        """Return the public name; a currency the map does not know keeps its own."""
        return self._names.get(currency, currency)

    def public_symbol(self, symbol: str) -> str:
        """Return "USDt/USD" for "tUSTUSD". Raises ValueError on what is no symbol."""
        base, quote = split(symbol)
        return f"{self.public(base)}/{self.public(quote)}"


def cut_price(price: Decimal) -> Decimal:
    """Cut a price to 5 significant digits and 8 decimals, as v2 does before it takes an order.

    Cut, not rounded. v1 refuses what v2 cuts. Source: Bitfinex docs, Introduction, price precision.
    """
    exponent = max(price.adjusted() - PRICE_DIGITS + 1, -PRICE_DECIMALS)
    step = Decimal((0, (1,), exponent))
    cut = (price // step) * step
    return Decimal(int(cut)) if exponent > 0 else cut


def price_is_exact(price: Decimal) -> bool:
    """Tell whether the exchange would take the price without cutting it."""
    return cut_price(price) == price


def amount_is_exact(amount: Decimal) -> bool:
    """Tell whether an amount has no more than 8 decimals."""
    decimals = wire.plain(amount).partition(".")[2]
    return len(decimals.rstrip("0")) <= AMOUNT_DECIMALS
