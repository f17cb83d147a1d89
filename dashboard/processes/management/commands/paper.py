"""`manage.py paper`: the paper exchange alone, for programs of your own."""

from __future__ import annotations

import secrets
from argparse import BooleanOptionalAction
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.mirror import Mirror, mirrored_symbols
from exchange.paper import PaperKey, serve
from exchange.stream.client import PUBLIC_URL


class Command(BaseCommand):
    help = "Run the paper exchange alone and print its addresses."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen")
        parser.add_argument("--port", type=int, default=settings.PAPER_PORT)
        parser.add_argument("--seed", type=int, default=settings.PAPER_SEED)
        parser.add_argument("--state-folder", type=Path, help="where accounts survive a restart")
        parser.add_argument(
            "--speed", type=float, default=settings.PAPER_SPEED, help="how fast prices live"
        )
        parser.add_argument(
            "--mirror",
            action=BooleanOptionalAction,
            default=settings.PAPER_MIRROR,
            help="take prices from the real exchange's public stream",
        )
        parser.add_argument("--mirror-url", default=PUBLIC_URL, help="the stream to take them from")
        parser.add_argument(
            "--rate-limits", action="store_true", help="refuse too many calls, and ban for a minute"
        )
        parser.add_argument(
            "--admin",
            action=BooleanOptionalAction,
            default=False,
            help="let programs on this machine make faults and read the ledger under /admin/",
        )
        parser.add_argument(
            "--ledger-file", type=Path, help="where each record of the ledger is appended as JSON"
        )
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
            speed=options["speed"],
            state_folder=options["state_folder"],
            ledger_file=options["ledger_file"],
            rate_limits=options["rate_limits"],
            admin=options["admin"],
            beside=[Mirror(mirrored_symbols(), options["mirror_url"])] if options["mirror"] else [],
            on_ready=partial(self.print_addresses, has_admin=options["admin"]),
        )

    def print_addresses(self, rest_url: str, ws_url: str, *, has_admin: bool) -> None:
        self.stdout.write(f"REST:      {rest_url}\nWebSocket: {ws_url}")
        if has_admin:
            self.stdout.write(f"Admin:     {rest_url}/admin/")
        self.stdout.flush()
