"""Moving the exchange by hand over the admin address: time, prices, orders, sockets."""

from __future__ import annotations

from typing import Any

from exchange.paper.admin.calls import Call, Routes
from exchange.paper.numbers import to_decimal

_MOST_STEPS = 10_000


def _state(call: Call) -> dict[str, Any]:
    server = call.server
    return {
        "now_ms": server.engine.clock(),
        "is_paused": server.is_paused,
        "markets": len(server.engine.markets),
        "sockets": server.socket_count,
        "faults": len(list(server.faults)),
        "counts": server.ledger.counts,
    }


def _pause(call: Call) -> dict[str, Any]:
    call.server.pause(True)
    return _state(call)


def _resume(call: Call) -> dict[str, Any]:
    call.server.pause(False)
    return _state(call)


def _step(call: Call) -> dict[str, Any]:
    steps = call.whole("steps", 1)
    if not 1 <= steps <= _MOST_STEPS:
        raise ValueError(f"steps: from 1 to {_MOST_STEPS}")
    for _ in range(steps):
        call.server.step()
    return _state(call)


def _mute(call: Call) -> dict[str, Any]:
    call.server.mute(True)
    return _state(call)


def _unmute(call: Call) -> dict[str, Any]:
    call.server.mute(False)
    return _state(call)


def _announce(call: Call) -> dict[str, int]:
    text = call.text("text", "Stopping. Please try to reconnect")
    return {"sockets": call.server.announce(call.whole("code"), text)}


def _cut_sockets(call: Call) -> dict[str, int]:
    by_reset = call.fields.get("by_reset", False) is True
    return {"sockets": call.server.cut_sockets(by_reset=by_reset)}


def _move_price(call: Call) -> dict[str, Any]:
    symbol = call.text("symbol")
    call.hooks.move_price(symbol, call.figure("price"))
    return _prices(call, symbol)


def _trade(call: Call) -> dict[str, Any]:
    symbol = call.text("symbol")
    price = call.figure("price") if "price" in call.fields else None
    traded = call.hooks.trade(symbol, call.figure("amount"), price)
    return {"traded": traded} | _prices(call, symbol)


def _place(call: Call) -> dict[str, Any]:
    members = {name: call.whole(name) for name in ("cid", "gid", "flags") if name in call.fields}
    price = call.figure("price") if "price" in call.fields else None
    order_id = call.hooks.place(
        call.text("account"), call.text("symbol"), call.figure("amount"), price, **members
    )
    return _order(call, order_id)


def _cancel(call: Call) -> dict[str, Any]:
    order_id = call.whole("id")
    call.hooks.cancel(order_id)
    return _order(call, order_id)


def _show_order(call: Call) -> dict[str, Any]:
    return _order(call, int(call.found["id"]))


def _show_wallets(call: Call) -> list[dict[str, Any]]:
    account = call.found["account"]
    if account not in call.server.engine.desk.accounts:
        raise LookupError(f"account {account}")
    return [
        {
            "kind": wallet.kind,
            "currency": wallet.currency,
            "balance": to_decimal(wallet.balance),
            "available": to_decimal(wallet.available),
        }
        for wallet in call.hooks.wallets(account)
    ]


def _order(call: Call, order_id: int) -> dict[str, Any]:
    order = call.hooks.order(order_id)
    return {
        "id": order.id,
        "cid": order.cid,
        "account": order.account,
        "symbol": order.market.symbol,
        "type": str(order.kind),
        "amount": to_decimal(order.amount),
        "executed": to_decimal(order.executed),
        "price": to_decimal(order.price),
        "status": order.status(),
        "is_open": order.is_open,
    }


def _prices(call: Call, symbol: str) -> dict[str, Any]:
    bid, ask = call.hooks.best_prices(symbol)
    return {"symbol": symbol, "bid": bid, "ask": ask}


ROUTES: Routes = (
    ("GET", r"/?", _state),
    ("POST", r"/pause", _pause),
    ("POST", r"/resume", _resume),
    ("POST", r"/step", _step),
    ("POST", r"/mute", _mute),
    ("POST", r"/unmute", _unmute),
    ("POST", r"/announce", _announce),
    ("POST", r"/cut_sockets", _cut_sockets),
    ("POST", r"/move_price", _move_price),
    ("POST", r"/trade", _trade),
    ("POST", r"/orders", _place),
    ("POST", r"/orders/cancel", _cancel),
    ("GET", r"/orders/(?P<id>[0-9]{1,16})", _show_order),
    ("GET", r"/wallets/(?P<account>.+)", _show_wallets),
)
