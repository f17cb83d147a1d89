from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.selectors import connected_accounts
from dashboard.orders import cancelling
from dashboard.orders.safety import kill_switch

BY = "the command halt"


class Command(BaseCommand):
    help = "Pull the kill switch of every account: place nothing, cancel all open orders."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--release", action="store_true", help="let orders be placed again instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = list(connected_accounts())
        if not accounts:
            raise CommandError("No account has a key, so there is nothing to halt.")
        for account in accounts:
            if options["release"]:
                self.release(account)
            else:
                kill_switch.engage(account, by=BY, user=None)
        if not options["release"]:
            for account in accounts:
                self.cancel(account)

    def release(self, account: ExchangeAccount) -> None:
        was_on = kill_switch.release(account, user=None)
        state = "released; orders can be placed again" if was_on else "was not on"
        self.stdout.write(f"{account.label}: the kill switch {state}.")

    def cancel(self, account: ExchangeAccount) -> None:
        batch = uuid4()
        cancelling.cancel_everything(account, scope="everything", batch=batch)
        self.stdout.write(f"{account.label}: the kill switch is on; nothing is placed.")
        rows = cancelling.batch_of(account.user, batch)
        for row in rows:
            self.stdout.write(f"  {row.order or 'unknown order'}: {cancelling.result(row)}")
        if not rows:
            self.stdout.write("  No open order was known.")
