"""The methods of REST v1 that are simulated.

Source: Bitfinex v1 docs, the page of each method; recorded answers of 2017 to 2024.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.fields import Fields
from exchange.paper.numbers import SIGNIFICANT_DIGITS, cut_down, parse_units, plain_text, to_decimal
from exchange.paper.rest.tickets import LARGEST_PRICE
from exchange.paper.trading.accounts import Wallet
from exchange.paper.trading.desk import LiveMarket
from exchange.paper.trading.orders import POST_ONLY, Ending, Kind, Order, Ticket

_WALLETS = {"exchange": "exchange", "margin": "trading", "funding": "deposit"}
_KINDS = {
    "exchange limit": Kind.LIMIT,
    "exchange market": Kind.MARKET,
    "exchange fill-or-kill": Kind.FILL_OR_KILL,
}
_SIDES = {"buy": 1, "sell": -1}
# What would change an order's meaning and is not simulated must be refused, never ignored.
_NOT_SIMULATED = ("is_hidden", "use_all_available", "ocoorder")


class LegacyRefusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """Refuse a v1 request with a status and a sentence."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message, status)
        self.message = message
        self.status = status


def _ticker(engine: Engine, path: re.Match[str]) -> dict[str, str]:
    live = _market(engine, path["symbol"])
    now_ms = engine.clock()
    live.day.roll(now_ms)
    day = live.day
    bid, ask = live.book.bids.best() or day.last, live.book.asks.best() or day.last
    prices = {
        "mid": (bid + ask) // 2,
        "bid": bid,
        "ask": ask,
        "last_price": day.last,
        "low": day.low,
        "high": day.high,
        "volume": day.volume,
    }
    return {name: plain_text(units) for name, units in prices.items()} | {
        "timestamp": _seconds(now_ms)
    }


def _symbols(engine: Engine, path: re.Match[str]) -> list[str]:
    return [live.market.pair.lower() for live in engine.markets.values()]


def _details(engine: Engine, path: re.Match[str]) -> list[dict[str, Any]]:
    markets = [live.market for live in engine.markets.values()]
    return [
        {
            "pair": market.pair.lower(),
            "price_precision": SIGNIFICANT_DIGITS,
            "initial_margin": "0.0",
            "minimum_margin": "0.0",
            "maximum_order_size": plain_text(market.maximum),
            "minimum_order_size": plain_text(market.minimum),
            "expiration": "NA",
            "margin": False,
        }
        for market in markets
    ]


def _balances(engine: Engine, account: str, fields: Fields) -> list[dict[str, str]]:
    return [_balance(wallet) for wallet in engine.desk.account(account).wallets.values()]


def _balance(wallet: Wallet) -> dict[str, str]:
    return {
        "type": _WALLETS[wallet.kind],
        "currency": wallet.currency.lower(),
        "amount": plain_text(wallet.balance),
        "available": plain_text(wallet.available),
    }


def _new_order(engine: Engine, account: str, fields: Fields) -> dict[str, Any]:
    order = engine.place(account, _ticket(engine, fields))
    return order_object(order, as_accepted=True) | {"order_id": order.id}


def _ticket(engine: Engine, fields: Fields) -> Ticket:
    market = _market(engine, fields.get("symbol")).market
    kind, sign = _KINDS.get(str(fields.get("type"))), _SIDES.get(str(fields.get("side")))
    if kind is None:
        raise LegacyRefusal("Invalid order type")
    if sign is None:
        raise LegacyRefusal("Invalid order side")
    for name in _NOT_SIMULATED:
        if fields.get(name):
            raise LegacyRefusal(f"Invalid order: {name} is not available")
    amount, price = _positive(fields, "amount"), _positive(fields, "price")
    if price > LARGEST_PRICE:
        raise LegacyRefusal("Price too big")
    if kind is not Kind.MARKET and Decimal(fields["price"]) != to_decimal(cut_down(price)):
        raise LegacyRefusal("Invalid order price precision (5 sig figures limit)")
    return Ticket(
        market=market,
        kind=kind,
        amount=sign * amount,
        price=None if kind is Kind.MARKET else price,
        flags=POST_ONLY if fields.get("is_postonly") else 0,
    )


