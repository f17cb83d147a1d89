"""One key's own funding: offers, loans, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exchange import symbols
from exchange.client import Model
from exchange.models.funding import FundingInfo, FundingLoan, FundingOffer
from exchange.models.trades import FundingFill
from exchange.rest_v2.endpoints import Endpoints, listed, of_funding


class Funding(Endpoints):
    """The part of `RestV2` that reads what an account lends and borrows."""

    def funding_info(self, symbol: str) -> FundingInfo:
        """Read what our funding of one currency yields and costs.

        Raises as any read. Source: Bitfinex docs, Funding info.
        """
        path = f"auth/r/info/funding/{symbols.checked_funding(symbol)}"
        return FundingInfo.from_wire(self._read("auth/r/info/funding", path))

    def funding_offers(self, symbol: str | None = None) -> list[FundingOffer]:
        """Read offers that stand, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Funding offers.
        """
        return self._present("offers", FundingOffer.from_wire, symbol)

    def funding_offer_history(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[FundingOffer]:
        """Read offers that ended, newest first; 500 at most.

        Raises as any read. Source: Bitfinex docs, Funding offers history.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        return self._past("offers", FundingOffer.from_wire, symbol, within)

    def funding_loans(self, symbol: str | None = None) -> list[FundingLoan]:
        """Read loans that no position uses, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Funding loans.
        """
        return self._present("loans", FundingLoan.from_wire, symbol)

    def funding_loan_history(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[FundingLoan]:
        """Read unused loans that ended, newest first; 500 at most.

        Raises as any read. Source: Bitfinex docs, Funding loans history.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        return self._past("loans", FundingLoan.from_wire, symbol, within)

    def funding_credits(self, symbol: str | None = None) -> list[FundingLoan]:
        """Read loans that positions use, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Funding credits.
        """
        return self._present("credits", FundingLoan.from_wire, symbol)

    def funding_credit_history(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[FundingLoan]:
        """Read used loans that ended, newest first; 500 at most.

        Raises as any read. Source: Bitfinex docs, Funding credits history.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        return self._past("credits", FundingLoan.from_wire, symbol, within)

    def funding_fills(
        self,
        symbol: str | None = None,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[FundingFill]:
        """Read loans that came of our offers, newest first; 1 000 at most.

        Raises as any read. Source: Bitfinex docs, Funding trades.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        return self._past("trades", FundingFill.from_wire, symbol, within)

    def _present(self, kind: str, read: Callable[[Any], Model], symbol: str | None) -> list[Model]:
        path = f"auth/r/funding/{kind}{of_funding(symbol)}"
        return listed(read, self._read(f"auth/r/funding/{kind}", path))

    def _past(
        self,
        kind: str,
        read: Callable[[Any], Model],
        symbol: str | None,
        within: dict[str, int | None],
    ) -> list[Model]:
        path = f"auth/r/funding/{kind}{of_funding(symbol)}/hist"
        return listed(read, self._read(f"auth/r/funding/{kind}/hist", path, **within))
