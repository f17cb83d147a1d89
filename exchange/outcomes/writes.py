"""What holds for the answer to any write; see `exchange.outcomes`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from exchange.errors import (
    DecodeError,
    ExchangeError,
    InvalidRequest,
    NotSent,
    OutcomeUnknown,
    Refused,
)
from exchange.models.notifications import Notification
from exchange.outcomes.refusals import CERTAIN_CODES, GENERIC_CODE, refusal

Model = TypeVar("Model")

_REFUSING_STATUSES = frozenset({"ERROR", "FAILURE"})


def notified(status: int, body: Any, *, sent: bool = True) -> Notification | ExchangeError:
    """Return the notification of a write that succeeded, or what the table says of the rest."""
    if not sent:
        return NotSent("nothing left this machine")
    verdict = answered(status, body, Notification.from_wire)
    if isinstance(verdict, ExchangeError):
        return verdict
    if verdict.status in _REFUSING_STATUSES:
        return InvalidRequest(verdict.text, verdict.code)
    if verdict.status != "SUCCESS":
        return OutcomeUnknown(f"status {verdict.status[:40]}: {verdict.text}")
    return verdict


def answered(status: int, body: Any, read: Callable[[Any], Model]) -> Model | ExchangeError:
    """Judge the answer to a write by its HTTP side: what `read` makes of it, or the error.

    read: raises DecodeError, which leaves the outcome unknown.
    """
    refused = refusal(status, body)
    if refused is not None:
        return refused if _is_certain(refused) else _unknown(status, refused)
    if status != 200:
        return OutcomeUnknown(f"HTTP {status} without a verdict")
    try:
        return read(body)
    except DecodeError as error:
        return OutcomeUnknown(f"an unreadable answer: {error}")


def _is_certain(refused: Refused) -> bool:
    return refused.code is None or refused.code in CERTAIN_CODES or refused.code == GENERIC_CODE


def _unknown(status: int, refused: Refused) -> OutcomeUnknown:
    return OutcomeUnknown(f"HTTP {status}, {refused}: the order may stand")
