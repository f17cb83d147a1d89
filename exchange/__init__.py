"""Bitfinex for Python programs: REST v1 and v2, the WebSocket stream, and a paper exchange.

Everything of the client is here by name. Each name is imported when first used, so that a program
that only signs loads neither `requests` nor `websockets`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exchange.clock import ExchangeClock
    from exchange.credentials import Credentials
    from exchange.errors import (
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
    from exchange.limits import MemoryBudget, NoBudget
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
    from exchange.models.orders import Order, OrderType
    from exchange.models.records import LedgerEntry, Movement
    from exchange.models.tickers import AveragePrice, FundingTicker, Ticker, TickerMoment
    from exchange.models.trades import Fill, FundingFill, PublicFundingTrade, PublicTrade
    from exchange.models.transfers import DepositAddress, Transfer, Withdrawal
    from exchange.models.v1 import TickerV1
    from exchange.models.wallets import Wallet, WalletType
    from exchange.new_order import NewOrder
    from exchange.nonce import MemoryNonces
    from exchange.order_operations import CancelOrder, CancelOrders, OrderUpdate
    from exchange.rest_v1 import OrderV1, RestV1
    from exchange.rest_v2 import RestV2
    from exchange.sharing.budgets import SqliteBudget
    from exchange.sharing.nonces import SqliteNonces
    from exchange.stream.channels import Channel
    from exchange.stream.client import StreamClient
    from exchange.symbols import CurrencyNames

__all__ = [
    "AccountSummary",
    "Alert",
    "AveragePrice",
    "BookLevel",
    "CancelOrder",
    "CancelOrders",
    "Candle",
    "Channel",
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
    "NonceTooSmall",
    "NotAuthenticated",
    "NotPermitted",
    "NotSent",
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
    "Transfer",
    "UnderMaintenance",
    "UserInfo",
    "Wallet",
    "WalletType",
    "Withdrawal",
]

# What a type checker reads above, for the interpreter.
_HOMES = {
    "AccountSummary": "exchange.models.account",
    "Alert": "exchange.models.account",
    "AveragePrice": "exchange.models.tickers",
    "BookLevel": "exchange.models.books",
    "CancelOrder": "exchange.order_operations",
    "CancelOrders": "exchange.order_operations",
    "Candle": "exchange.models.markets",
    "Channel": "exchange.stream.channels",
    "Credentials": "exchange.credentials",
    "CurrencyNames": "exchange.symbols",
    "DecodeError": "exchange.errors",
    "DepositAddress": "exchange.models.transfers",
    "DerivativeStatus": "exchange.models.markets",
    "ExchangeClock": "exchange.clock",
    "ExchangeError": "exchange.errors",
    "FeeSummary": "exchange.models.account",
    "Fill": "exchange.models.trades",
    "FundingBookLevel": "exchange.models.books",
    "FundingFill": "exchange.models.trades",
    "FundingInfo": "exchange.models.funding",
    "FundingLoan": "exchange.models.funding",
    "FundingOffer": "exchange.models.funding",
    "FundingTicker": "exchange.models.tickers",
    "InvalidRequest": "exchange.errors",
    "LedgerEntry": "exchange.models.records",
    "Login": "exchange.models.account",
    "MarginBase": "exchange.models.margin",
    "MarginSymbol": "exchange.models.margin",
    "MemoryBudget": "exchange.limits",
    "MemoryNonces": "exchange.nonce",
    "Movement": "exchange.models.records",
    "NewOrder": "exchange.new_order",
    "NoAnswer": "exchange.errors",
    "NoBudget": "exchange.limits",
    "NonceTooSmall": "exchange.errors",
    "NotAuthenticated": "exchange.errors",
    "NotPermitted": "exchange.errors",
    "NotSent": "exchange.errors",
    "Order": "exchange.models.orders",
    "OrderType": "exchange.models.orders",
    "OrderUpdate": "exchange.order_operations",
    "OrderV1": "exchange.rest_v1",
    "OutcomeUnknown": "exchange.errors",
    "PairInfo": "exchange.models.markets",
    "Permission": "exchange.models.account",
    "Position": "exchange.models.margin",
    "PublicFundingTrade": "exchange.models.trades",
    "PublicTrade": "exchange.models.trades",
    "RateLimited": "exchange.errors",
    "RawBookOrder": "exchange.models.books",
    "RawFundingOffer": "exchange.models.books",
    "Refused": "exchange.errors",
    "RestV1": "exchange.rest_v1",
    "RestV2": "exchange.rest_v2",
    "SqliteBudget": "exchange.sharing.budgets",
    "SqliteNonces": "exchange.sharing.nonces",
    "StreamClient": "exchange.stream.client",
    "StreamClosed": "exchange.errors",
    "Ticker": "exchange.models.tickers",
    "TickerMoment": "exchange.models.tickers",
    "TickerV1": "exchange.models.v1",
    "Timeframe": "exchange.models.markets",
    "Transfer": "exchange.models.transfers",
    "UnderMaintenance": "exchange.errors",
    "UserInfo": "exchange.models.account",
    "Wallet": "exchange.models.wallets",
    "WalletType": "exchange.models.wallets",
    "Withdrawal": "exchange.models.transfers",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
