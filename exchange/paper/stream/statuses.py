"""Feeds that are asked for by a key: candles, the state of perpetuals, liquidations.

`changes` holds the payloads of the newest flush, in the order to send them.
Source: Bitfinex docs, "WebSocket Candles" and "WebSocket Status"; live probes of September 2026 for
how often a perpetual is told.
"""

from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.market.candles import Candle
from exchange.paper.market_rows import candle_row
from exchange.paper.numbers import dumps, number
from exchange.paper.rest.public.statuses import derivative_status
from exchange.paper.rows import Row
from exchange.paper.trading.desk import LiveMarket
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.orders import Ending, Order
from exchange.paper.trading.state.changes import Changes

_SNAPSHOT_CANDLES = 240
_TOLD_EVERY_MS = 1_000
_WORKED_OUT_EVERY_MS = 3_000


class CandleFeed:
    """Follow the candle that is growing; the one before it is told once more when it is full."""

    def __init__(self, live: LiveMarket, timeframe: str) -> None:
        self._live = live
        self._timeframe = timeframe
        self._told = live.chart.last(timeframe)
        self.changes: list[str] = []

    def flush(self, now_ms: int) -> None:
        """Note the candles that are other than they were last told."""
        self.changes = []
        newest = self._live.chart.last(self._timeframe)
        if newest == self._told:
            return
        candles = [newest] if newest.start_ms == self._told.start_ms else self._since_told()
        self.changes = [dumps(candle_row(one)) for one in candles if one != self._told]
        self._told = newest

    def snapshot(self) -> str:
        """Return the latest candles, newest first."""
        candles = self._live.chart.candles(self._timeframe, limit=_SNAPSHOT_CANDLES)
        return dumps([candle_row(candle) for candle in candles])

    def _since_told(self) -> list[Candle]:
        start_ms = self._told.start_ms
        return self._live.chart.candles(self._timeframe, start_ms=start_ms, oldest_first=True)


class DerivativeFeed:
    """Tell where a perpetual stands: every second, and something new every third time."""

    def __init__(self, engine: Engine, symbol: str) -> None:
        self._engine = engine
        self._symbol = symbol
        self._told_ms = self._worked_out_ms = 0
        self._row = self._status()
        self.changes: list[str] = []

    def flush(self, now_ms: int) -> None:
        """Tell it when it is time."""
        self.changes = []
        if now_ms - self._told_ms < _TOLD_EVERY_MS:
            return
        self._told_ms = now_ms
        if now_ms - self._worked_out_ms >= _WORKED_OUT_EVERY_MS:
            self._worked_out_ms, self._row = now_ms, self._status()
        self.changes = [self._row]

    def snapshot(self) -> str:
        """Return it as last worked out."""
        return self._row

    def _status(self) -> str:
        return dumps(derivative_status(self._engine, self._symbol))


class LiquidationFeed:
    """Tell of every position that was closed by force."""

    def __init__(self) -> None:
        self._waiting: list[Row] = []
        self.changes: list[str] = []

    def note(self, changes: Changes) -> None:
        """Look for liquidations among what has just been saved."""
        positions = {
            (position.account, position.market.symbol): position
            for position in changes.positions.values()
            if not position.is_open
        }
        for order in changes.orders.values():
            position = positions.get((order.account, order.market.symbol))
            if order.ending is Ending.FORCED and position is not None:
                self._waiting.append(_liquidation_row(order, position))

    def flush(self, now_ms: int) -> None:
        """Take up what was noted since the last flush: all of it is one frame."""
        self.changes = [dumps(self._waiting)] if self._waiting else []
        self._waiting = []

    def snapshot(self) -> str:
        """Return nothing: what is past is told by REST."""
        return "[]"


def _liquidation_row(order: Order, position: Position) -> Row:
    row: Row = ["pos", position.id, order.updated_ms, None, order.market.symbol]
    sold = number(order.executed * -order.sign)
    return [*row, sold, position.base_price, None, 1, 1, None, order.average_price()]
