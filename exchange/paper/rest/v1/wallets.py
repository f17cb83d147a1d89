"""v1's methods that show wallets and permissions."""

from __future__ import annotations

from exchange.paper.keys import SCOPES
from exchange.paper.rest.v1.calls import WALLETS, Call, Method, Methods, texts

# v1 does not tell of the scopes that came after it. Source: Bitfinex docs v1, "Key Permissions".
_OLD_SCOPES = ("account", "history", "orders", "positions", "funding", "wallets", "withdraw")
_TOLD = tuple(scope for scope in SCOPES if scope in _OLD_SCOPES)


def _balances(call: Call) -> list[dict[str, str]]:
    wallets = call.engine.desk.account(call.account).wallets.values()
    return [
        {"type": WALLETS[wallet.kind], "currency": wallet.currency.lower()}
        | texts({"amount": wallet.balance, "available": wallet.available})
        for wallet in wallets
    ]


def _permissions(call: Call) -> dict[str, dict[str, bool]]:
    granted = call.holder.key.permissions
    return {
        scope: {"read": bool(read), "write": bool(write)}
        for scope, (read, write) in ((scope, granted.get(scope, (0, 0))) for scope in _TOLD)
    }


METHODS: Methods = {
    "/v1/balances": Method(_balances, "wallets"),
    "/v1/key_info": Method(_permissions, None),
}
