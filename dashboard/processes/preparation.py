"""What has to be true before the first page: tables, an owner, an account, the list of pairs."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dashboard.accounts.services import connect_paper_account, ensure_owner


def prepare_database() -> None:
    """Bring the tables up to date where they are not, and make the owner and the account."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    owner = ensure_owner()
    if settings.EXCHANGE == "paper":
        connect_paper_account(owner)
