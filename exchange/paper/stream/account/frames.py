"""Frames of the account's channel, rendered once for all sockets that hear them."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.paper.margin_rows import position_row
from exchange.paper.numbers import dumps
from exchange.paper.rows import Row, entry_row, fill_row, order_row, uncharged_fill_row
from exchange.paper.trading.accounts import Entry
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.margin.valuation import Margin
from exchange.paper.trading.orders import Fill, Order

NOTIFICATION = "n"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame without its channel number and counters.

    topics are the filters that let it through; scope is the permission a key needs to read it, if
    any. is_answer is True for a notification that answers a request.
    """

    code: str
    payload: str
    topics: tuple[str, ...]
    scope: str | None = None
    is_answer: bool = False

    @property
    def is_notification(self) -> bool:
        """True for what tells of requests, not of the account."""
        return self.code == NOTIFICATION


def trading_topics(symbol: str) -> tuple[str, ...]:
    """Return the filters that let orders, fills and positions of a market through."""
    return ("trading", f"trading-{symbol}")


def wallet_topics(kind: str, currency: str) -> tuple[str, ...]:
    """Return the filters that let a wallet through."""
    return ("wallet", f"wallet-{kind}", f"wallet-{kind}-{currency}")


def order_frame(code: str, order: Order) -> Frame:
    """Tell an order as it is now: new (on), changed (ou) or closed (oc)."""
    return Frame(code, dumps(order_row(order)), trading_topics(order.market.symbol), "orders")


def executed_frame(fill: Fill) -> Frame:
    """Tell a fill at once (te), when its fee is not known yet."""
    payload = dumps(uncharged_fill_row(fill))
    return Frame("te", payload, trading_topics(fill.market.symbol), "orders")


def charged_frame(fill: Fill) -> Frame:
    """Tell a fill with its fee (tu)."""
    return Frame("tu", dumps(fill_row(fill)), trading_topics(fill.market.symbol), "orders")


def entry_frame(entry: Entry) -> Frame:
    """Tell what a movement of money has made of a wallet (wu)."""
    return Frame(
        "wu", dumps(entry_row(entry)), wallet_topics(entry.kind, entry.currency), "wallets"
    )


def position_frame(code: str, position: Position, margin: Margin) -> Frame:
    """Tell a position as it is now: new (pn), changed (pu) or closed (pc)."""
    payload = dumps(position_row(position, margin))
    return Frame(code, payload, trading_topics(position.market.symbol), "positions")


def notification_frame(row: Row) -> Frame:
    """Tell what became of a request, or what another socket of the same user has to say."""
    return Frame(NOTIFICATION, dumps(row), ("notify",), is_answer=str(row[1]).endswith("-req"))
