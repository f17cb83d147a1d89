"""v1's public methods about funding: its book, and what was lent at which rates.

Rates are told in percent a year. Source: Bitfinex docs v1, "Fundingbook" and "Lends".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from exchange.paper.market.showcase import period_of
from exchange.paper.numbers import plain_text
from exchange.paper.rest.v1.calls import LegacyRefusal, PublicCall, seconds, whole
from exchange.paper.trading.desk import LiveMarket

_ROWS_BY_DEFAULT, _MOST_ROWS = 50, 1_000
_PERCENT_A_YEAR = 36_500


def _market(call: PublicCall) -> LiveMarket:
    live = call.engine.showcase.get(f"f{call.path['currency'].upper()}")
    if live is None:
        raise LegacyRefusal("Unknown currency")
    return live


def _yearly(daily_rate: int) -> str:
    return plain_text(daily_rate * _PERCENT_A_YEAR)


def _book(call: PublicCall) -> dict[str, list[dict[str, Any]]]:
    book, now = _market(call).book, seconds(call.engine.clock())
    return {
        name: [
            {
                "rate": _yearly(resting.price),
                "amount": plain_text(resting.amount),
                "period": period_of(resting.id),
                "timestamp": now,
                "frr": "No",
            }
            for resting in islice(
                book.side(is_buy=is_buy).orders(),
                whole(call.query, f"limit_{name}", _ROWS_BY_DEFAULT),
            )
        ]
        for name, is_buy in (("bids", True), ("asks", False))
    }


def _lends(call: PublicCall) -> list[dict[str, Any]]:
    live, since_ms = _market(call), whole(call.query, "timestamp", 0) * 1000
    limit = min(whole(call.query, "limit_lends", _ROWS_BY_DEFAULT), _MOST_ROWS)
    return [
        {
            "rate": _yearly(trade.price),
            "amount_lent": plain_text(abs(trade.amount)),
            "amount_used": plain_text(abs(trade.amount)),
            "timestamp": trade.made_ms // 1000,
        }
        for trade in islice(live.tape.trades(since_ms), limit)
    ]


METHODS: tuple[tuple[re.Pattern[str], Callable[[PublicCall], Any]], ...] = (
    (re.compile(r"/v1/lendbook/(?P<currency>[^/]+)"), _book),
    (re.compile(r"/v1/lends/(?P<currency>[^/]+)"), _lends),
)