def _positive(fields: Fields, name: str) -> int:
    value = fields.get(name)
    try:
        if not isinstance(value, str):
            raise ValueError("v1 takes texts only")
        units = parse_units(value)
    except ValueError as failure:
        raise LegacyRefusal(f'Key {name} should be a decimal number, e.g. "123.456"') from failure
    if units <= 0:
        raise LegacyRefusal(f"Order {name} must be positive.")
    return units


def _status(engine: Engine, account: str, fields: Fields) -> dict[str, Any]:
    order = _own_order(engine, account, fields)
    if order is None:
        raise LegacyRefusal("No such order found.")
    return order_object(order)


def _cancel(engine: Engine, account: str, fields: Fields) -> dict[str, Any]:
    order = _own_order(engine, account, fields)
    if order is None or not order.is_open:
        raise LegacyRefusal("Order could not be cancelled.")
    # Cancelling happens behind the answer, which still shows the order alive.
    still_alive = order_object(order)
    engine.cancel(order)
    return still_alive


def _own_order(engine: Engine, account: str, fields: Fields) -> Order | None:
    order_id = fields.get("order_id")
    if not isinstance(order_id, int):
        return None
    order = engine.desk.orders.get(order_id)
    return order if order is not None and order.account == account else None


def order_object(order: Order, *, as_accepted: bool = False) -> dict[str, Any]:
    """Build a v1 order, as it is now or as it was when it was accepted."""
    remaining = abs(order.amount) if as_accepted else order.remaining
    average = "0.0" if as_accepted else order.average_price()
    return {
        "id": order.id,
        "cid": order.cid,
        "cid_date": None,
        "gid": order.gid,
        "symbol": order.market.pair.lower(),
        "exchange": "bitfinex",
        "price": plain_text(order.price),
        "avg_execution_price": str(average),
        "side": "buy" if order.is_buy else "sell",
        "type": _kind_name(order.kind),
        "timestamp": _seconds(order.created_ms),
        "is_live": as_accepted or order.is_open,
        "is_cancelled": not as_accepted and order.ending not in (None, Ending.EXECUTED),
        "is_hidden": False,
        "oco_order": None,
        "was_forced": False,
        "original_amount": plain_text(abs(order.amount)),
        "remaining_amount": plain_text(remaining),
        "executed_amount": plain_text(abs(order.amount) - remaining),
        "src": order.source,
        "meta": dict(order.meta),
    }


def _kind_name(kind: Kind) -> str:
    names = {known: name for name, known in _KINDS.items()}
    return names.get(kind, kind.lower())


def _market(engine: Engine, symbol: Any) -> LiveMarket:
    live = engine.markets.get(f"t{str(symbol).upper()}")
    if live is None:
        raise LegacyRefusal("Unknown symbol")
    return live


def _seconds(epoch_ms: int) -> str:
    return plain_text(epoch_ms * 100_000)


PUBLIC: tuple[tuple[re.Pattern[str], Callable[[Engine, re.Match[str]], Any]], ...] = (
    (re.compile(r"/v1/pubticker/(?P<symbol>[^/]+)"), _ticker),
    (re.compile(r"/v1/symbols"), _symbols),
    (re.compile(r"/v1/symbols_details"), _details),
)

# Path → (scope, whether it writes, method).
AUTHENTICATED: dict[str, tuple[str, bool, Callable[[Engine, str, Fields], Any]]] = {
    "/v1/balances": ("wallets", False, _balances),
    "/v1/order/new": ("orders", True, _new_order),
    "/v1/order/status": ("orders", False, _status),
    "/v1/order/cancel": ("orders", True, _cancel),
}
