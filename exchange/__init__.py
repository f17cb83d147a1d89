"""Bitfinex for Python programs: REST v1 and v2, the WebSocket stream, and a paper exchange.

Everything of the client is here by name. Each name is imported when first used, so that a program
that only signs loads neither `requests` nor `websockets`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exchange import symbols
    from exchange.clock import ExchangeClock
    from exchange.credentials import Credentials
    from exchange.errors import (
        ClockAhead,
        DecodeError,
        ExchangeError,
        InvalidRequest,
        NoAnswer,
        NonceTooSmall,
        NotAuthenticated,
        NotPermitted,
        NotSent,
        OutcomeUnknown,
        RateLimited,
        Refused,
        StreamClosed,
        UnderMaintenance,
    )
    from exchange.limits import MemoryBudget, NoBudget, RateBudget
    from exchange.models.account import (
        AccountSummary,
        Alert,
        FeeSummary,
        Login,
        Permission,
        UserInfo,
    )
    from exchange.models.books import BookLevel, FundingBookLevel, RawBookOrder, RawFundingOffer
    from exchange.models.funding import FundingInfo, FundingLoan, FundingOffer
    from exchange.models.margin import MarginBase, MarginSymbol, Position
    from exchange.models.markets import Candle, DerivativeStatus, PairInfo, Timeframe
    from exchange.models.notifications import Notification
    from exchange.models.orders import Order, OrderType
    from exchange.models.records import LedgerEntry, Movement
    from exchange.models.tickers import AveragePrice, FundingTicker, Ticker, TickerMoment
    from exchange.models.trades import Fill, FundingFill, PublicFundingTrade, PublicTrade
    from exchange.models.transfers import DepositAddress, Transfer, Withdrawal
    from exchange.models.v1 import TickerV1
    from exchange.models.wallets import Wallet, WalletType
    from exchange.new_order import NewOrder
    from exchange.nonce import MemoryNonces, NonceAuthority, Turn
    from exchange.order_operations import CancelOrder, CancelOrders, OrderUpdate
    from exchange.rest_v1 import OrderV1, RestV1
    from exchange.rest_v2 import RestV2
    from exchange.sharing.budgets import SqliteBudget
    from exchange.sharing.nonces import SqliteNonces
    from exchange.stream import account_events, calculations, events
    from exchange.stream.account import AccountStream
    from exchange.stream.channels import ACCOUNT, Channel
    from exchange.stream.client import StreamClient
    from exchange.stream.pacing import Gate, Timing
    from exchange.symbols import CurrencyNames

__all__ = [
    "ACCOUNT",
    "AccountStream",
    "AccountSummary",
    "Alert",
    "AveragePrice",
    "BookLevel",
    "CancelOrder",
    "CancelOrders",
    "Candle",
    "Channel",
    "ClockAhead",
    "Credentials",
    "CurrencyNames",
    "DecodeError",
    "DepositAddress",
    "DerivativeStatus",
    "ExchangeClock",
    "ExchangeError",
    "FeeSummary",
    "Fill",
    "FundingBookLevel",
    "FundingFill",
    "FundingInfo",
    "FundingLoan",
    "FundingOffer",
    "FundingTicker",
    "Gate",
    "InvalidRequest",
    "LedgerEntry",
    "Login",
    "MarginBase",
    "MarginSymbol",
    "MemoryBudget",
    "MemoryNonces",
    "Movement",
    "NewOrder",
    "NoAnswer",
    "NoBudget",
    "NonceAuthority",
    "NonceTooSmall",
    "NotAuthenticated",
    "NotPermitted",
    "NotSent",
    "Notification",
    "Order",
    "OrderType",
    "OrderUpdate",
    "OrderV1",
    "OutcomeUnknown",
    "PairInfo",
    "Permission",
    "Position",
    "PublicFundingTrade",
    "PublicTrade",
    "RateBudget",
    "RateLimited",
    "RawBookOrder",
    "RawFundingOffer",
    "Refused",
    "RestV1",
    "RestV2",
    "SqliteBudget",
    "SqliteNonces",
    "StreamClient",
    "StreamClosed",
    "Ticker",
    "TickerMoment",
    "TickerV1",
    "Timeframe",
    "Timing",
    "Transfer",
    "Turn",
    "UnderMaintenance",
    "UserInfo",
    "Wallet",
    "WalletType",
    "Withdrawal",
    "account_events",
    "calculations",
    "events",
    "symbols",
]

# What a type checker reads above, for the interpreter.
_NAMES = {
    "exchange": "symbols",
    "exchange.clock": "ExchangeClock",
    "exchange.credentials": "Credentials",
    "exchange.errors": (
        "ClockAhead DecodeError ExchangeError InvalidRequest NoAnswer NonceTooSmall "
        "NotAuthenticated NotPermitted NotSent OutcomeUnknown RateLimited Refused "
        "StreamClosed UnderMaintenance"
    ),
    "exchange.limits": "MemoryBudget NoBudget RateBudget",
    "exchange.models.account": "AccountSummary Alert FeeSummary Login Permission UserInfo",
    "exchange.models.books": "BookLevel FundingBookLevel RawBookOrder RawFundingOffer",
    "exchange.models.funding": "FundingInfo FundingLoan FundingOffer",
    "exchange.models.margin": "MarginBase MarginSymbol Position",
    "exchange.models.markets": "Candle DerivativeStatus PairInfo Timeframe",
    "exchange.models.notifications": "Notification",
    "exchange.models.orders": "Order OrderType",
    "exchange.models.records": "LedgerEntry Movement",
    "exchange.models.tickers": "AveragePrice FundingTicker Ticker TickerMoment",
    "exchange.models.trades": "Fill FundingFill PublicFundingTrade PublicTrade",
    "exchange.models.transfers": "DepositAddress Transfer Withdrawal",
    "exchange.models.v1": "TickerV1",
    "exchange.models.wallets": "Wallet WalletType",
    "exchange.new_order": "NewOrder",
    "exchange.nonce": "MemoryNonces NonceAuthority Turn",
    "exchange.order_operations": "CancelOrder CancelOrders OrderUpdate",
    "exchange.rest_v1": "OrderV1 RestV1",
    "exchange.rest_v2": "RestV2",
    "exchange.sharing.budgets": "SqliteBudget",
    "exchange.sharing.nonces": "SqliteNonces",
    "exchange.stream": "account_events calculations events",
    "exchange.stream.account": "AccountStream",
    "exchange.stream.channels": "ACCOUNT Channel",
    "exchange.stream.client": "StreamClient",
    "exchange.stream.pacing": "Gate Timing",
    "exchange.symbols": "CurrencyNames",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(_HOMES[name])
    # Some names are modules, which a package does not have until somebody imports them.
    found = vars(home).get(name) or import_module(f"{home.__name__}.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
