"""v1's methods that tell what things cost.

Source: Bitfinex docs v1, "Account Info", "Account Fees", "Summary".
"""

from __future__ import annotations

from typing import Any

from exchange.paper.account.methods import fees as withdrawal_fees
from exchange.paper.numbers import number, quotient
from exchange.paper.rest.v1.calls import Call, Method, Methods, texts
from exchange.paper.rest.v2.summary import fees_paid, in_dollars, recent_fills, volumes
from exchange.paper.trading.settlement import MAKER_FEE_MILLIONTHS, TAKER_FEE_MILLIONTHS

_MILLION, _PERCENT = 10**6, 10**4


def _account(call: Call) -> list[dict[str, Any]]:
    bases = dict.fromkeys(live.market.base.code for live in call.engine.markets.values())
    fees = {
        "maker_fees": str(quotient(MAKER_FEE_MILLIONTHS, _PERCENT)),
        "taker_fees": str(quotient(TAKER_FEE_MILLIONTHS, _PERCENT)),
    }
    return [fees | {"fees": [{"pairs": base} | fees for base in bases]}]


def _fees(call: Call) -> dict[str, Any]:
    return {"withdraw": texts(withdrawal_fees())}


def _summary(call: Call) -> dict[str, Any]:
    fills = recent_fills(call.engine, call.account)
    paid = fees_paid(fills)
    total = sum(in_dollars(call.engine, code, fee) for code, fee in paid.items())
    traded = volumes(call.engine, fills)
    # Numbers here, unlike elsewhere in v1.
    return {
        "trade_vol_30d": [
            {"curr": name, "vol": number(every)} for name, (every, _) in traded.items()
        ],
        "fees_trading_30d": {code: number(fee) for code, fee in paid.items()},
        "fees_trading_total_30d": number(total),
        "funding_profit_30d": [],
        "maker_fee": quotient(MAKER_FEE_MILLIONTHS, _MILLION),
        "taker_fee": quotient(TAKER_FEE_MILLIONTHS, _MILLION),
    }


METHODS: Methods = {
    "/v1/account_infos": Method(_account, "account"),
    "/v1/account_fees": Method(_fees, "account"),
    "/v1/summary": Method(_summary, "account"),
}
