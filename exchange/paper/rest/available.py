"""How much an account could trade at a price, for v1 and v2."""

from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.trading.desk import LiveMarket


def available_to_trade(
    engine: Engine, account: str, live: LiveMarket, sign: int, price: int, wallet: str
) -> int:
    """Return the units of base that can be bought (sign 1) or sold (sign -1) at a price.

    wallet: "exchange", or "margin" where borrowed money trades too.
    """
    if wallet != "exchange":
        found = engine.desk.margin.symbol(account, live.market.symbol)
        return found.buy if sign > 0 else found.sell
    market, owner = live.market, engine.desk.account(account)
    if sign < 0:
        return owner.wallet(market.base.code).available
    return owner.wallet(market.quote.code).available * UNIT // price
