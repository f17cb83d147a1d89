"""REST v2: one method per endpoint, models out."""

from __future__ import annotations

from exchange.client import PUBLIC_URL, SIGNED_URL
from exchange.rest_v2.configuration import (
    CURRENCY_LABELS,
    CURRENCY_NAMES,
    PAIR_INFOS,
    PAIRS,
    Configuration,
)
from exchange.rest_v2.funding import Funding
from exchange.rest_v2.funding_markets import FundingMarkets
from exchange.rest_v2.histories import Histories
from exchange.rest_v2.margin import Margin
from exchange.rest_v2.transfers import Transfers

__all__ = [
    "CURRENCY_LABELS",
    "CURRENCY_NAMES",
    "PAIRS",
    "PAIR_INFOS",
    "PUBLIC_URL",
    "SIGNED_URL",
    "RestV2",
]


class RestV2(Configuration, FundingMarkets, Histories, Margin, Funding, Transfers):
    """A client of the v2 API, for public calls and, with credentials, for one key's own.

    base_url: where "/v2/…" is, `SIGNED_URL` for Bitfinex. Clients of one process share nonces, the
    rate budget and the exchange's time unless they are given others. Safe to use from many
    threads; calls with one key wait for each other. Any method may raise:

    - NotSent: nothing left this machine, for want of a connection or of a nonce, or because its
      clock is ahead;
    - RateLimited: by our own budget before anything is sent, or by the exchange;
    - NoAnswer (reads) or OutcomeUnknown (writes): sent, and no verdict came within the deadline;
    - DecodeError (reads): an answer of an unknown shape;
    - another leaf of Refused: the exchange said no.

    ValueError says that an argument could not be meant, before anything is sent.
    """
