"""Learning which markets there are, and what they are called."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import transaction

from dashboard.accounts import clients
from dashboard.markets.models import LABEL_LENGTH, NAME_LENGTH, Instrument
from exchange import rows
from exchange.errors import DecodeError, ExchangeError
from exchange.models.markets import PairInfo
from exchange.rest_v2 import CURRENCY_LABELS, CURRENCY_NAMES, PAIR_INFOS, PAIRS, RestV2
from exchange.symbols import CurrencyNames, split, symbol_of

logger = logging.getLogger(__name__)

_REFRESHED = [
    "base",
    "quote",
    "base_name",
    "quote_name",
    "label",
    "minimum",
    "maximum",
    "is_on_margin",
    "is_listed",
]


@cache
def public_client() -> RestV2:
    """Return this process's client for calls that need no key."""
    return clients.public_client(RestV2)


def refresh_instruments(client: RestV2 | None = None) -> bool:
    """Store the exchange's own list of markets; return whether it gave one.

    While the exchange is down, or says that it lists nothing at all, what is known stays.
    """
    try:
        found = list(_listed_instruments(client or public_client()))
    except ExchangeError as exc:
        logger.warning("the list of markets could not be read: %s", exc)
        return False
    if not found:
        logger.warning("the exchange lists no markets: the known ones are kept")
        return False
    _store(found)
    return True


def _store(found: list[Instrument]) -> None:
    with transaction.atomic():
        Instrument.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["symbol"], update_fields=_REFRESHED
        )
        dropped = Instrument.objects.exclude(symbol__in=[each.symbol for each in found])
        dropped.filter(is_listed=True).update(is_listed=False)


def _listed_instruments(client: RestV2) -> Iterator[Instrument]:
    answers = client.configuration(PAIRS, PAIR_INFOS, CURRENCY_NAMES, CURRENCY_LABELS)
    names = CurrencyNames(_texts(answers[CURRENCY_NAMES]))
    labels = _texts(answers[CURRENCY_LABELS])
    sizes = {info.pair: info for info in _each(answers[PAIR_INFOS], PairInfo.from_wire)}
    for symbol in _each(answers[PAIRS], _symbol):
        base, quote = split(symbol)
        size = sizes.get(symbol[1:])
        yield Instrument(
            symbol=symbol,
            base=base,
            quote=quote,
            base_name=names.public(base)[:NAME_LENGTH],
            quote_name=names.public(quote)[:NAME_LENGTH],
            label=labels.get(base, "")[:LABEL_LENGTH],
            minimum=size.minimum if size else None,
            maximum=size.maximum if size else None,
            is_on_margin=size is not None and bool(size.initial_margin),
            is_listed=True,
        )


def _each(answer: Any, read: Any) -> Iterator[Any]:
    """Read the rows one by one: an odd one costs us its own market, not all of them."""
    for row in _rows(answer):
        try:
            yield read(row)
        except DecodeError as exc:
            logger.warning("left out of the list of markets: %s", exc)


@rows.decodes
def _rows(answer: Any) -> list[Any]:
    return rows.array(answer, 0)


@rows.decodes
def _symbol(pair: Any) -> str:
    return symbol_of(rows.text(pair))


@rows.decodes
def _texts(answer: Any) -> dict[str, str]:
    entries = (rows.array(row, 2) for row in rows.array(answer, 0))
    return {rows.text(code): rows.text(name) for code, name, *_ in entries}
