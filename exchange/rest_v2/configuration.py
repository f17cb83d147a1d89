"""The exchange's configuration lists: pairs, sizes, currency names."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from exchange import rows, symbols
from exchange.models.markets import PairInfo
from exchange.rest_v2.endpoints import Endpoints

PAIRS = "pub:list:pair:exchange"
PAIR_INFOS = "pub:info:pair"
CURRENCY_NAMES = "pub:map:currency:sym"
CURRENCY_LABELS = "pub:map:currency:label"


class Configuration(Endpoints):
    """The part of `RestV2` that reads configuration lists."""

    def configuration(self, *keys: str) -> dict[str, Any]:
        """Read several configuration lists in one call: key to parsed JSON, not yet models.

        The exchange answers all keys it knows, a list for each, in the order asked.
        Raises as any public read. Source: Bitfinex docs, Configs.
        """
        answers = self._public("conf", "conf/" + ",".join(quote(key, safe=":") for key in keys))
        return dict(zip(keys, _answers(answers, len(keys)), strict=True))

    def pairs(self, wallet: str = "exchange") -> list[str]:
        """List the pairs that trade: "BTCUSD", "DOGE:USD".

        They come in the exchange's order. wallet: "exchange", "margin", "futures" or "securities".
        Raises as any public read. Source: Bitfinex docs, conf `pub:list:pair:…`.
        """
        key = f"pub:list:pair:{wallet}"
        return _pairs(self.configuration(key)[key])

    def currencies(self) -> list[str]:
        """List the currency codes of the wire, in the exchange's order.

        Raises as any public read. Source: Bitfinex docs, conf `pub:list:currency`.
        """
        key = "pub:list:currency"
        return _names(self.configuration(key)[key])

    def pair_infos(self, kind: str = "") -> dict[str, PairInfo]:
        """Read order sizes (base currency) and margins of all pairs, by pair.

        kind: "" for spot and margin, "futures" for perpetuals.
        Raises as any public read. Source: Bitfinex docs, conf `pub:info:pair`.
        """
        key = f"{PAIR_INFOS}:{kind}" if kind else PAIR_INFOS
        return _pair_infos(self.configuration(key)[key])

    def currency_names(self) -> dict[str, str]:
        """Read what currencies are called in public where it differs: {"UST": "USDt"}.

        They go by currency code.
        Raises as any public read. Source: Bitfinex docs, conf `pub:map:currency:sym`.
        """
        return _texts(self.configuration(CURRENCY_NAMES)[CURRENCY_NAMES])

    def currency_labels(self) -> dict[str, str]:
        """Read the currencies' full names: {"BTC": "Bitcoin"}.

        They go by currency code.
        Raises as any public read. Source: Bitfinex docs, conf `pub:map:currency:label`.
        """
        return _texts(self.configuration(CURRENCY_LABELS)[CURRENCY_LABELS])


@rows.decodes
def _answers(answer: Any, count: int) -> list[Any]:
    return rows.array(answer, count)[:count]


@rows.decodes
def _pairs(answer: Any) -> list[str]:
    return [pair for pair in map(rows.text, rows.array(answer, 0)) if _is_pair(pair)]


@rows.decodes
def _names(answer: Any) -> list[str]:
    return [rows.text(name) for name in rows.array(answer, 0)]


@rows.decodes
def _pair_infos(answer: Any) -> dict[str, PairInfo]:
    infos = map(PairInfo.from_wire, rows.array(answer, 0))
    return {info.pair: info for info in infos if _is_pair(info.pair)}


@rows.decodes
def _texts(answer: Any) -> dict[str, str]:
    entries = (rows.array(row, 2) for row in rows.array(answer, 0))
    return {rows.text(key): rows.text(value) for key, value, *_ in entries}


def _is_pair(text: str) -> bool:
    """Leave out a name of a form we do not know, rather than lose all the others with it."""
    return symbols.is_symbol(f"t{text}")
