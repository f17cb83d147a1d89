"""What the exchange says of the key when the account's stream shows it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.accounts import key_health
from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.permissions import snapshot
from exchange.stream import account_events as told
from exchange.stream.events import Event


def take_in(account: ExchangeAccount, events: Sequence[Event]) -> None:
    """Write down what the key may do, or that it was refused."""
    for event in events:
        match event:
            case told.Authenticated():
                key_health.note_success(account.pk)
                learn(account, event)
            case told.AuthenticationRefused():
                key_health.note_refusal(account.pk, event.error)


def learn(account: ExchangeAccount, event: told.Authenticated) -> None:
    """Take over the scopes that the answer names.

    It need not name all of them, so the whole of them is still read over REST when it is due.
    """
    rows = ExchangeAccount.objects.filter(pk=account.pk)
    known = rows.values_list("permissions", flat=True).get() or {}
    permissions = known | snapshot(event.permissions)
    if permissions != known:
        rows.update(permissions=permissions)
    key_health.judge(account.pk, permissions)
