"""Names of what the exchange computes for an account only when it is asked to.

Source: Bitfinex docs, WebSocket input, calc.
"""

from __future__ import annotations

from exchange import symbols
from exchange.models.wallets import WalletType

PER_REQUEST = 30
PER_SECOND = 8

BALANCE = "balance"
MARGIN_BASE = "margin_base"


def wallet(kind: WalletType, currency: str) -> str:
    """Ask for what is available; WalletChanged answers. Raises ValueError on a bad currency."""
    return f"wallet_{WalletType(kind)}_{symbols.checked_currency(currency)}"


def margin(symbol: str) -> str:
    """Ask what the margin wallet can trade of a pair; MarginComputed answers. Raises ValueError."""
    return f"margin_sym_{symbols.checked(symbol)}"


def position(symbol: str) -> str:
    """Ask for a position's profit and price of liquidation; PositionChanged answers.

    Raises ValueError on a bad symbol.
    """
    return f"position_{symbols.checked(symbol)}"


def funding(symbol: str) -> str:
    """Ask for the yields of a currency ("fUSD"); FundingComputed answers. Raises ValueError."""
    return f"funding_sym_{symbols.checked_funding(symbol)}"
