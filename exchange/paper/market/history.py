"""The past of all markets: what earlier runs recorded, and what is made up around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from exchange.paper.market.chart import Chart
from exchange.paper.market.course import YEAR_MS, Course, Stretch
from exchange.paper.market.markets import Market
from exchange.paper.market.record import Record
from exchange.paper.market.spans import MINUTE_MS, Span

# Trades that are made up bear numbers from a range of so many a second.
_NUMBERS_A_SECOND = 50
# A shorter absence leaves no trace in the charts.
_ABSENCE_MS = MINUTE_MS


@dataclass(slots=True)
class Recorded:
    """What earlier runs left behind. told_ms is when the last of them was last heard of."""

    told_ms: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    spans: dict[str, list[Span]] = field(default_factory=dict)


class History:
    """Hold a chart for every market. seed is a text.

    values are what currencies are worth now, last_id the newest number of a trade. When nobody
    was there for a while, that time is made up, and last_id has risen by what it took.
    """

    def __init__(
        self,
        seed: str,
        now_ms: int,
        values: Mapping[str, float],
        last_id: int,
        recorded: Recorded | None = None,
    ) -> None:
        recorded = recorded or Recorded()
        self._seed = seed
        self.stretches = [
            stretch for stretch in recorded.stretches if stretch.end_ms > now_ms - YEAR_MS
        ]
        self.last_id = last_id
        self._attend(now_ms, values, recorded.told_ms if recorded.stretches else None)
        self._courses = [Course(seed, stretch) for stretch in self.stretches]
        self._runs_ms = [stretch.end_ms for stretch in self.stretches]
        self._recorded = recorded.spans
        self._charts: dict[str, Chart] = {}

    def chart(self, market: Market) -> Chart:
        """Open a market's chart."""
        record = Record(self._recorded.pop(market.symbol, ()), self._runs_ms)
        chart = Chart(market, self._seed, self._courses, record)
        self._charts[market.symbol] = chart
        return chart

    def take_unsaved(self) -> dict[str, list[Span]]:
        """Return the spans that have changed since the last call, by symbol."""
        taken = {symbol: chart.record.take_unsaved() for symbol, chart in self._charts.items()}
        return {symbol: spans for symbol, spans in taken.items() if spans}

    def _attend(self, now_ms: int, values: Mapping[str, float], told_ms: int | None) -> None:
        if told_ms is None:
            numbers = YEAR_MS // 1000 * _NUMBERS_A_SECOND
            first_id = self.last_id + 1 - numbers
            self._add(now_ms - YEAR_MS, now_ms, first_id, numbers, None, values)
        elif now_ms - told_ms >= _ABSENCE_MS:
            numbers = (now_ms - told_ms) * _NUMBERS_A_SECOND // 1000
            self._add(told_ms, now_ms, self.last_id + 1, numbers, values, values)
            self.last_id += numbers

    def _add(
        self,
        start_ms: int,
        end_ms: int,
        first_id: int,
        numbers: int,
        before: Mapping[str, float] | None,
        after: Mapping[str, float],
    ) -> None:
        self.stretches.append(
            Stretch(
                start_ms=start_ms,
                end_ms=end_ms,
                first_id=first_id,
                last_id=first_id + numbers - 1,
                before=before,
                after=dict(after),
            )
        )
