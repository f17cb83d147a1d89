"""Positions, and what the margin wallet can carry."""

from __future__ import annotations

from collections.abc import Sequence

from exchange import symbols
from exchange.models.margin import MarginBase, MarginSymbol, Position
from exchange.rest_v2.endpoints import Endpoints, listed


class Margin(Endpoints):
    """The part of `RestV2` that reads positions and margin."""

    def positions(self) -> list[Position]:
        """Read open positions, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Positions.
        """
        return listed(Position.from_wire, self._read("auth/r/positions", "auth/r/positions"))

    def position_history(
        self,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Position]:
        """Read positions of the past, the last changed first; 50 at most.

        Raises as any read. Source: Bitfinex docs, Positions history.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        answer = self._read("auth/r/positions/hist", "auth/r/positions/hist", **within)
        return listed(Position.from_wire, answer)

    def position_snapshots(
        self,
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Position]:
        """Read positions as they stood at the ends of days, in the exchange's order; 500 at most.

        Raises as any read. Source: Bitfinex docs, Positions snapshot.
        """
        within = {"start": start_ms, "end": end_ms, "limit": limit}
        answer = self._read("auth/r/positions/snap", "auth/r/positions/snap", **within)
        return listed(Position.from_wire, answer)

    def position_audit(
        self,
        ids: Sequence[int],
        *,
        start_ms: int | None = None,
        end_ms: int | None = None,
        limit: int | None = None,
    ) -> list[Position]:
        """Read every state that positions went through, in the exchange's order; 250 at most.

        Raises as any read. Source: Bitfinex docs, Positions audit.
        """
        within = {"id": list(ids), "start": start_ms, "end": end_ms, "limit": limit}
        answer = self._read("auth/r/positions/audit", "auth/r/positions/audit", **within)
        return listed(Position.from_wire, answer)

    def margin_base(self) -> MarginBase:
        """Read the margin wallet as a whole.

        Raises as any read. Source: Bitfinex docs, Margin info.
        """
        answer = self._read("auth/r/info/margin", "auth/r/info/margin/base")
        return MarginBase.from_wire(answer)

    def margin_symbol(self, symbol: str) -> MarginSymbol:
        """Read what margin can trade of one pair.

        Raises as any read. Source: Bitfinex docs, Margin info.
        """
        path = f"auth/r/info/margin/{symbols.checked(symbol)}"
        return MarginSymbol.from_wire(self._read("auth/r/info/margin", path))

    def margin_symbols(self) -> list[MarginSymbol]:
        """Read what margin can trade of every pair, in the exchange's order.

        Raises as any read. Source: Bitfinex docs, Margin info.
        """
        answer = self._read("auth/r/info/margin", "auth/r/info/margin/sym_all")
        return listed(MarginSymbol.from_wire, answer)
