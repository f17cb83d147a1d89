"""The account's own trading fees: read with its orders, so that no page waits for them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.orders.models import TradingFees
from exchange.errors import ExchangeError
from exchange.rest_v2 import RestV2

logger = logging.getLogger(__name__)

KEPT = timedelta(minutes=10)
# Bitfinex's fees without any discount. Source: Bitfinex, fee schedule.
USUAL_TAKER = Decimal("0.002")
USUAL_MAKER = Decimal("0.001")

# The exchange charges by the kind of the quote currency. Source: Bitfinex docs, Summary.
FIAT = frozenset({"USD", "EUR", "GBP", "JPY", "CNH", "TRY", "MXN"})
STABLE = frozenset({"UST", "UDC", "EUT", "EUQ", "DAI", "PAX", "TSD"})


@dataclass(frozen=True, slots=True)
class FeeRate:
    """What an order is charged, as fractions; assumed where the exchange has not told."""

    taker: Decimal
    maker: Decimal
    is_assumed: bool = False

    def of(self, *, is_maker: bool) -> Decimal:
        return self.maker if is_maker else self.taker


def fee_rate(account: ExchangeAccount, quote: str) -> FeeRate:
    """Return the fees for markets quoted in `quote`, as they were last read."""
    fees = TradingFees.objects.filter(account=account).first()
    if fees is None:
        return FeeRate(USUAL_TAKER, USUAL_MAKER, is_assumed=True)
    if quote in FIAT:
        taker, maker = fees.fiat, fees.maker_fiat
    elif quote in STABLE:
        taker, maker = fees.stable, fees.maker_stable
    else:
        taker, maker = fees.crypto, fees.maker_crypto
    # Rows of before makers' fees were read: a maker is never charged more than a taker.
    return FeeRate(taker, taker if maker is None else maker)


def refresh_fees(account: ExchangeAccount, client: RestV2) -> None:
    """Read the fees again when they are old; a failure leaves what is known."""
    now = timezone.now()
    if TradingFees.objects.filter(account=account, read_at__gt=now - KEPT).exists():
        return
    try:
        summary = client.fee_summary()
    except ExchangeError as exc:
        logger.warning("fees of account %s: %s", account.pk, type(exc).__name__)
        return
    TradingFees.objects.update_or_create(
        account=account,
        defaults={
            "crypto": summary.taker,
            "stable": summary.taker_stable,
            "fiat": summary.taker_fiat,
            "maker_crypto": summary.maker,
            "maker_stable": summary.maker_stable,
            "maker_fiat": summary.maker_fiat,
            "read_at": now,
        },
    )
