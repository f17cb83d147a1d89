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
    threads; calls with one key wait for each other. What methods raise goes by four names:

    - any public read: NotSent, where nothing left this machine; RateLimited, by our own budget
      before anything is sent or by the exchange; NoAnswer, where no usable answer came within the
      deadline; DecodeError, where one of an unknown shape came; another leaf of Refused;
    - any read: the same, and NotSent (ClockAhead) also for want of a nonce or of the right time,
      NotAuthenticated, NotPermitted, NonceTooSmall;
    - any write: NotSent and Refused as a read, and OutcomeUnknown wherever something was sent and
      no verdict came;
    - any page: what reading one page raises, in the middle of the entries if need be, and
      DecodeError where one instant has more of them than an answer holds.

    ValueError says that an argument could not be meant, before anything is sent.
    """
