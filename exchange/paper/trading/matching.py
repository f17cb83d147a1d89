"""Matching an incoming order with those that wait, one trade after the other."""

from __future__ import annotations

from exchange.paper.market.trades import Trade
from exchange.paper.numbers import UNIT
from exchange.paper.trading.accounts import FEES, HOUSE, LENDERS
from exchange.paper.trading.book import Resting
from exchange.paper.trading.live import LiveMarket
from exchange.paper.trading.margin.settlement import settle_on_margin
from exchange.paper.trading.orders import CLOSE, HIDDEN, REDUCE_ONLY, Ending, Order, Style
from exchange.paper.trading.settlement import Match, Part, paid_wallet, settle, settle_house
from exchange.paper.trading.state.floor import Floor


class Matcher:
    """Trade incoming orders against the book: best price first, then first come."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def take(
        self, live: LiveMarket, taker: Order | None, *, is_buy: bool, amount: int, limit: int | None
    ) -> int:
        """Trade up to `amount` at `limit` at worst; return what was traded.

        taker is None for the bots. It stops early where the taker's money or position ends, or
        where it would meet an order of the same account and has asked not to.
        """
        taker_id = taker.id if taker else self._floor.numbering.order()
        left = amount
        while left:
            resting = live.book.next_for(is_buy=is_buy, limit=limit)
            if resting is None or shuns(taker, resting):
                break
            part = min(left, resting.amount)
            if taker is not None:
                part = min(part, self._most(taker, resting.price))
            if not part:
                break
            self._trade(live, taker, taker_id, resting, part)
            left -= part
        return amount - left

    def _most(self, taker: Order, price: int) -> int:
        # A limit order's money is held back already; a market order pays from what there is.
        if taker.flags & (CLOSE | REDUCE_ONLY):
            position = self._floor.positions.amount(taker.account, taker.market.symbol)
            return max(0, -position * taker.sign)
        if taker.kind.is_margin or taker.kind.style is not Style.MARKET:
            return taker.remaining
        available = paid_wallet(self._floor.account(taker.account), taker).available
        return available * UNIT // price if taker.is_buy else available

    def _trade(
        self, live: LiveMarket, taker: Order | None, taker_id: int, resting: Resting, amount: int
    ) -> None:
        floor, maker = self._floor, resting.owner
        match = Match(floor.numbering.trade(), floor.clock(), resting.price, amount)
        live.book.reduce(resting, amount)
        if taker is not None:
            self._settle(Part(match, taker, resting.id, is_maker=False))
        if maker is not None:
            self._settle(Part(match, maker, taker_id, is_maker=True))
        one_of_ours = taker or maker
        if one_of_ours is not None and (taker is None or maker is None):
            settle_house(match, one_of_ours, floor.accounts[HOUSE])
            floor.note(floor.accounts[HOUSE])
        live.print(
            Trade(match.id, match.made_ms, -amount if resting.is_buy else amount, match.price)
        )
        if maker is not None:
            self._after_meeting(maker)
        for order in (taker, maker):
            if order is not None:
                floor.part(order)
                self._keep_reducing(order)

    def _settle(self, part: Part) -> None:
        floor, order = self._floor, part.order
        account, fees = floor.account(order.account), floor.accounts[FEES]
        if order.kind.is_margin:
            lenders = floor.accounts[LENDERS]
            fill, touched = settle_on_margin(part, account, fees, lenders, floor.positions)
            floor.note(lenders)
            floor.note_positions(touched)
        else:
            fill = settle(part, account, fees)
        floor.note_fill(fill)
        floor.note(account, order)
        floor.note(fees)

    def _after_meeting(self, maker: Order) -> None:
        if not maker.remaining:
            self._floor.end(maker, Ending.EXECUTED)
        elif maker.flags & HIDDEN and maker.meta.get("make_visible"):
            self._floor.withdraw(maker)
            maker.flags &= ~HIDDEN
            self._floor.wait(maker)

    def _keep_reducing(self, traded: Order) -> None:
        # What may only reduce a position must not outlive what it was to reduce.
        if not traded.kind.is_margin:
            return
        account, symbol = traded.account, traded.market.symbol
        position = self._floor.positions.amount(account, symbol)
        left = abs(position)
        for order in self._floor.archive.open_of(account):
            if not rests_to_reduce(self._floor, order, symbol):
                continue
            if order.sign * position >= 0:
                self._floor.end(order, Ending.WOULD_INCREASE)
            elif order.remaining > left:
                self._floor.end(order, Ending.WOULD_FLIP)
            else:
                left -= order.remaining


def shuns(taker: Order | None, resting: Resting) -> bool:
    """Tell whether an incoming order must not meet a waiting one of the same account.

    Source: Bitfinex docs, "Order Multi", protect_selfmatch.
    """
    if taker is None or resting.owner is None or not taker.meta.get("protect_selfmatch"):
        return False
    return taker.account == resting.owner.account


def rests_to_reduce(floor: Floor, order: Order, symbol: str) -> bool:
    """Tell whether an order waits in the book of `symbol` and may only reduce a position."""
    return bool(
        order.flags & (CLOSE | REDUCE_ONLY)
        and order.market.symbol == symbol
        and order.id in floor.resting
    )
