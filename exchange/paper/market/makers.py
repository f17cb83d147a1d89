"""The bots that keep a market alive: they quote around its fair price and trade now and then."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import islice

from exchange.paper.market.markets import TRADES_A_TURN, Market
from exchange.paper.numbers import UNIT, cut_down, cut_up, significant_step
from exchange.paper.trading.book import Book, Resting

DEPTH = 50
SLACK = 14

_TYPICAL_QUOTE_USD = 900.0
_TRADE_CHANCE = 0.4
_TRADE_SPREAD = 1.1
_SECOND_ORDER_CHANCE = 0.25
_EVERYTHING = 1 << 100

Take = Callable[[bool, int, int], int]


class Maker:
    """Quote and trade on one market.

    `take(is_buy, amount, limit)` sends an immediate order of the bots and returns what it got;
    `number_by` must be called before the first quote. Every quote is kept here by side and price,
    because the book does not tell whose orders are whose.
    """

    def __init__(
        self,
        market: Market,
        book: Book,
        source: random.Random,
        take: Take,
    ) -> None:
        self.market = market
        self._book = book
        self._source = source
        self._take = take
        self._quotes: dict[bool, dict[int, list[Resting]]] = {True: {}, False: {}}
        self._touch: tuple[int, int] | None = None
        self._is_away = False
        # Lively markets trade in bigger pieces.
        self._scale = (market.day_turnover / 1e6) ** 0.4
        mean_usd = market.day_turnover / (market.actions_a_day * TRADES_A_TURN)
        self._trade_usd = mean_usd / math.exp(_TRADE_SPREAD**2 / 2)

    def number_by(self, next_id: Callable[[], int]) -> None:
        """Take the numbers of quotes from here on from `next_id`."""
        self._next_id = next_id

    def stand_at(self, bid: int, ask: int) -> None:
        """Quote at these best prices from now on, wherever the fair price lies."""
        self._touch, self._is_away = (bid, ask), False

    def leave(self) -> None:
        """Take every quote out of the book and do nothing more until `stand_at`."""
        self._is_away = True
        for is_buy in (True, False):
            self._forget_taken(is_buy)
            for price in list(self._quotes[is_buy]):
                self._pull(is_buy, price)

    def rest(self) -> float:
        """Draw how many steps to wait until the next turn."""
        return self._source.expovariate(1 / self.market.steps_between_actions)

    def act(self, fair: int, base_value: float) -> None:
        """Do what the bots do in one turn: follow the price, freshen quotes, perhaps trade.

        fair is in units; base_value is what one base coin is worth in USD.
        """
        if self._is_away:
            return
        self._chase(fair, base_value)
        self.quote(fair, base_value)
        self._freshen(base_value)
        if self._source.random() < _TRADE_CHANCE:
            self._trade(base_value)

    def quote(self, fair: int, base_value: float) -> None:
        """Move all quotes around `fair`, and take every foreign order it has passed."""
        if self._is_away:
            return
        bid, ask = self._touch or self._around(fair)
        for is_buy, top in ((True, bid), (False, ask)):
            self._forget_taken(is_buy)
            self._pull_beyond(is_buy, top)
        # Against a real market, what waits inside its spread goes on waiting.
        self._sweep(*(self._touch or (fair, fair)))
        for is_buy, top in ((True, bid), (False, ask)):
            self._fill(is_buy, top, base_value)

    def _chase(self, fair: int, base_value: float) -> None:
        # Whoever sees the new price first buys what is still offered at the old one.
        for is_buy, side in ((True, self._book.asks), (False, self._book.bids)):
            best = side.best()
            if best is not None and (best < fair if is_buy else best > fair):
                self._take(is_buy, self._trade_size(base_value), best)

    def _around(self, fair: int) -> tuple[int, int]:
        half = max(significant_step(fair) // 2, fair * self.market.spread_millionths // 2_000_000)
        # At the fair price itself nobody quotes: what waits there is taken.
        half = max(1, half)
        bid = max(1, cut_down(fair - half))
        return bid, cut_up(max(fair + half, bid + 1))

    def _sweep(self, pays: int, asks: int) -> None:
        # What is taken may set off stops, and those may come to stand in the way themselves.
        while self._sweep_side(True, pays) or self._sweep_side(False, asks):
            pass

    def _sweep_side(self, is_buy: bool, limit: int) -> bool:
        if not self._book.crosses(is_buy=is_buy, limit=limit):
            return False
        self._take(is_buy, _EVERYTHING, limit)
        return True

    def _forget_taken(self, is_buy: bool) -> None:
        quotes = self._quotes[is_buy]
        for price in [price for price, pieces in quotes.items() if not pieces[-1].amount]:
            # Pieces are taken in order: when the last is gone, all are.
            del quotes[price]

    def _pull_beyond(self, is_buy: bool, top: int) -> None:
        quotes = self._quotes[is_buy]
        for price in [price for price in quotes if (price > top if is_buy else price < top)]:
            self._pull(is_buy, price)

    def _pull(self, is_buy: bool, price: int) -> None:
        for piece in self._quotes[is_buy].pop(price):
            if piece.amount:
                self._book.remove(piece)

    def _fill(self, is_buy: bool, top: int, base_value: float) -> None:
        quotes = self._quotes[is_buy]
        held = sorted(quotes, reverse=is_buy)
        price, placed = top, 0
        while placed < DEPTH and not (held and (price <= held[0] if is_buy else price >= held[0])):
            self._place(is_buy, price, placed, base_value)
            price, placed = self._beyond(is_buy, price), placed + 1
        if held and placed < DEPTH:
            price = self._beyond(is_buy, held[-1])
            for depth in range(len(quotes), DEPTH):
                self._place(is_buy, price, depth, base_value)
                price = self._beyond(is_buy, price)
        self._trim(is_buy)

    def _trim(self, is_buy: bool) -> None:
        quotes = self._quotes[is_buy]
        if len(quotes) > DEPTH + SLACK:
            for price in sorted(quotes, reverse=is_buy)[DEPTH:]:
                self._pull(is_buy, price)

    def _beyond(self, is_buy: bool, price: int) -> int:
        # Thin markets leave gaps between their levels.
        reach = price * self.market.spread_millionths // 2_000_000
        steps = 1 + round(self._source.expovariate(1) * reach / significant_step(price))
        if is_buy:
            return max(1, cut_down(price - steps * significant_step(max(1, price - 1))))
        return cut_up(price + steps * significant_step(price))

    def _place(self, is_buy: bool, price: int, depth: int, base_value: float) -> None:
        pieces = self._quotes[is_buy].setdefault(price, [])
        for _ in range(2 if self._source.random() < _SECOND_ORDER_CHANCE else 1):
            typical_usd = _TYPICAL_QUOTE_USD * self._scale * (1 + 0.12 * depth)
            amount = self._size(typical_usd, 0.9, base_value)
            piece = Resting(self._next_id(), is_buy, price, amount)
            self._book.add(piece)
            pieces.append(piece)

    def _trade_size(self, base_value: float) -> int:
        return self._size(self._trade_usd, _TRADE_SPREAD, base_value)

    def _size(self, typical_usd: float, spread: float, base_value: float) -> int:
        usd = typical_usd * self._source.lognormvariate(0, spread)
        amount = max(self.market.minimum, round(usd / base_value * UNIT))
        # People like round numbers; programs don't.
        return cut_up(amount, 2) if self._source.random() < 0.4 else amount

    def _freshen(self, base_value: float) -> None:
        is_buy = self._source.random() < 0.5
        quotes = self._quotes[is_buy]
        place = min(len(quotes) - 1, round(self._source.expovariate(0.25)))
        price = next(islice(sorted(quotes, reverse=is_buy), place, None))
        self._pull(is_buy, price)
        self._place(is_buy, price, place, base_value)

    def _trade(self, base_value: float) -> None:
        is_buy = self._source.random() < 0.5
        best = self._book.side(is_buy=not is_buy).best()
        if best is not None:
            amount = self._trade_size(base_value)
            # Nobody sends an order through half the book: two steps is all a bot pays extra.
            worst = best + (2 if is_buy else -2) * significant_step(best)
            self._take(is_buy, amount, max(1, worst))
