"""The public endpoints of funding: symbols such as "fUSD", daily rates, periods in days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from exchange import rows, symbols, wire
from exchange.models.books import FundingBookLevel, RawFundingOffer
from exchange.models.markets import Candle, Timeframe
from exchange.models.tickers import AveragePrice, FundingTicker
from exchange.models.trades import PublicFundingTrade
from exchange.rest_v2.endpoints import Endpoints, listed, names, order_of

# One period, or an average over periods: "p30", "a30:p2:p30".
_PERIODS = re.compile(r"p[0-9]{1,3}|a[0-9]{1,3}:p[0-9]{1,3}:p[0-9]{1,3}", re.ASCII)
_REQUIRED = slice(2, 14)


class FundingMarkets(Endpoints):
    """The part of `RestV2` that reads rates, books, trades and candles of funding."""

    def funding_ticker(self, symbol: str) -> FundingTicker:
        """Read one currency's best rates and last 24 hours.

        Raises as any public read. Source: Bitfinex docs, Ticker.
        """
        row = self._public("ticker", f"ticker/{symbols.checked_funding(symbol)}")
        return FundingTicker.from_wire(symbol, row)

    def funding_tickers(self, wanted: Sequence[str] | None = None) -> list[FundingTicker]:
        """Read the tickers of the wanted currencies, of all of them when None.

        Pairs are left out, and so are currencies that nobody lends yet. They come in the exchange's
        order.
        Raises as any public read. Source: Bitfinex docs, Tickers.
        """
        asked = names(wanted, symbols.checked_funding)
        return _tickers(self._public("tickers", "tickers", symbols=asked)) if asked else []

    def funding_book(
        self, symbol: str, precision: str = "P0", length: int = 25
    ) -> list[FundingBookLevel]:
        """Read a funding book: bids from the best down, then offers from the best up.

        precision: P0 (exact) to P4; length: 1, 25, 100 or 250 levels a side.
        Raises as any public read. Source: Bitfinex docs, Book.
        """
        path = f"book/{symbols.checked_funding(symbol)}/{quote(precision)}"
        return listed(FundingBookLevel.from_wire, self._public_book(path, length))

    def raw_funding_book(self, symbol: str, length: int = 25) -> list[RawFundingOffer]:
        """Read a funding book offer by offer, in the exchange's order.

        length: 1, 25, 100 or 250 a side.
        Raises as any public read. Source: Bitfinex docs, Book, precision R0.
        """
        path = f"book/{symbols.checked_funding(symbol)}/R0"
        return listed(RawFundingOffer.from_wire, self._public_book(path, length))

    def funding_trades(
        self,
        symbol: str,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[PublicFundingTrade]:
        """Read loans of all participants, newest first; 125 without a limit, 10 000 at most.

        Raises as any public read. Source: Bitfinex docs, Trades.
        """
        path = f"trades/{symbols.checked_funding(symbol)}/hist"
        within = {"start": start_ms, "end": end_ms, "limit": limit, "sort": order_of(oldest_first)}
        answer = self._public("trades", path, **within)
        return listed(lambda row: PublicFundingTrade.from_wire(symbol, row), answer)

    def funding_candles(
        self,
        symbol: str,
        timeframe: Timeframe,
        *,
        periods: str = "p30",
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> list[Candle]:
        """Read candles of a currency's rates, newest first; 10 000 at most.

        periods: the loans counted, "p30" for 30 days, "a30:p2:p30" for the average of 2 to 30.
        Raises as any public read. Source: Bitfinex docs, Candles.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit, "sort": order_of(oldest_first)}
        path = f"candles/{funding_candle_key(symbol, timeframe, periods)}/hist"
        return listed(Candle.from_wire, self._public("candles", path, **within))

    def last_funding_candle(
        self, symbol: str, timeframe: Timeframe, *, periods: str = "p30"
    ) -> Candle:
        """Read the newest candle of a currency's rates.

        Raises as any public read. Source: Bitfinex docs, Candles.
        """
        path = f"candles/{funding_candle_key(symbol, timeframe, periods)}/last"
        return Candle.from_wire(self._public("candles", path))

    def average_rate(
        self,
        symbol: str,
        amount: Decimal,
        *,
        period: int | None = None,
        limit_rate: Decimal | None = None,
    ) -> AveragePrice:
        """Ask at what average rate an amount could be lent (below 0) or borrowed now.

        period: the longest loan, in days; limit_rate: the worst daily rate to take.
        Raises as any public read. Source: Bitfinex docs, Market average price.
        """
        members = {
            "symbol": symbols.checked_funding(symbol),
            "amount": wire.plain(amount),
            "period": period,
            "rate_limit": limit_rate and wire.plain(limit_rate),
        }
        return AveragePrice.from_wire(self._calculate("calc/trade/avg", members))


def funding_candle_key(symbol: str, timeframe: Timeframe, periods: str) -> str:
    """Return what candles of a currency's rates go by. Raises ValueError."""
    if not _PERIODS.fullmatch(periods):
        raise ValueError(f"not periods of funding: {periods[:40]!r}")
    return f"trade:{Timeframe(timeframe)}:{symbols.checked_funding(symbol)}:{periods}"


@rows.decodes
def _tickers(answer: Any) -> list[FundingTicker]:
    return [
        FundingTicker.from_wire(row[0], row[1:])
        for row in (rows.array(row, 1) for row in rows.array(answer, 0))
        if symbols.is_funding_symbol(rows.text(row[0])) and None not in row[_REQUIRED]
    ]
