"""v1's methods about funding: nobody lends or borrows here, so lists are empty and writes refused.

Source: Bitfinex docs v1, "New Offer", "Active Credits" and their neighbours.
"""

from __future__ import annotations

from typing import Any

from exchange.paper.rest.v1.calls import Call, LegacyRefusal, Method, Methods

_LISTS = (
    "/v1/credits",
    "/v1/offers",
    "/v1/offers/hist",
    "/v1/mytrades_funding",
    "/v1/taken_funds",
    "/v1/unused_taken_funds",
    "/v1/total_taken_funds",
)


def _nothing(call: Call) -> list[Any]:
    return []


def _no_offer(call: Call) -> Any:
    raise LegacyRefusal("Invalid offer: funding is not available on paper")


def _no_such_offer(call: Call) -> Any:
    raise LegacyRefusal("No such offer found.")


def _not_cancelled(call: Call) -> Any:
    raise LegacyRefusal("Offer could not be cancelled.")


def _no_basket(call: Call) -> Any:
    raise LegacyRefusal("Invalid basket")


METHODS: Methods = {
    **dict.fromkeys(_LISTS, Method(_nothing, "funding")),
    "/v1/offer/new": Method(_no_offer, "funding", write=True),
    "/v1/offer/status": Method(_no_such_offer, "funding"),
    "/v1/offer/cancel": Method(_not_cancelled, "funding", write=True),
    "/v1/funding/close": Method(_no_such_offer, "funding", write=True),
    "/v1/basket_manage": Method(_no_basket, "orders", write=True),
}
