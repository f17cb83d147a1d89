"""The ticket's buttons for a quarter, a half, three quarters or all of what there is."""

from __future__ import annotations

from decimal import Decimal

from django.http import QueryDict

from dashboard.accounts.models import ExchangeAccount
from dashboard.figures import plain
from dashboard.orders import sizing
from dashboard.orders.forms import TicketForm

UNKNOWN_BALANCE = "What you have for this is not known, so type the amount."


def with_share(posted: QueryDict, account: ExchangeAccount) -> TicketForm:
    """Return the ticket with the share that was pressed as its amount, in the base currency.

    Only what such an amount depends on is judged; the rest waits for the review.
    """
    data = posted.copy()
    data["amount"], data["unit"] = "1", "base"
    form = TicketForm(data, account=account)
    form.errors.pop("amount", None)
    data["amount"] = posted.get("amount", "")
    share = sizing.SHARES.get(posted.get("size", ""))
    if form.errors or form.instrument is None or share is None:
        return form
    form.cleaned_data["amount"] = Decimal(1)
    amount = sizing.share_of_balance(form.order(), form.instrument, share)
    if amount is None:
        form.add_error("amount", UNKNOWN_BALANCE)
    elif not amount:
        form.add_error("amount", "Nothing is available for this.")
    else:
        data["amount"] = plain(amount)
    return form
