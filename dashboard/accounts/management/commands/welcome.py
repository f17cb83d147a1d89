from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.accounts.services import new_welcome_url


class Command(BaseCommand):
    help = "Print a fresh link that signs the owner in, once and within the hour."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_welcome_url())
