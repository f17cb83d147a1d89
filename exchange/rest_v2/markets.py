"""The public endpoints of trading pairs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from exchange import rows, symbols, wire
from exchange.models.books import BookLevel, RawBookOrder
from exchange.models.markets import Candle, DerivativeStatus, Timeframe
from exchange.models.tickers import AveragePrice, Ticker, TickerMoment
from exchange.models.trades import PublicTrade
from exchange.rest_v2.endpoints import Endpoints, listed, names, order_of

_TICKER_MEMBERS = 11


class Markets(Endpoints):
    """The part of `RestV2` that reads prices, books, trades and candles of pairs."""

    def platform_is_operative(self) -> bool:
        """Tell whether the exchange trades; False during maintenance.

        Raises as any public read. Source: Bitfinex docs, Platform status.
        """
        return _platform_status(self._public("platform", "platform/status"))

    def ticker(self, symbol: str) -> Ticker:
        """Read one pair's best prices and last 24 hours.

        Raises as any public read. Source: Bitfinex docs, Ticker.
        """
        row = self._public("ticker", f"ticker/{symbols.checked(symbol)}")
        return Ticker.from_wire(symbol, row)

    def tickers(self, wanted: Sequence[str] | None = None) -> list[Ticker]:
        """Read the tickers of the wanted symbols, of all trading pairs when None.

        Funding currencies are left out, and so are pairs that have no price at all yet. They come
        in the exchange's order.
        Raises as any public read. Source: Bitfinex docs, Tickers.
        """
        asked = names(wanted, symbols.checked)
        return _tickers(self._public("tickers", "tickers", symbols=asked)) if asked else []

    def ticker_history(
        self,
        wanted: Sequence[str],
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[TickerMoment]:
        """Read the best prices of up to a year at full hours, newest first; 250 at most.

        Raises as any public read. Source: Bitfinex docs, Tickers history.
        """
        asked = names(wanted, symbols.checked)
        if not asked:
            return []
        query = {"symbols": asked, "start": start_ms, "end": end_ms, "limit": limit}
        return listed(TickerMoment.from_wire, self._public("tickers", "tickers/hist", **query))

    def book(self, symbol: str, precision: str = "P0", length: int = 25) -> list[BookLevel]:
        """Read an order book: bids from the best down, then asks from the best up.

        precision: P0 (exact) to P4; length: 1, 25, 100 or 250 levels a side.
        Raises as any public read. Source: Bitfinex docs, Book.
        """
        path = f"book/{symbols.checked(symbol)}/{quote(precision)}"
        return listed(BookLevel.from_wire, self._public_book(path, length))

    def raw_book(self, symbol: str, length: int = 25) -> list[RawBookOrder]:
        """Read an order book order by order: bids from the best down, then asks from the best up.

        length: 1, 25, 100 or 250 orders a side.
        Raises as any public read. Source: Bitfinex docs, Book, precision R0.
        """
        path = f"book/{symbols.checked(symbol)}/R0"
        return listed(RawBookOrder.from_wire, self._public_book(path, length))

    def trades(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[PublicTrade]:
        """Read trades of all participants, newest first; 125 without a limit, 10 000 at most.

        Raises as any public read. Source: Bitfinex docs, Trades.
        """
        path = f"trades/{symbols.checked(symbol)}/hist"
        within = {"start": start_ms, "end": end_ms, "limit": limit, "sort": order_of(oldest_first)}
        answer = self._public("trades", path, **within)
        return listed(lambda row: PublicTrade.from_wire(symbol, row), answer)

    def candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[Candle]:
        """Read candles, newest first, the one that is still growing among them; 10 000 at most.

        Periods without a trade are missing.
        Raises as any public read. Source: Bitfinex docs, Candles.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit, "sort": order_of(oldest_first)}
        path = f"candles/{candle_key(symbol, timeframe)}/hist"
        return listed(Candle.from_wire, self._public("candles", path, **within))

    def last_candle(self, symbol: str, timeframe: Timeframe) -> Candle:
        """Read the newest candle, which is still growing.

        Raises as any public read. Source: Bitfinex docs, Candles.
        """
        path = f"candles/{candle_key(symbol, timeframe)}/last"
        return Candle.from_wire(self._public("candles", path))

    def derivative_statuses(self, wanted: Sequence[str] | None = None) -> list[DerivativeStatus]:
        """Read where perpetuals stand, all of them when None; unknown symbols are left out.

        They come in the exchange's order.
        Raises as any public read. Source: Bitfinex docs, Derivatives status.
        """
        keys = names(wanted, symbols.checked)
        if not keys:
            return []
        return listed(_derivative, self._public("status/deriv", "status/deriv", keys=keys))

    def derivative_history(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[DerivativeStatus]:
        """Read where a perpetual stood, newest first; 5 000 at most.

        Raises as any public read. Source: Bitfinex docs, Derivatives status history.
        """
        path = f"status/deriv/{symbols.checked(symbol)}/hist"
        within = {"start": start_ms, "end": end_ms, "limit": limit, "sort": order_of(oldest_first)}
        answer = self._public("status/deriv", path, **within)
        return listed(lambda row: DerivativeStatus.from_wire(symbol, row), answer)

    def average_price(
        self, symbol: str, amount: Decimal, *, limit_price: Decimal | None = None
    ) -> AveragePrice:
        """Ask what an amount would cost on average now: buying above 0, selling below.

        amount: in base currency; limit_price: the worst price to take, in quote currency.
        Raises as any public read. Source: Bitfinex docs, Market average price.
        """
        members = {
            "symbol": symbols.checked(symbol),
            "amount": wire.plain(amount),
            "price_limit": limit_price and wire.plain(limit_price),
        }
        return AveragePrice.from_wire(self._calculate("calc/trade/avg", members))

    def exchange_rate(self, currency: str, to: str) -> Decimal:
        """Ask what one unit of a currency is worth in another.

        Raises as any public read. Source: Bitfinex docs, Foreign exchange rate.
        """
        members = {
            "ccy1": symbols.checked_currency(currency),
            "ccy2": symbols.checked_currency(to),
        }
        return _rate(self._calculate("calc/fx", members))


def candle_key(symbol: str, timeframe: Timeframe) -> str:
    """Return what candles of a pair go by. Raises ValueError on an unknown timeframe."""
    return f"trade:{Timeframe(timeframe)}:{symbols.checked(symbol)}"


@rows.decodes
def _platform_status(answer: Any) -> bool:
    return rows.flag(rows.array(answer, 1)[0])


@rows.decodes
def _tickers(answer: Any) -> list[Ticker]:
    return [
        Ticker.from_wire(row[0], row[1:])
        for row in (rows.array(row, _TICKER_MEMBERS) for row in rows.array(answer, 0))
        if symbols.is_symbol(rows.text(row[0])) and None not in row[:_TICKER_MEMBERS]
    ]


@rows.decodes
def _derivative(row: Any) -> DerivativeStatus:
    key, *rest = rows.array(row, 1)
    return DerivativeStatus.from_wire(rows.text(key), rest)


@rows.decodes
def _rate(answer: Any) -> Decimal:
    return rows.decimal(rows.array(answer, 1)[0])
