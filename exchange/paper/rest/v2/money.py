"""Moving money: between wallets, in, out; and what moved.

Source: Bitfinex docs, the page of each method; recorded answers of 2020 and 2021.
"""

from __future__ import annotations

from functools import partial

from exchange.paper.account.affairs import Movement
from exchange.paper.account.methods import LABELS
from exchange.paper.account.methods import METHODS as WAYS
from exchange.paper.account.office import WALLETS, Impossible, Withdrawal
from exchange.paper.fields import Fields, units, whole
from exchange.paper.numbers import number, plain_text
from exchange.paper.refusals import GENERIC, Refusal, invalid
from exchange.paper.rest.account_calls import Call, Method, methods
from exchange.paper.rest.histories import span
from exchange.paper.rows import Row, notification

SUBMITTED = "Your withdrawal request has been successfully submitted."

_MOVEMENTS_BY_DEFAULT, _MOST_MOVEMENTS = 25, 1_000
# Other people's accounts and their second factors are not simulated.
_NOT_SIMULATED = ("email_dst", "user_id_dst")


def _transfer(call: Call) -> Row:
    fields, now_ms = call.fields, call.engine.clock()
    source, target = _wallet(fields, "from"), _wallet(fields, "to")
    for name in _NOT_SIMULATED:
        if fields.get(name) is not None:
            raise invalid(name)
    currency, amount = _currency(fields), _positive(fields)
    row: Row = [now_ms, source, target, None, currency, currency, None, number(amount)]
    try:
        call.engine.office.transfer(call.account, source, target, currency, amount)
    except Impossible as refusal:
        return _refused("acc_tf", now_ms, row, refusal)
    words = f"{plain_text(amount)} {LABELS[currency]} transfered"
    text = f"{words} from {source.capitalize()} to {target.capitalize()}"
    return notification("acc_tf", now_ms, row, text)


def _refused(kind: str, now_ms: int, row: Row, refusal: Impossible) -> Row:
    note = notification(kind, now_ms, row, str(refusal))
    note[6] = "ERROR"
    return note


def _wallet(fields: Fields, name: str) -> str:
    kind = fields.get(name)
    if kind not in WALLETS:
        raise invalid(name)
    return str(kind)


def _currency(fields: Fields) -> str:
    currency = fields.get("currency")
    if not isinstance(currency, str) or currency not in LABELS:
        raise invalid("currency")
    # Money changes its code on the way only into derivatives, which have no wallet here.
    if fields.get("currency_to") not in (None, currency):
        raise invalid("currency_to")
    return currency


def _positive(fields: Fields) -> int:
    amount = units(fields, "amount")
    if amount <= 0:
        raise Refusal(GENERIC, "amount: invalid")
    return amount


def _method(fields: Fields) -> str:
    method = fields.get("method")
    if not isinstance(method, str) or method not in WAYS:
        raise invalid("method")
    return method


def _text(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str | int):
        raise invalid(name)
    return None if value is None else str(value)


def _deposit_address(call: Call) -> Row:
    kind, method = _wallet(call.fields, "wallet"), _method(call.fields)
    renew = bool(whole(call.fields, "op_renew", 0, largest=1))
    address = call.engine.office.address(call.account, kind, method, renew=renew)
    row: Row = [None, method.upper(), address.currency, None, address.own, address.pool]
    return notification("acc_dep", call.engine.clock(), row, "success")


def _withdraw(call: Call) -> Row:
    fields, now_ms = call.fields, call.engine.clock()
    wanted = Withdrawal(
        kind=_wallet(fields, "wallet"),
        method=_method(fields),
        amount=_positive(fields),
        address=_text(fields, "address") or "",
        payment_id=_text(fields, "payment_id"),
        note=_text(fields, "note"),
        fee_deducted=bool(whole(fields, "fee_deduct", 0, largest=1)),
    )
    answer = partial(_withdrawal, now_ms, wanted)
    try:
        return answer(call.engine.office.withdraw(call.account, wanted).id, SUBMITTED)
    except Impossible as refusal:
        # Refused under the name of success; only the number 0 and the text tell.
        return answer(0, str(refusal))


def _withdrawal(now_ms: int, wanted: Withdrawal, number_of_it: int, text: str) -> Row:
    row: Row = [number_of_it, None, wanted.method, wanted.payment_id, wanted.kind]
    row += [number(wanted.amount), None, None, number(wanted.fee)]
    return notification("acc_wd-req", now_ms, row, text)


def _movements(call: Call) -> list[Row]:
    now_ms, currency = call.engine.clock(), call.path["currency"]
    wanted = span(call.fields, default=_MOVEMENTS_BY_DEFAULT, most=_MOST_MOVEMENTS)
    found = [
        movement
        for movement in call.engine.office.affairs(call.account).movements
        if currency in (None, movement.currency)
    ]
    newest = wanted.newest(found, lambda movement: movement.updated_ms(now_ms))
    return [_movement(movement, now_ms) for movement in newest]


def _movement(movement: Movement, now_ms: int) -> Row:
    row: Row = [None] * 22
    row[0:3] = [movement.id, movement.currency, movement.method]
    row[5:7] = [movement.started_ms, movement.updated_ms(now_ms)]
    row[9] = movement.status(now_ms)
    row[12:14] = [number(movement.amount), number(-movement.fee)]
    row[16:18] = [movement.address, movement.payment_id]
    row[20:22] = [movement.transaction_id(now_ms), movement.note]
    return row


METHODS = methods(
    (r"r/movements(?:/(?P<currency>[^/]+))?/hist", Method(_movements, "account")),
    (r"w/transfer", Method(_transfer, "wallets", write=True)),
    (r"w/deposit/address", Method(_deposit_address, "wallets")),
    (r"w/withdraw", Method(_withdraw, "withdraw", write=True)),
)
