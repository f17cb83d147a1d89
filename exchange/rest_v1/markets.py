"""The public endpoints of REST v1: tickers, pairs, books, trades."""

from __future__ import annotations

from exchange.models import v1 as models_v1
from exchange.models.books import BookLevel
from exchange.models.markets import PairInfo
from exchange.models.trades import PublicTrade
from exchange.models.v1 import TickerV1, v1_pair
from exchange.rest_v1.endpoints import Endpoints
from exchange.rows import every


class Markets(Endpoints):
    """The part of `RestV1` that reads what everybody may read."""

    def pubticker(self, symbol: str) -> TickerV1:
        """Read one pair's best prices and day.

        Raises as any public read. Source: Bitfinex docs v1, Ticker.
        """
        path = f"/v1/pubticker/{v1_pair(symbol)}"
        return TickerV1.from_wire(symbol, self._public("v1/pubticker", path))

    def symbols(self) -> list[str]:
        """List the pairs, written as v2 does: "BTCUSD", in the exchange's order.

        Raises as any public read. Source: Bitfinex docs v1, Symbols.
        """
        return every(models_v1.pair, self._public("v1/symbols", "/v1/symbols"))

    def symbols_details(self) -> dict[str, PairInfo]:
        """Read order sizes and margins, by pair.

        Raises as any public read. Source: Bitfinex docs v1, Symbol details.
        """
        answer = self._public("v1/symbols_details", "/v1/symbols_details")
        return {info.pair: info for info in every(models_v1.pair_info, answer)}

    def book(
        self, symbol: str, *, bids: int = 50, asks: int = 50, group: bool = True
    ) -> list[BookLevel]:
        """Read an order book: bids from the best down, then asks from the best up.

        group: add up orders of one price, else each is a level.
        Raises as any public read. Source: Bitfinex docs v1, Orderbook.
        """
        path = f"/v1/book/{v1_pair(symbol)}"
        query = {"limit_bids": bids, "limit_asks": asks, "group": int(group)}
        return models_v1.book(self._public("v1/book", path, query))

    def trades(
        self, symbol: str, *, since_seconds: int | None = None, limit: int | None = None
    ) -> list[PublicTrade]:
        """Read trades of all participants, newest first; 50 without a limit.

        since_seconds: since the epoch.
        Raises as any public read. Source: Bitfinex docs v1, Trades.
        """
        path = f"/v1/trades/{v1_pair(symbol)}"
        query = {"timestamp": since_seconds, "limit_trades": limit}
        answer = self._public("v1/trades", path, query)
        return every(lambda members: models_v1.trade(members, symbol), answer)
