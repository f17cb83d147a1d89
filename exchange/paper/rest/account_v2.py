"""The authenticated methods of REST v2 but those about orders."""

from __future__ import annotations

from exchange.paper.keys import SCOPES
from exchange.paper.numbers import quotient
from exchange.paper.rest.account_calls import Call, Method, methods
from exchange.paper.rows import Row, wallet_row
from exchange.paper.trading.settlement import MAKER_FEE_MILLIONTHS, TAKER_FEE_MILLIONTHS


def _wallets(call: Call) -> list[Row]:
    account = call.engine.desk.account(call.account)
    return [wallet_row(wallet) for wallet in account.wallets.values()]


def _permissions(call: Call) -> list[Row]:
    granted = call.holder.key.permissions
    return [[scope, *granted.get(scope, (0, 0))] for scope in SCOPES]


def _summary(call: Call) -> Row:
    maker, taker = quotient(MAKER_FEE_MILLIONTHS, 10**6), quotient(TAKER_FEE_MILLIONTHS, 10**6)
    row: Row = [None] * 10
    row[4] = [[maker, maker, maker, None, None, 0], [taker, taker, taker, None, None, 0]]
    row[5] = [[{"curr": "Total (USD)", "vol": "0"}], {}, 0]
    row[6] = [None, {}, 0]
    row[9] = {"leo_lev": 0, "leo_amount_avg": 0}
    return row


METHODS = methods(
    (r"r/wallets", Method(_wallets, "wallets")),
    (r"r/permissions", Method(_permissions, None)),
    (r"r/summary", Method(_summary, "account")),
)
