"""REST v1, which Bitfinex still serves and no longer grows. New programs want `RestV2`."""

from __future__ import annotations

from exchange.rest_v1.account import Account
from exchange.rest_v1.markets import Markets
from exchange.rest_v1.orders import Orders, OrderV1

__all__ = ["OrderV1", "RestV1"]


class RestV1(Markets, Account, Orders):
    """A client of the v1 API. Takes and raises what `RestV2` does, and keeps the same turns.

    A v1 order carries no client id, so one whose answer is lost can't be found again for certain.
    Source: Bitfinex docs v1.
    """
