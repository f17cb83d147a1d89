"""What becomes of an order once it is accepted: it trades, waits, is set off, or ends."""

from __future__ import annotations

from exchange.paper.trading.live import LiveMarket
from exchange.paper.trading.margin.valuation import Margin
from exchange.paper.trading.matching import Matcher, rests_to_reduce, shuns
from exchange.paper.trading.orders import (
    CLOSE,
    POST_ONLY,
    REDUCE_ONLY,
    Ending,
    Order,
    Style,
)
from exchange.paper.trading.state.floor import Floor


class Execution:
    """Run orders against the book, and set stops off as prices come."""

    def __init__(self, floor: Floor, margin: Margin) -> None:
        self._floor = floor
        self._margin = margin
        self._matcher = Matcher(floor)

    def run(self, order: Order) -> None:
        """Do with an open order what its type says, and then with every stop this sets off."""
        self._run(order)
        self._set_off(self._floor.live(order))

    def force(self, order: Order) -> None:
        """Trade a market order that nobody asked for."""
        self._take(order)
        self._floor.end(order, Ending.CANCELED if order.remaining else Ending.FORCED)
        self._set_off(self._floor.live(order))

    def bots_take(self, live: LiveMarket, *, is_buy: bool, amount: int, limit: int | None) -> int:
        """Send an immediate order of the bots. Returns the amount it traded."""
        traded = self._matcher.take(live, None, is_buy=is_buy, amount=amount, limit=limit)
        self._set_off(live)
        return traded

    def _run(self, order: Order) -> None:
        floor = self._floor
        ending = self._obstacle(order)
        if ending is None and not order.waits_for_price:
            self._take(order)
            ending = self._outcome(order)
        if ending is not None:
            floor.end(order, ending)
            return
        floor.wait(order)
        floor.note(floor.account(order.account), order)

    def _take(self, order: Order) -> None:
        self._matcher.take(
            self._floor.live(order),
            order,
            is_buy=order.is_buy,
            amount=order.remaining,
            limit=_limit(order),
        )

    def _obstacle(self, order: Order) -> Ending | None:
        if order.flags & (CLOSE | REDUCE_ONLY) and not order.waits_for_price:
            ending = self._position_obstacle(order)
            if ending is not None:
                return ending
        book = self._floor.live(order).book
        style, is_buy = order.kind.style, order.is_buy
        is_maker_only = order.flags & POST_ONLY and not order.waits_for_price
        if is_maker_only and book.crosses(is_buy=is_buy, limit=order.price):
            return Ending.POST_ONLY
        if style is Style.FILL_OR_KILL:
            found, _ = book.available(is_buy=is_buy, amount=order.remaining, limit=order.price)
            return Ending.FILL_OR_KILL if found < order.remaining else None
        return None

    def _position_obstacle(self, order: Order) -> Ending | None:
        floor, symbol = self._floor, order.market.symbol
        position = floor.positions.amount(order.account, symbol)
        if not position and order.flags & CLOSE:
            return Ending.NO_POSITION
        if position * order.sign >= 0:
            return Ending.WOULD_INCREASE
        if not order.flags & REDUCE_ONLY:
            return None
        promised = sum(
            other.remaining
            for other in floor.archive.open_of(order.account)
            if rests_to_reduce(floor, other, symbol)
        )
        return Ending.WOULD_FLIP if order.remaining + promised > abs(position) else None

    def _outcome(self, order: Order) -> Ending | None:
        if not order.remaining:
            return Ending.EXECUTED
        match order.kind.style:
            case Style.IMMEDIATE:
                return Ending.IMMEDIATE
            case Style.FILL_OR_KILL:
                return Ending.FILL_OR_KILL
        live = self._floor.live(order)
        ahead = live.book.next_for(is_buy=order.is_buy, limit=_limit(order))
        if ahead is None:
            return Ending.CANCELED if order.kind.style is Style.MARKET else None
        if shuns(order, ahead):
            return Ending.CANCELED
        is_used_up = order.flags & (CLOSE | REDUCE_ONLY)
        return Ending.WOULD_FLIP if is_used_up else Ending.NO_BALANCE

    def _set_off(self, live: LiveMarket) -> None:
        stops = self._floor.stops.get(live.market.symbol)
        while stops:
            last = live.day.last
            for moved in stops.follow(last):
                self._floor.secure(moved)
                self._floor.note(self._floor.account(moved.account), moved)
            order = stops.next_due(last)
            if order is None:
                return
            self._trigger(order)

    def _trigger(self, order: Order) -> None:
        floor = self._floor
        floor.withdraw(order)
        floor.part(order)
        is_limit = order.kind.style is Style.STOP_LIMIT
        order.previous_kind = order.kind
        order.kind = order.kind.styled(Style.LIMIT if is_limit else Style.MARKET)
        if is_limit:
            order.price = order.auxiliary
        # From here on a market order pays from what there is.
        floor.secure(order)
        order.updated_ms, order.queued = floor.clock(), floor.numbering.order()
        if order.kind.is_margin and not self._margin.carries(order):
            floor.end(order, Ending.NO_MARGIN)
        else:
            self._run(order)


def _limit(order: Order) -> int | None:
    return None if order.kind.style is Style.MARKET else order.price
