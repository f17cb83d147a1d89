"""The arrays that tell of margin: positions, and what the margin wallets can carry.

Source: Bitfinex docs, "Retrieve Positions" and "Margin Info"; recorded frames of 2019.
"""

from __future__ import annotations

from exchange.paper.numbers import number
from exchange.paper.rows import Row
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.margin.valuation import Margin, MarginBase, MarginSymbol

_ON_MARGIN = 0


def position_row(position: Position, margin: Margin) -> Row:
    """Build the 20 elements of a position; a closed one tells no profit that could still come."""
    row: Row = [None] * 20
    row[0:6] = [
        position.market.symbol,
        "ACTIVE" if position.is_open else "CLOSED",
        number(position.amount),
        position.base_price,
        0,
        0,
    ]
    if position.is_open:
        view = margin.view(position)
        price = view.liquidation_price
        row[6:8] = [number(view.profit), view.percent]
        row[8:10] = [None if price is None else number(price), view.leverage]
    row[11:14] = [position.id, position.created_ms, position.updated_ms]
    row[15] = _ON_MARGIN
    row[17:19] = [0, 0]
    return row


def margin_base_row(base: MarginBase) -> Row:
    """Build what an account on margin is worth, in USD."""
    figures = (base.profit, base.swaps, base.balance, base.net, base.required)
    return ["base", [number(figure) for figure in figures]]


def margin_symbol_row(symbol: str, found: MarginSymbol) -> Row:
    """Build what may be traded on one market."""
    figures = (found.tradable, found.gross, found.buy, found.sell)
    return ["sym", symbol, [number(figure) for figure in figures]]
