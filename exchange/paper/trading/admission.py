"""From a ticket to an accepted order: size, balance, margin and position must fit."""

from __future__ import annotations

from exchange.paper.numbers import cut_down, number, plain_text
from exchange.paper.refusals import GENERIC, Refusal
from exchange.paper.trading.live import LiveMarket
from exchange.paper.trading.margin.valuation import Margin
from exchange.paper.trading.orders import CLOSE, POST_ONLY, Kind, Order, Style, Ticket
from exchange.paper.trading.settlement import held_back, paid_wallet
from exchange.paper.trading.state.floor import Floor
from exchange.paper.trading.triggers import trailing_price


class Admission:
    """Decide which orders are taken in. What is refused has changed nothing."""

    def __init__(self, floor: Floor, margin: Margin) -> None:
        self._floor = floor
        self._margin = margin

    def accept(self, account: str, ticket: Ticket) -> list[Order]:
        """Make an order of a ticket, two of one that names a stop as well.

        Raises Refusal when size, balance or margin do not fit.
        """
        order = self._order(account, ticket)
        pair = [order]
        if ticket.oco_stop is not None:
            pair.append(self._partner(order, ticket.oco_stop))
            order.cover = ticket.oco_stop
        self.check(order)
        return pair

    def check(self, order: Order) -> None:
        """Refuse an order that its account cannot pay or carry, or whose size is not allowed.

        Of an order that holds money back already, only what is missing must be there.
        """
        check_size(order)
        told = f"{number(order.remaining * order.sign)} {order.market.pair}"
        told = f"{told} at {plain_text(order.price)}"
        if order.kind.is_margin:
            if order.market.initial_margin is None:
                raise refused(f"{order.market.shown} is not traded on margin")
            if not self._margin.carries(order):
                raise refused(f"not enough tradable balance for {told}")
        elif self._cost(order) > self._available(order):
            raise refused(f"not enough exchange balance for {told}")

    def _available(self, order: Order) -> int:
        return paid_wallet(self._floor.account(order.account), order).available + order.reserved

    def _cost(self, order: Order) -> int:
        if order.kind.style is not Style.MARKET:
            return held_back(order)
        if not order.is_buy:
            return order.remaining
        # Not the remainder that finds nobody: it will never have to be paid.
        book = self._floor.live(order).book
        return book.available(is_buy=True, amount=order.remaining, limit=None)[1]

    def _order(self, account: str, ticket: Ticket) -> Order:
        now_ms, amount = self._floor.clock(), self._amount(account, ticket)
        order_id = self._floor.numbering.order()
        return Order(
            id=order_id,
            queued=order_id,
            account=account,
            market=ticket.market,
            kind=ticket.kind,
            amount=amount,
            price=_price(self._floor.markets[ticket.market.symbol], ticket),
            # Source: recorded rows; an order without a client id gets its creation time.
            cid=now_ms if ticket.cid is None else ticket.cid,
            created_ms=now_ms,
            updated_ms=now_ms,
            remaining=abs(amount),
            gid=ticket.gid,
            flags=ticket.flags,
            auxiliary=ticket.auxiliary,
            trailing=ticket.trailing,
            tif_ms=ticket.tif_ms,
            meta=dict(ticket.meta) | ({"$F7": 1} if ticket.flags & POST_ONLY else {}),
            source=ticket.source,
        )

    def _amount(self, account: str, ticket: Ticket) -> int:
        # An order that closes a position is as big as the position, whatever was asked for.
        held = self._floor.positions.amount(account, ticket.market.symbol)
        return -held if ticket.flags & CLOSE and held else ticket.amount

    def _partner(self, order: Order, stop: int) -> Order:
        order_id = self._floor.numbering.order()
        order.partner = order_id
        return Order(
            id=order_id,
            queued=order_id,
            account=order.account,
            market=order.market,
            kind=Kind.MARGIN_STOP if order.kind.is_margin else Kind.STOP,
            amount=order.amount,
            price=stop,
            cid=order.cid,
            created_ms=order.created_ms,
            updated_ms=order.updated_ms,
            remaining=order.remaining,
            gid=order.gid,
            flags=order.flags & ~POST_ONLY,
            tif_ms=order.tif_ms,
            meta={name: value for name, value in order.meta.items() if name != "$F7"},
            source=order.source,
            partner=order.id,
            placed_by=order.id,
        )


def check_size(order: Order) -> None:
    """Refuse an order too small or too big for its market; what closes a position may be small."""
    market, size = order.market, order.remaining
    if size < market.minimum and not order.flags & CLOSE:
        raise refused(f"minimum size for {market.shown} is {number(market.minimum)}")
    if size > market.maximum:
        raise refused(f"maximum size for {market.shown} is {number(market.maximum)}")


def refused(words: str) -> Refusal:
    """Build the refusal of an order."""
    return Refusal(GENERIC, f"Invalid order: {words}")


def _price(live: LiveMarket, ticket: Ticket) -> int:
    if ticket.trailing:
        return trailing_price(ticket.amount > 0, live.day.last, ticket.trailing)
    if ticket.price is not None:
        return ticket.price
    best = live.book.side(is_buy=ticket.amount < 0).best()
    return cut_down(best if best is not None else live.day.last)
