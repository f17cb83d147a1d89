"""Refusals of any shape, recognised; see `exchange.outcomes`."""

from __future__ import annotations

from typing import Any

from exchange.errors import (
    InvalidRequest,
    NonceTooSmall,
    NotAuthenticated,
    NotPermitted,
    RateLimited,
    Refused,
    UnderMaintenance,
)
from exchange.nonce import WHY_TOO_SMALL

# Source: Bitfinex docs, Abbreviations glossary, error codes.
_LEAVES: dict[int, type[Refused]] = {
    10001: InvalidRequest,
    10020: InvalidRequest,
    10100: NotAuthenticated,
    10111: NotAuthenticated,
    10112: NotAuthenticated,
    10113: NotAuthenticated,
    10114: NonceTooSmall,
    11010: RateLimited,
    20060: UnderMaintenance,
}

CERTAIN_CODES = frozenset({10020, 10100, 10111, 10112, 10113, 10114, 11010})

# One code for every refusal of an order, so it alone does not prove that nothing happened.
GENERIC_CODE = 10001


def refusal(status: int, body: Any) -> Refused | None:
    """Recognise a refusal of any shape; None where the answer is not one.

    body: the parsed JSON, None where there was none.
    """
    match body:
        case ["error", int(code), str(reason), *_] if type(code) is int:
            return _coded(status, code, reason)
        case {"error": "ERR_RATE_LIMIT"} | {"message": "Ratelimit"}:
            return RateLimited("too many calls", is_final=False)
    if status == 429:
        return RateLimited("too many calls", is_final=False)
    return None


def _coded(status: int, code: int, reason: str) -> Refused:
    leaf = _LEAVES.get(code, Refused)
    if code == GENERIC_CODE and "permission" in reason:
        leaf = NotPermitted
    if leaf is NonceTooSmall:
        reason = f"{reason}; {WHY_TOO_SMALL}"
    return leaf(reason, code, is_final=code in CERTAIN_CODES and status != 429)


def is_unavailable(body: Any) -> bool:
    """Tell the exchange's own object for a server that is down, whatever the HTTP status."""
    match body:
        case {"error": "temporarily_unavailable"}:
            return True
    return False
