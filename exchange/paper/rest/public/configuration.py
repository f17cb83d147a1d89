"""The lists and maps of `conf`.

Source: Bitfinex docs, Configs; shapes of recorded answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exchange.paper.engine import Engine
from exchange.paper.market.currencies import CURRENCIES
from exchange.paper.market.markets import Market
from exchange.paper.market.showcase import FUTURE, Perpetual
from exchange.paper.numbers import Number, number, plain_text
from exchange.paper.rest.public.asking import Query, methods
from exchange.paper.rows import Row
from exchange.paper.trading.settlement import MAKER_FEE_MILLIONTHS, TAKER_FEE_MILLIONTHS

_FIAT = ("USD", "EUR", "GBP", "JPY", "CNH", "TRY")
# Method, and the currencies it moves; every other coin has a method of its own name.
_METHODS = {
    "BITCOIN": ["BTC"],
    "ETHEREUM": ["ETH"],
    "TETHERUSE": ["UST"],
    "TETHERUSX": ["UST"],
    "LITECOIN": ["LTC"],
    "RIPPLE": ["XRP"],
    "MONERO": ["XMR"],
    "ZCASH": ["ZEC"],
    "DASH": ["DSH"],
    "IOTA": ["IOT"],
    "ETHEREUMC": ["ETC"],
    "WIRE": list(_FIAT),
}
_OWN_METHOD = {code for codes in _METHODS.values() for code in codes}
_CONFIRMATIONS = {"BITCOIN": 3, "ETHEREUM": 12, "LITECOIN": 6}
_NEEDS_TAG = {"RIPPLE", "XLM", "EOS", "ATO", "HBAR", "TON"}
# What runs on another currency's chain: a few that everybody knows.
_POOLS = {
    "ETH": ("LINK", "UNI", "AAVE", "MKR", "SHIB", "PEPE", "UDC", "DAI"),
    "TRX": ("JST", "SUN"),
}
_EXPLORERS = {
    "BTC": "https://blockstream.info",
    "ETH": "https://etherscan.io",
    "LTC": "https://live.blockcypher.com/ltc",
}
_FEE_USD = 1.5


def _conf(engine: Engine, path: re.Match[str], query: Query) -> list[Any]:
    return [_answer(engine, key) for key in path["keys"].split(",")]


def _answer(engine: Engine, key: str) -> Any:
    # What is not known here exists on Bitfinex, and is empty: securities, for one.
    answer = _ANSWERS.get(key)
    return [] if answer is None else answer(engine)


def _markets(engine: Engine) -> list[Market]:
    return [live.market for live in engine.markets.values()]


def _perpetuals(engine: Engine) -> list[Perpetual]:
    shown = (live.market for live in engine.showcase.values())
    return [market for market in shown if isinstance(market, Perpetual)]


def _pairs(engine: Engine) -> list[str]:
    return sorted(market.pair for market in _markets(engine))


def _margin_pairs(engine: Engine) -> list[str]:
    return sorted(market.pair for market in _markets(engine) if market.initial_margin)


def _futures(engine: Engine) -> list[str]:
    return sorted(market.pair for market in _perpetuals(engine))


def _currencies(engine: Engine) -> list[str]:
    return sorted([*(currency.code for currency in CURRENCIES), *_underlyings(engine)])


def _margin_currencies(engine: Engine) -> list[str]:
    return sorted(
        {
            code
            for market in _markets(engine)
            if market.initial_margin
            for code in (market.base.code, market.quote.code)
        }
    )


def _underlyings(engine: Engine) -> dict[str, str]:
    codes = (
        currency.code for market in _perpetuals(engine) for currency in (market.base, market.quote)
    )
    return {f"{code}{FUTURE}": code for code in codes}


def _pair_infos(engine: Engine) -> list[Row]:
    return [[market.pair, [*_limits(market), None, None]] for market in _markets(engine)]


def _future_infos(engine: Engine) -> list[Row]:
    return [[market.pair, _limits(market)] for market in _perpetuals(engine)]


def _limits(market: Market) -> Row:
    sizes = [str(number(market.minimum)), plain_text(market.maximum)]
    margins = [
        None if margin is None else Number(margin)
        for margin in (market.initial_margin, market.minimum_margin)
    ]
    return [None, None, None, *sizes, None, None, None, *margins]


def _pair_names(engine: Engine) -> list[Row]:
    return [
        [market.pair, f"{market.base.ticker}/{market.quote.ticker}"]
        for market in _markets(engine)
        if (market.base.ticker, market.quote.ticker) != (market.base.code, market.quote.code)
    ]


def _names(engine: Engine) -> list[Row]:
    tickers = {c.code: c.ticker for c in CURRENCIES if c.ticker != c.code}
    futures = {code: f"{_ticker(of)}-PERP" for code, of in _underlyings(engine).items()}
    return [*map(list, tickers.items()), *map(list, futures.items())]


def _ticker(code: str) -> str:
    return next(currency.ticker for currency in CURRENCIES if currency.code == code)


def _labels(engine: Engine) -> list[Row]:
    return [[currency.code, currency.label] for currency in CURRENCIES]


def _transfer_methods(engine: Engine) -> list[Row]:
    own = [currency.code for currency in CURRENCIES if currency.code not in _OWN_METHOD]
    return [*map(list, _METHODS.items()), *([code, [code]] for code in own)]


def _transfer_statuses(engine: Engine) -> list[Row]:
    found = []
    for method, _ in _transfer_methods(engine):
        tag = int(method in _NEEDS_TAG)
        confirmations = _CONFIRMATIONS.get(method, 1)
        found.append([method, 1, 1, *[None] * 4, tag, tag, None, None, confirmations])
    return found


def _transfer_fees(engine: Engine) -> list[Row]:
    return [
        [currency.code, [0, 0 if currency.code in _FIAT else _fee(currency.start_value)]]
        for currency in CURRENCIES
    ]


def _fee(value: float) -> Number:
    return number(round(_FEE_USD / value * 10**8))


def _explorers(engine: Engine) -> list[Row]:
    return [
        [code, [url, f"{url}/address/VAL", f"{url}/tx/VAL"]] for code, url in _EXPLORERS.items()
    ]


def _margin_specification(engine: Engine) -> dict[str, Any]:
    lent = {market.pair: market for market in _markets(engine) if market.initial_margin}
    initial = {pair: Number(market.initial_margin or "") for pair, market in lent.items()}
    least = {pair: Number(market.minimum_margin or "") for pair, market in lent.items()}
    return {
        "conf": {"base_size_thres": 0, "base_size_incr": 1, "base_step": 0, "base_haircut": 1},
        "initial": {"base": Number("0.3"), "base_cap": 1} | initial,
        "minimum": {"base": Number("0.15"), "base_cap": 1} | least,
    }


def _fees(engine: Engine) -> dict[str, Any]:
    maker, taker = (number(fee * 100) for fee in (MAKER_FEE_MILLIONTHS, TAKER_FEE_MILLIONTHS))
    return {
        "spot": {"maker": maker, "taker": taker},
        "deriv_perp": {"correction_slope": Number("0.2")},
    }


_ANSWERS: dict[str, Callable[[Engine], Any]] = {
    "pub:list:pair:exchange": _pairs,
    "pub:list:pair:margin": _margin_pairs,
    "pub:list:pair:futures": _futures,
    "pub:list:currency": _currencies,
    "pub:list:currency:margin": _margin_currencies,
    "pub:info:pair": _pair_infos,
    "pub:info:pair:futures": _future_infos,
    "pub:info:tx:status": _transfer_statuses,
    "pub:map:pair:sym": _pair_names,
    "pub:map:currency:sym": _names,
    "pub:map:currency:label": _labels,
    "pub:map:currency:unit": lambda engine: [["IOT", "Mi|MegaIOTA"]],
    "pub:map:currency:undl": lambda engine: [*map(list, _underlyings(engine).items())],
    "pub:map:currency:pool": lambda engine: [
        [token, chain] for chain, tokens in _POOLS.items() for token in tokens
    ],
    "pub:map:currency:explorer": _explorers,
    "pub:map:currency:tx:fee": _transfer_fees,
    "pub:map:tx:method": _transfer_methods,
    "pub:spec:margin": _margin_specification,
    "pub:fees": _fees,
}

METHODS = methods((r"/v2/conf/(?P<keys>[^/]+)", _conf))
