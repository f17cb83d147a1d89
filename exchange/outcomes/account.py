"""What the answers to transfers, withdrawals, addresses, alerts and tokens mean.

The table is that of `exchange.outcomes`; here is what each answer needs to be besides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from exchange import rows
from exchange.errors import DecodeError, ExchangeError, InvalidRequest, OutcomeUnknown
from exchange.models.account import Alert
from exchange.models.transfers import DepositAddress, Transfer, Withdrawal
from exchange.outcomes.writes import answered, notified

Model = TypeVar("Model")


def transferred(status: int, body: Any) -> Transfer | ExchangeError:
    """Judge the answer to a transfer. Source: Bitfinex docs, Transfer between wallets."""
    return _content(status, body, Transfer.from_wire)


def addressed(status: int, body: Any) -> DepositAddress | ExchangeError:
    """Judge the answer to a request for an address. Source: Bitfinex docs, Deposit address."""
    return _content(status, body, DepositAddress.from_wire)


def withdrawn(status: int, body: Any) -> Withdrawal | ExchangeError:
    """Judge the answer to a withdrawal: refused under SUCCESS where its id is 0.

    The text then holds the reason. Source: Bitfinex docs, Withdrawal.
    """
    verdict = notified(status, body)
    if isinstance(verdict, ExchangeError):
        return verdict
    match verdict.content:
        case [0, *_]:
            return InvalidRequest(verdict.text, verdict.code)
    return _content(status, body, Withdrawal.from_wire)


def alert_set(status: int, body: Any) -> Alert | ExchangeError:
    """Judge the answer to a new alert: the alert itself. Source: Bitfinex docs, Alert set."""
    return answered(status, body, Alert.from_wire)


def alert_deleted(status: int, body: Any) -> bool | ExchangeError:
    """Judge the answer to a deletion: whether there was such an alert.

    Source: Bitfinex docs, Alert delete.
    """
    return answered(status, body, _truth)


def token_made(status: int, body: Any) -> str | ExchangeError:
    """Judge the answer to a request for a token. Source: Bitfinex docs, Generate token."""
    return answered(status, body, _first_text)


def _content(status: int, body: Any, read: Callable[[Any], Model]) -> Model | ExchangeError:
    verdict = notified(status, body)
    if isinstance(verdict, ExchangeError):
        return verdict
    try:
        return read(verdict.content)
    except DecodeError as error:
        return OutcomeUnknown(f"accepted, but unreadable: {error}")


@rows.decodes
def _truth(body: Any) -> bool:
    return rows.flag(rows.array(body, 1)[0])


@rows.decodes
def _first_text(body: Any) -> str:
    return rows.text(rows.array(body, 1)[0])
