"""What a page with charts needs beside its markets; candles are asked for by the chart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from exchange.models.markets import Timeframe

# What the chart asks the sheet for: it draws on a canvas, where no class reaches.
INKS = ("up", "down", "muted", "line", "edge", "accent")
# The library's licence asks for a link; its own would bring a style sheet that our policy forbids.
MAKER = "https://www.tradingview.com/"
CHART: Mapping[str, object] = MappingProxyType(
    {"timeframes": tuple(each.value for each in Timeframe), "inks": INKS, "chart_maker": MAKER}
)
