"""The account's own trading fees."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache

from dashboard.accounts.clients import client_for
from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.sealing import SealingError
from exchange.errors import ExchangeError
from exchange.models import FeeSummary

logger = logging.getLogger(__name__)

KEPT_SECONDS = 600
RETRY_SECONDS = 15
# Bitfinex's taker fee without any discount. Source: Bitfinex, fee schedule.
USUAL_TAKER = Decimal("0.002")

# The exchange charges by the kind of the quote currency. Source: Bitfinex docs, Summary.
FIAT = frozenset({"USD", "EUR", "GBP", "JPY", "CNH", "TRY", "MXN"})
STABLE = frozenset({"UST", "UDC", "EUT", "EUQ", "DAI", "PAX", "TSD"})


@dataclass(frozen=True, slots=True)
class FeeRate:
    """The most an order is charged, as a fraction; assumed where the exchange did not tell."""

    taker: Decimal
    is_assumed: bool = False


def fee_rate(account: ExchangeAccount, quote: str) -> FeeRate:
    """Return the taker's fee for markets quoted in `quote`; asks the exchange at most rarely."""
    summary = fee_summary(account)
    if summary is None:
        return FeeRate(USUAL_TAKER, is_assumed=True)
    if quote in FIAT:
        return FeeRate(summary.taker_fiat)
    return FeeRate(summary.taker_stable if quote in STABLE else summary.taker)


def fee_summary(account: ExchangeAccount) -> FeeSummary | None:
    name = f"fees-{account.pk}"
    if name in cache:
        kept: FeeSummary | None = cache.get(name)
        return kept
    try:
        summary = client_for(account).fee_summary()
    except (ExchangeError, SealingError) as exc:
        logger.warning("fees of account %s: %s", account.pk, type(exc).__name__)
        cache.set(name, None, RETRY_SECONDS)
        return None
    cache.set(name, summary, KEPT_SECONDS)
    return summary
