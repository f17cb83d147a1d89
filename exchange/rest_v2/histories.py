"""Whole histories, page by page: nothing is missed or told twice where one answer ends."""

from __future__ import annotations

from collections.abc import Iterator

from exchange.models.markets import Candle, Timeframe
from exchange.models.orders import Order
from exchange.models.records import LedgerEntry, Movement
from exchange.models.trades import Fill, PublicTrade
from exchange.paging import History, Progress
from exchange.rest_v2.account import Account
from exchange.rest_v2.markets import Markets
from exchange.rest_v2.orders import Orders

MOST_TRADES = 10_000
MOST_CANDLES = 10_000
MOST_OF_ACCOUNT = 2_500
# Less than the documented most: what a page holds of these was never seen at its limit.
MOST_MOVEMENTS = 250
# Times of closed orders may come rounded to seconds.
_ORDER_SLACK_MS = 1_000


class Histories(Markets, Account, Orders):
    """The part of `RestV2` that reads histories of any length.

    Every method gives the entries of a span of time (epoch milliseconds, both ends included),
    newest first, and reads on as they are taken; `progress` is told of each page. Where the rate
    budget holds a page back, it waits. It raises what the method for one page raises, in the
    middle if need be, and DecodeError where one instant has more entries than an answer holds.
    """

    def every_trade(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[PublicTrade]:
        """Read all trades of all participants, 10 000 a call, newest first.

        Raises as any page. Source: Bitfinex docs, Trades.
        """
        history = History(
            page=lambda start, end: self.trades(
                symbol, start_ms=start, end_ms=end, limit=MOST_TRADES
            ),
            name=lambda trade: trade.id,
            moment=lambda trade: trade.time,
            limit=MOST_TRADES,
        )
        return history.entries(start_ms, end_ms, progress=progress)

    def every_candle(
        self,
        symbol: str,
        timeframe: Timeframe,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Candle]:
        """Read all candles of a timeframe, 10 000 a call, newest first.

        Raises as any page. Source: Bitfinex docs, Candles.
        """
        history = History(
            page=lambda start, end: self.candles(
                symbol, timeframe, start_ms=start, end_ms=end, limit=MOST_CANDLES
            ),
            name=lambda candle: candle.time,
            moment=lambda candle: candle.time,
            limit=MOST_CANDLES,
        )
        return history.entries(start_ms, end_ms, progress=progress)

    def every_ledger_entry(
        self,
        currency: str | None = None,
        *,
        category: int | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[LedgerEntry]:
        """Read all changes of balances, 2 500 a call, newest first.

        Raises as any page. Source: Bitfinex docs, Ledgers.
        """
        history = History(
            page=lambda start, end: self.ledgers(
                currency, category=category, start_ms=start, end_ms=end, limit=MOST_OF_ACCOUNT
            ),
            name=lambda entry: entry.id,
            moment=lambda entry: entry.time,
            limit=MOST_OF_ACCOUNT,
        )
        return history.entries(start_ms, end_ms, progress=progress)

    def every_movement(
        self,
        currency: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Movement]:
        """Read all deposits and withdrawals by their last change, 250 a call, newest first.

        Raises as any page. Source: Bitfinex docs, Movements.
        """
        history = History(
            page=lambda start, end: self.movements(
                currency, start_ms=start, end_ms=end, limit=MOST_MOVEMENTS
            ),
            name=lambda movement: movement.id,
            moment=lambda movement: movement.updated,
            limit=MOST_MOVEMENTS,
        )
        return history.entries(start_ms, end_ms, progress=progress)

    def every_past_order(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Order]:
        """Read all closed orders that are kept, two weeks or so, 2 500 a call, newest first.

        Raises as any page. Source: Bitfinex docs, Orders history.
        """
        history = History(
            page=lambda start, end: self.order_history(
                symbol, start_ms=start, end_ms=end, limit=MOST_OF_ACCOUNT
            ),
            name=lambda order: order.id,
            moment=lambda order: order.updated,
            limit=MOST_OF_ACCOUNT,
            slack_ms=_ORDER_SLACK_MS,
        )
        return history.entries(start_ms, end_ms, progress=progress)

    def every_fill(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Fill]:
        """Read all trades of ours, 2 500 a call; one with ourselves is two fills, newest first.

        Raises as any page. Source: Bitfinex docs, Trades (authenticated).
        """
        history = History(
            page=lambda start, end: self.fills(
                symbol, start_ms=start, end_ms=end, limit=MOST_OF_ACCOUNT
            ),
            name=lambda fill: (fill.id, fill.order_id),
            moment=lambda fill: fill.time,
            limit=MOST_OF_ACCOUNT,
        )
        return history.entries(start_ms, end_ms, progress=progress)
