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
    from exchange.limits import MemoryBudget, NoBudget, SqliteBudget
    from exchange.models import (
        BookLevel,
        FeeSummary,
        Fill,
        NewOrder,
        Order,
        OrderType,
        PairInfo,
        Permission,
        PublicTrade,
        Ticker,
        Wallet,
        WalletType,
    )
    from exchange.models_account import (
        AccountSummary,
        Alert,
        LedgerEntry,
        Login,
        Movement,
        UserInfo,
    )
    from exchange.models_funding import (
        FundingBookLevel,
        FundingFill,
        FundingInfo,
        FundingLoan,
        FundingOffer,
        FundingTicker,
        PublicFundingTrade,
        RawFundingOffer,
    )
    from exchange.models_margin import (
        MarginBase,
        MarginSymbol,
        Position,
    )
    from exchange.models_market import (
        AveragePrice,
        Candle,
        DerivativeStatus,
        RawBookOrder,
        TickerMoment,
        Timeframe,
    )
    from exchange.models_transfer import (
        DepositAddress,
        Transfer,
        Withdrawal,
    )
    from exchange.models_v1 import TickerV1
    from exchange.nonce import MemoryNonces, SqliteNonces
    from exchange.order_operations import CancelOrder, CancelOrders, OrderUpdate
    from exchange.rest_v1 import OrderV1, RestV1
    from exchange.rest_v2 import RestV2
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
    "AccountSummary": "exchange.models_account",
    "Alert": "exchange.models_account",
    "AveragePrice": "exchange.models_market",
    "BookLevel": "exchange.models",
    "CancelOrder": "exchange.order_operations",
    "CancelOrders": "exchange.order_operations",
    "Candle": "exchange.models_market",
    "Channel": "exchange.stream.channels",
    "Credentials": "exchange.credentials",
    "CurrencyNames": "exchange.symbols",
    "DecodeError": "exchange.errors",
    "DepositAddress": "exchange.models_transfer",
    "DerivativeStatus": "exchange.models_market",
    "ExchangeClock": "exchange.clock",
    "ExchangeError": "exchange.errors",
    "FeeSummary": "exchange.models",
    "Fill": "exchange.models",
    "FundingBookLevel": "exchange.models_funding",
    "FundingFill": "exchange.models_funding",
    "FundingInfo": "exchange.models_funding",
    "FundingLoan": "exchange.models_funding",
    "FundingOffer": "exchange.models_funding",
    "FundingTicker": "exchange.models_funding",
    "InvalidRequest": "exchange.errors",
    "LedgerEntry": "exchange.models_account",
    "Login": "exchange.models_account",
    "MarginBase": "exchange.models_margin",
    "MarginSymbol": "exchange.models_margin",
    "MemoryBudget": "exchange.limits",
    "MemoryNonces": "exchange.nonce",
    "Movement": "exchange.models_account",
    "NewOrder": "exchange.models",
    "NoAnswer": "exchange.errors",
    "NoBudget": "exchange.limits",
    "NonceTooSmall": "exchange.errors",
    "NotAuthenticated": "exchange.errors",
    "NotPermitted": "exchange.errors",
    "NotSent": "exchange.errors",
    "Order": "exchange.models",
    "OrderType": "exchange.models",
    "OrderUpdate": "exchange.order_operations",
    "OrderV1": "exchange.rest_v1",
    "OutcomeUnknown": "exchange.errors",
    "PairInfo": "exchange.models",
    "Permission": "exchange.models",
    "Position": "exchange.models_margin",
    "PublicFundingTrade": "exchange.models_funding",
    "PublicTrade": "exchange.models",
    "RateLimited": "exchange.errors",
    "RawBookOrder": "exchange.models_market",
    "RawFundingOffer": "exchange.models_funding",
    "Refused": "exchange.errors",
    "RestV1": "exchange.rest_v1",
    "RestV2": "exchange.rest_v2",
    "SqliteBudget": "exchange.limits",
    "SqliteNonces": "exchange.nonce",
    "StreamClient": "exchange.stream.client",
    "StreamClosed": "exchange.errors",
    "Ticker": "exchange.models",
    "TickerMoment": "exchange.models_market",
    "TickerV1": "exchange.models_v1",
    "Timeframe": "exchange.models_market",
    "Transfer": "exchange.models_transfer",
    "UnderMaintenance": "exchange.errors",
    "UserInfo": "exchange.models_account",
    "Wallet": "exchange.models",
    "WalletType": "exchange.models",
    "Withdrawal": "exchange.models_transfer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
