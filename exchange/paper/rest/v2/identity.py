"""Who asks, and what the key may do: permissions, user, sign-ins."""

from __future__ import annotations

import json

from exchange.paper.account.profiles import email, user_id, user_name
from exchange.paper.keys import SCOPES
from exchange.paper.rest.account_calls import Call, Method, methods
from exchange.paper.rest.histories import span
from exchange.paper.rows import Row

_LOGINS_BY_DEFAULT, _MOST_LOGINS = 25, 250
_USER_LENGTH = 55
# What the user row says of everybody here, by index. Source: Bitfinex docs, "User Info".
_SAME_FOR_ALL = {
    4: 1,  # verified
    5: 3,  # level of verification
    7: "UTC",
    8: "en",
    9: "bitfinex",
    10: 1,  # email verified
    17: 0,  # inherits from a master account
    18: 0,  # is a group's master
    19: 0,  # may withdraw for a group
    23: 1,  # paper trading
    24: 0,  # merchant
    25: 0,  # competition
    26: [],  # second factors
    34: 0,  # securities' master account
    38: 0,  # securities
    39: 0,  # may not leave this account's context
    47: 0,  # has not left it
    49: None,  # country of residence
    50: None,  # country of citizenship
    54: 0,  # merchant, enterprise
}


def _permissions(call: Call) -> list[Row]:
    granted = call.holder.key.permissions
    return [[scope, *granted.get(scope, (0, 0))] for scope in SCOPES]


def _user(call: Call) -> Row:
    account, opened_ms = call.account, call.engine.office.affairs(call.account).opened_ms
    row: Row = [None] * _USER_LENGTH
    for place, value in _SAME_FOR_ALL.items():
        row[place] = value
    row[0:4] = [user_id(account), email(account), user_name(account), opened_ms]
    row[14:17] = [opened_ms, None, user_id(account)]
    row[44] = opened_ms
    return row


def _logins(call: Call) -> list[Row]:
    opened_ms = call.engine.office.affairs(call.account).opened_ms
    wanted = span(call.fields, default=_LOGINS_BY_DEFAULT, most=_MOST_LOGINS)
    # Nobody signs in here again: what there is to tell is how the account was opened.
    moments = wanted.newest([opened_ms], lambda moment: moment)
    details = json.dumps({"user_agent": "paper exchange"})
    number = user_id(call.account)
    return [[number, None, moment, None, "127.0.0.1", None, None, details] for moment in moments]


METHODS = methods(
    (r"r/permissions", Method(_permissions, None)),
    (r"r/info/user", Method(_user, "account")),
    (r"r/logins/hist", Method(_logins, "account")),
)
