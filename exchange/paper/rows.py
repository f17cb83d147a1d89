"""The arrays of REST v2 and of the socket, at their full lengths.

Source: Bitfinex docs, the reference page of each method; lengths as seen live in 2026.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from exchange.paper.market.trades import Trade
from exchange.paper.numbers import UNIT, Number, number
from exchange.paper.trading.accounts import Entry, Wallet
from exchange.paper.trading.book import Side
from exchange.paper.trading.desk import LiveMarket
from exchange.paper.trading.orders import HIDDEN, Fill, Order

Row = list[Any]

_TICKER_LEVELS = 25
_PLACED_BY = {"api": "API>BFX", "web": "BFX"}


def ticker_row(live: LiveMarket, *, first_trade: bool) -> Row:
    """Build the 11 elements of a trading ticker; the stream leaves the first trade's time out."""
    day = live.day
    bids, asks = live.book.bids, live.book.asks
    return [
        *_best(bids),
        *_best(asks),
        number(day.change),
        number(day.change * UNIT // day.open),
        number(day.last),
        number(day.volume),
        number(day.high),
        number(day.low),
        live.market.first_trade_ms if first_trade else None,
    ]


def _best(side: Side) -> tuple[Number | None, Number]:
    best = side.best()
    size = sum(side.at(price)[1] for price in islice(side.prices(), _TICKER_LEVELS))
    return (None if best is None else number(best), number(size))


def book_row(price: int, count: int, amount: int) -> Row:
    """Build a level of a P-book; amount is signed."""
    return [number(price), count, number(amount)]


def raw_book_row(order_id: int, price: int, amount: int) -> Row:
    """Build an order of a raw book; amount is signed."""
    return [order_id, number(price), number(amount)]


def trade_row(trade: Trade) -> Row:
    """Build a public trade."""
    return [trade.id, trade.made_ms, number(trade.amount), number(trade.price)]


def wallet_row(wallet: Wallet) -> Row:
    """Build the 7 elements of a wallet."""
    return [
        wallet.kind,
        wallet.currency,
        number(wallet.balance),
        0,
        number(wallet.available),
        wallet.last_change,
        wallet.meta,
    ]


def uncomputed_wallet_row(wallet: Wallet) -> Row:
    """Build a wallet whose available balance was not worked out, as the stream's snapshot does."""
    row = wallet_row(wallet)
    row[4] = None
    return row


def entry_row(entry: Entry) -> Row:
    """Build a wallet as a movement of money left it; what is available was not worked out.

    Source: Bitfinex docs, "WebSocket wallets": null until a calculation is asked for.
    """
    balance = number(entry.balance)
    return [entry.kind, entry.currency, balance, 0, None, entry.text, entry.meta]


def order_row(order: Order) -> Row:
    """Build the 32 elements of an order as it is now."""
    row: Row = [None] * 32
    row[0:9] = [
        order.id,
        order.gid,
        order.cid,
        order.market.symbol,
        order.created_ms,
        order.updated_ms,
        number(order.remaining * order.sign),
        number(order.amount),
        str(order.kind),
    ]
    row[9] = None if order.previous_kind is None else str(order.previous_kind)
    row[10] = order.tif_ms
    row[12:14] = [order.flags, order.status()]
    row[16:18] = [number(order.price), order.average_price()]
    row[18:20] = [number(order.trailing), number(order.auxiliary)]
    row[23:26] = [0, 1 if order.flags & HIDDEN else 0, order.placed_by]
    row[28] = _PLACED_BY.get(order.source, "")
    row[31] = order.meta or None
    return row


def past_order_row(order: Order) -> Row:
    """Build an order as the history shows it: flags are text, keys of META have an underscore.

    Source: recorded rows of 2022.
    """
    row = order_row(order)
    row[12] = str(order.flags)
    row[31] = {f"_{name}": value for name, value in order.meta.items()} or None
    return row


def fill_row(fill: Fill, *, with_order: bool = True) -> Row:
    """Build the 12 elements of an own trade; the list of one order leaves type and price out."""
    return [
        fill.id,
        fill.market.symbol,
        fill.made_ms,
        fill.order_id,
        number(fill.amount),
        number(fill.price),
        str(fill.kind) if with_order else None,
        number(fill.order_price) if with_order else None,
        1 if fill.is_maker else -1,
        number(-fill.fee),
        fill.fee_currency,
        fill.cid,
    ]


def uncharged_fill_row(fill: Fill) -> Row:
    """Build an own trade as the stream tells it at once, before its fee is known."""
    row = fill_row(fill)
    row[9:11] = [None, None]
    return row


def notification(kind: str, made: int, content: Any, text: str) -> Row:
    """Wrap the outcome of a write in the 8 elements of a notification."""
    return [made, kind, None, None, content, None, "SUCCESS", text]


def refused_notification(kind: str, content: Any, text: str) -> Row:
    """Wrap the refusal of a write, with what was asked for, in a notification without a time."""
    return [None, kind, None, None, content, None, "ERROR", text]
