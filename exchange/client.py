"""What the clients of REST v1 and v2 have in common, apart from the calls themselves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from exchange import wire
from exchange.calls import Caller
from exchange.clock import ExchangeClock
from exchange.credentials import Credentials
from exchange.errors import DecodeError, ExchangeError
from exchange.limits import RateBudget
from exchange.nonce import NonceAuthority
from exchange.transport import DEADLINE_SECONDS, Reply

PUBLIC_URL = "https://api-pub.bitfinex.com"
SIGNED_URL = "https://api.bitfinex.com"

Model = TypeVar("Model")


class Client:
    """Whom to call, by which key, and how carefully; see `RestV2`.

    base_url: where "/v1/…" and "/v2/…" are; deadline_seconds: for one call as a whole; ca_bundle: a
    file of certificates to trust instead of the usual ones.
    """

    def __init__(
        self,
        base_url: str = SIGNED_URL,
        *,
        credentials: Credentials | None = None,
        nonces: NonceAuthority | None = None,
        budget: RateBudget | None = None,
        clock: ExchangeClock | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        ca_bundle: str | None = None,
    ) -> None:
        self._caller = Caller(
            base_url,
            credentials=credentials,
            nonces=nonces,
            budget=budget,
            clock=clock,
            deadline_seconds=deadline_seconds,
            ca_bundle=ca_bundle,
        )

    def close(self) -> None:
        """Close the kept connections; the next call opens others."""
        self._caller.close()

    def _settled(self, verdict: Model | ExchangeError) -> Model:
        """Return what a write has come to, or raise it. Part of the answer may be an error."""
        if isinstance(verdict, ExchangeError):
            self._caller.note(verdict)
            raise verdict
        return verdict


def asked(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that say something: neither None nor an empty list."""
    return {name: value for name, value in members.items() if value not in (None, [])}


def parsed(reply: Reply) -> Any:
    """Return an answer's JSON, None where it is not readable as such."""
    try:
        return wire.loads(reply.body)
    except DecodeError:
        return None


def positive(amount: Decimal) -> str:
    """Write an amount of money to move. Raises ValueError unless it is above 0."""
    text = wire.plain(amount)
    if amount <= 0:
        raise ValueError("an amount to move must be above 0")
    return text
