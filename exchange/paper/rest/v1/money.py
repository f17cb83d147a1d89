"""v1's methods that move money, and what moved.

Their refusals come under HTTP 200, with a status in the body.
Source: Bitfinex docs v1, the page of each method; recorded answers that ccxt keeps.
"""

from __future__ import annotations

from typing import Any

from exchange.paper.account.affairs import Movement
from exchange.paper.account.methods import LABELS
from exchange.paper.account.methods import METHODS as WAYS
from exchange.paper.account.office import Impossible, Withdrawal
from exchange.paper.fields import Fields
from exchange.paper.numbers import plain_text
from exchange.paper.rest.v1.calls import (
    WALLETS,
    Call,
    LegacyRefusal,
    Method,
    Methods,
    decimal,
    seconds,
    since_until,
    wallet_kind,
    whole,
)
from exchange.paper.rest.v1.order_objects import switch
from exchange.paper.rest.v2.ledgers import description

_SUBMITTED = "Your withdrawal request has been successfully submitted."
_MOVEMENTS_BY_DEFAULT, _MOST_MOVEMENTS = 500, 1_000
_ENTRIES_BY_DEFAULT, _MOST_ENTRIES = 500, 10_000

Answers = list[dict[str, Any]]


def _transfer(call: Call) -> Answers:
    source, target = wallet_kind(call.fields, "walletfrom"), wallet_kind(call.fields, "walletto")
    currency, amount = known_currency(call.fields), _positive(call.fields)
    try:
        call.engine.office.transfer(call.account, source, target, currency, amount)
    except Impossible as refusal:
        return [{"status": "error", "message": str(refusal)}]
    way = f"{WALLETS[source].capitalize()} to {WALLETS[target].capitalize()}"
    words = f"{plain_text(amount)} {currency} transfered from {way}"
    return [{"status": "success", "message": words}]


def known_currency(fields: Fields) -> str:
    """Return the currency of a request in v2's spelling. Raises LegacyRefusal."""
    currency = str(fields.get("currency")).upper()
    if currency not in LABELS:
        raise LegacyRefusal("Unknown currency")
    return currency


def _positive(fields: Fields) -> int:
    amount = decimal(fields, "amount")
    if amount <= 0:
        raise LegacyRefusal("Amount must be positive.")
    return amount


def _deposit_address(call: Call) -> dict[str, str]:
    kind, method = wallet_kind(call.fields, "wallet_name"), str(call.fields.get("method"))
    if method not in WAYS:
        return {"result": "error", "message": "Unknown deposit method", "method": method}
    renew = switch(call.fields, "renew")
    address = call.engine.office.address(call.account, kind, method, renew=renew)
    answer = {
        "result": "success",
        "method": method,
        "currency": address.currency,
        "address": address.own,
    }
    return answer | ({"address_pool": address.pool} if address.pool else {})


def _withdraw(call: Call) -> Answers:
    fields = call.fields
    kind, amount = wallet_kind(fields, "walletselected"), _positive(fields)
    method, payment_id = str(fields.get("withdraw_type")), fields.get("payment_id")
    if method not in WAYS:
        return _not_withdrawn("Unknown withdrawal type")
    wanted = Withdrawal(
        kind=kind,
        method=method,
        amount=amount,
        address=str(fields.get("address") or ""),
        payment_id=None if payment_id is None else str(payment_id),
    )
    try:
        movement = call.engine.office.withdraw(call.account, wanted)
    except Impossible as refusal:
        return _not_withdrawn(str(refusal))
    return [{"status": "success", "message": _SUBMITTED, "withdrawal_id": movement.id}]


def _not_withdrawn(words: str) -> Answers:
    return [{"status": "error", "message": words, "withdrawal_id": 0}]


def _movements(call: Call) -> Answers:
    now_ms, currency = call.engine.clock(), known_currency(call.fields)
    since, until = since_until(call.fields, "since", "until")
    limit = min(whole(call.fields, "limit", _MOVEMENTS_BY_DEFAULT), _MOST_MOVEMENTS)
    found = [
        movement
        for movement in reversed(call.engine.office.affairs(call.account).movements)
        if movement.currency == currency and since <= movement.started_ms <= until
    ]
    return [_movement(movement, now_ms) for movement in found[:limit]]


def _movement(movement: Movement, now_ms: int) -> dict[str, Any]:
    return {
        "id": movement.id,
        "txid": movement.transaction_id(now_ms),
        "currency": movement.currency,
        "method": movement.method,
        "type": "DEPOSIT" if movement.amount > 0 else "WITHDRAWAL",
        "amount": plain_text(abs(movement.amount)),
        "description": movement.note or movement.address,
        "address": movement.address,
        "status": movement.status(now_ms),
        "timestamp": seconds(movement.updated_ms(now_ms)),
        "timestamp_created": seconds(movement.started_ms),
        "fee": plain_text(-movement.fee),
    }


def _history(call: Call) -> Answers:
    currency, wallet = known_currency(call.fields), call.fields.get("wallet")
    kind = None if wallet is None else wallet_kind(call.fields, "wallet")
    since, until = since_until(call.fields, "since", "until")
    limit = min(whole(call.fields, "limit", _ENTRIES_BY_DEFAULT), _MOST_ENTRIES)
    found = [
        entry
        for entry in reversed(call.engine.desk.money_ledger.entries(call.account))
        if entry.currency == currency
        and kind in (None, entry.kind)
        and since <= entry.made_ms <= until
    ]
    return [
        {
            "currency": entry.currency,
            "amount": plain_text(entry.amount),
            "balance": plain_text(entry.balance),
            "description": description(entry),
            "timestamp": seconds(entry.made_ms),
        }
        for entry in found[:limit]
    ]


METHODS: Methods = {
    "/v1/history": Method(_history, "history"),
    "/v1/transfer": Method(_transfer, "wallets", write=True),
    "/v1/deposit/new": Method(_deposit_address, "wallets"),
    "/v1/withdraw": Method(_withdraw, "withdraw", write=True),
    "/v1/history/movements": Method(_movements, "history"),
}
