"""Tokens in the place of keys: `auth/w/token`. Source: Bitfinex docs, "Generate Token"."""

from __future__ import annotations

from exchange.paper.account.tokens import CAPABILITIES, LONGEST_LIFE_SECONDS
from exchange.paper.fields import Fields, whole
from exchange.paper.refusals import invalid
from exchange.paper.rest.account_calls import Call, Method, methods

_LASTS_BY_DEFAULT = 120
_SCOPE = "api"


def _make(call: Call) -> list[str]:
    fields = call.fields
    if fields.get("scope", _SCOPE) != _SCOPE:
        raise invalid("scope")
    lasts = whole(fields, "ttl", _LASTS_BY_DEFAULT, largest=LONGEST_LIFE_SECONDS)
    token = call.engine.office.tokens.issue(
        call.holder.key.key,
        lasts_seconds=lasts or _LASTS_BY_DEFAULT,
        capabilities=_capabilities(fields),
        may_write=_may_write(fields),
    )
    return [token]


def _capabilities(fields: Fields) -> list[str]:
    letters = fields.get("caps") or []
    known = isinstance(letters, list) and all(
        isinstance(letter, str) and letter in CAPABILITIES for letter in letters
    )
    if not known:
        raise invalid("caps")
    return list(letters)


def _may_write(fields: Fields) -> bool:
    wanted = fields.get("writePermission", False)
    if not isinstance(wanted, bool):
        raise invalid("writePermission")
    return wanted


METHODS = methods((r"w/token", Method(_make, None)))
