"""What an answer of REST v1 means: the table of `exchange.outcomes`, in words instead of codes.

Failures of withdrawals, transfers and addresses come under HTTP 200, with a status in the body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from exchange import rows
from exchange.errors import (
    DecodeError,
    ExchangeError,
    InvalidRequest,
    NonceTooSmall,
    NotAuthenticated,
    NotPermitted,
    OutcomeUnknown,
    Refused,
)
from exchange.nonce import WHY_TOO_SMALL
from exchange.outcomes import refusals

Model = TypeVar("Model")


def refusal(status: int, body: Any) -> Refused | None:
    """Recognise a refusal by REST v1; None where the answer is not one.

    A message under HTTP 5xx is no refusal: it may come after the order was taken.
    """
    match body:
        case {"message": str(reason)} if 400 <= status < 500 and status != 429:
            leaf = _leaf(status, reason)
            return leaf(f"{reason} {WHY_TOO_SMALL}" if leaf is NonceTooSmall else reason)
    return refusals.refusal(status, body)


def _leaf(status: int, reason: str) -> type[Refused]:
    if status == 401 or "X-BFX-" in reason:
        return NotAuthenticated
    if "Nonce is too small" in reason:
        return NonceTooSmall
    if status == 403:
        return NotPermitted
    return InvalidRequest


def written(status: int, body: Any, read: Callable[[Any], Model]) -> Model | ExchangeError:
    """Judge the answer to a v1 write: what `read` makes of it, or the error to raise.

    body: the parsed JSON, None where nothing readable came.
    """
    refused = refusal(status, body)
    if refused is not None:
        return refused
    if status != 200:
        return OutcomeUnknown(f"HTTP {status} without a verdict")
    try:
        return read(body)
    except DecodeError as error:
        return OutcomeUnknown(f"accepted, but the answer is unreadable: {error}")


def moved(status: int, body: Any, read: Callable[[Any], Model]) -> Model | ExchangeError:
    """Judge the answer to a withdrawal or a transfer: [{"status", "message", …}], always HTTP 200.

    A withdrawal with the id 0 was refused, whatever its status says.
    Source: Bitfinex docs v1, Withdrawal, Transfer between wallets.
    """
    entry = written(status, body, _entry)
    if isinstance(entry, ExchangeError):
        return entry
    if entry["status"] == "error" or entry.get("withdrawal_id") == 0:
        return InvalidRequest(str(entry.get("message", "")))
    if entry["status"] != "success":
        return OutcomeUnknown(f"status {str(entry['status'])[:40]}")
    return written(status, entry, read)


@rows.decodes
def _entry(body: Any) -> dict[str, Any]:
    entry = rows.mapping(rows.array(body, 1)[0])
    rows.text(entry["status"])
    return entry


def addressed(status: int, body: Any, read: Callable[[Any], Model]) -> Model | ExchangeError:
    """Judge the answer to a request for a deposit address, whose `result` tells failures.

    Source: Bitfinex docs v1, Deposit.
    """
    match body:
        case {"result": "error", **rest} if status == 200:
            return InvalidRequest(str(rest.get("message") or rest.get("address") or "no address"))
    return written(status, body, read)
