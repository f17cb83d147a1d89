"""`manage.py paper`: the paper exchange alone, for programs of your own."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.paper import PaperKey, serve


class Command(BaseCommand):
    help = "Run the paper exchange alone and print its addresses."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen")
        parser.add_argument("--port", type=int, default=settings.PAPER_PORT)
        parser.add_argument("--seed", type=int, default=settings.PAPER_SEED)
        parser.add_argument("--state-folder", type=Path, help="where accounts survive a restart")
        parser.add_argument("--key", default=settings.PAPER_KEY)
        parser.add_argument("--secret", default=settings.PAPER_SECRET)

    def handle(self, *args: Any, **options: Any) -> None:
        key, secret = options["key"], options["secret"]
        if bool(key) != bool(secret):
            raise CommandError("Give both --key and --secret, or neither.")
        if not key:
            key, secret = f"paper-{secrets.token_hex(8)}", secrets.token_urlsafe(32)
            self.stdout.write(f"key:       {key}\nsecret:    {secret}")
        serve(
            host=options["host"],
            port=options["port"],
            seed=options["seed"],
            keys=[PaperKey(key=key, secret=secret)],
            state_folder=options["state_folder"],
            on_ready=self.print_addresses,
        )

    def print_addresses(self, rest_url: str, ws_url: str) -> None:
        self.stdout.write(f"REST:      {rest_url}\nWebSocket: {ws_url}")
        self.stdout.flush()
