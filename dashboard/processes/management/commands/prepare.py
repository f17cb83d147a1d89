"""`manage.py prepare`: what `up` does before it starts anything, for installations without it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.processes.preparation import prepare_database


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Bring the database up to date; make the owner and, on paper, the account."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_database()
        self.check(databases=["default"])
        self.stdout.write("The database is ready. `manage.py welcome` prints a sign-in link.")
