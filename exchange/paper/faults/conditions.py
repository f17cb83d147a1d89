"""Faults of the exchange as a whole, in force from planting to lifting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from exchange.paper.faults.answers import error_reply
from exchange.paper.faults.planting import Place
from exchange.paper.faults.requests import RequestFault, check_wait
from exchange.paper.network.messages import STREAM_PATH, Reply, Request, json_reply
from exchange.paper.refusals import MAINTENANCE

_STATUS_PATH = "/v2/platform/status"
# Ten years: dates far beyond could not be written.
_FARTHEST_SECONDS = 10 * 366 * 86_400
_LISTS = ("/v2/conf/", "/v2/tickers", "/v1/symbols")


class Surroundings(Protocol):
    """What of an exchange such a fault turns."""

    def skew_clock(self, milliseconds: int) -> None:
        """Move the clock."""

    def delist(self, symbol: str) -> None:
        """Take a pair off the exchange."""

    def relist(self, symbol: str) -> None:
        """Put a pair back."""

    def announce(self, code: int, text: str) -> int:
        """Tell every socket; returns how many there are."""

    def maintain(self, is_in_maintenance: bool) -> bool:
        """Begin a maintenance or end one; returns whether the platform's state changed."""


class Condition(RequestFault):
    """A fault with a beginning and an end of its own."""

    def begin(self, exchange: Surroundings) -> None:
        """Put it in force."""

    def end(self, exchange: Surroundings) -> None:
        """Undo it."""


@dataclass(frozen=True, kw_only=True)
class Maintenance(Condition):
    """Maintenance: the platform's status is 0, signed calls are refused, sockets are told.

    Source: Bitfinex docs, "WebSocket General" for 20060 and 20061; that public data goes on is
    assumed.
    """

    kind = "maintenance"

    announced: bool = True
    times: int | None = None

    def meets(self, place: Place) -> bool:
        """Tell whether a request is one that maintenance answers."""
        concerned = place.key is not None or place.path == _STATUS_PATH
        return super().meets(place) and concerned and place.path != STREAM_PATH

    def begin(self, exchange: Surroundings) -> None:
        """Tell the sockets that it begins, unless it has already."""
        if exchange.maintain(True) and self.announced:
            exchange.announce(MAINTENANCE, "Entering in Maintenance mode")

    def end(self, exchange: Surroundings) -> None:
        """Tell the sockets that it is over, unless another goes on."""
        if exchange.maintain(False) and self.announced:
            exchange.announce(MAINTENANCE + 1, "Maintenance ended")

    def instead(self, request: Request) -> Reply | None:
        """Return the platform's status, or the refusal."""
        if request.path == _STATUS_PATH:
            return json_reply([0])
        if request.path.startswith("/v1/"):
            told = {"code": 503, "error": "temporarily_unavailable"}
            description = "Sorry, the service is temporarily unavailable."
            return json_reply(told | {"error_description": description}, 503, "maintenance")
        return error_reply(request, MAINTENANCE, "maintenance", 503)


@dataclass(frozen=True)
class DelistedPair(Condition):
    """A pair is no longer listed; its open orders are cancelled.

    Strikes requests that name the pair, lists that would have had it, and what a socket is
    refused that names it.
    """

    kind = "delisted_pair"

    symbol: str
    times: int | None = field(default=None, kw_only=True)

    def meets(self, place: Place) -> bool:
        """Tell whether a request would have found the pair."""
        named = self.symbol.removeprefix("t").lower() in place.text.lower()
        return super().meets(place) and (named or place.path.startswith(_LISTS))

    def begin(self, exchange: Surroundings) -> None:
        """Take the pair off."""
        exchange.delist(self.symbol)

    def end(self, exchange: Surroundings) -> None:
        """Put the pair back."""
        exchange.relist(self.symbol)


@dataclass(frozen=True)
class SkewedClock(Condition):
    """The exchange's clock, in its answers' dates and everywhere else, is off by so much."""

    kind = "skewed_clock"

    seconds: float
    times: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not -_FARTHEST_SECONDS <= self.seconds <= _FARTHEST_SECONDS:
            raise ValueError(f"seconds must be within {_FARTHEST_SECONDS} of now")

    def begin(self, exchange: Surroundings) -> None:
        """Move the clock."""
        exchange.skew_clock(int(self.seconds * 1000))

    def end(self, exchange: Surroundings) -> None:
        """Move it back."""
        exchange.skew_clock(-int(self.seconds * 1000))


@dataclass(frozen=True)
class Ban(RequestFault):
    """The address is shut out for a while by 429: everywhere, or from this family of methods."""

    kind = "ban"

    seconds: float = 60
    everywhere: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_wait(self.seconds)
