"""Moving the money of a trade on margin: the lenders pay and own, the trader wins or loses."""

from __future__ import annotations

from exchange.paper.numbers import plain_text
from exchange.paper.trading.accounts import POSITION, Account, Cause
from exchange.paper.trading.margin.positions import Position, Positions
from exchange.paper.trading.orders import Fill
from exchange.paper.trading.settlement import Part, fee_of

MARGIN = "margin"


def settle_on_margin(
    part: Part, account: Account, fees: Account, lenders: Account, positions: Positions
) -> tuple[Fill, list[Position]]:
    """Book one side of a trade on margin; return the fill and the positions it touched.

    The lenders' wallets pay and receive both currencies. What closing a part of a position has
    brought more (or less) than opening it did goes to the trader's margin wallet, so that what
    the lenders are short of is always what the open positions cost. The fee is taken in quote
    currency. Source: recorded money ledgers of 2018.
    """
    match, order = part.match, part.order
    market, sign = order.market, order.sign
    order.record_fill(match.price, match.amount, match.made_ms)
    lenders.wallet(market.base.code).balance += match.amount * sign
    lenders.wallet(market.quote.code).balance -= match.total * sign
    wallet = account.wallet(market.quote.code, MARGIN)
    before = positions.find(order.account, market.symbol)
    profit, touched = positions.trade(
        order.account, market, match.amount * sign, match.total, match.made_ms
    )
    if profit and before is not None:
        text = f"Position #{before.id} closed @ {plain_text(match.price)} (TRADE)"
        cause = Cause(text=text, category=POSITION, made_ms=match.made_ms)
        account.post(wallet, profit, cause)
        lenders.wallet(market.quote.code).balance -= profit
    fee = fee_of(match.total, part.fee_millionths)
    account.post(wallet, -fee, part.fee_cause())
    fees.wallet(market.quote.code).balance += fee
    return part.fill(fee, market.quote.code), touched
