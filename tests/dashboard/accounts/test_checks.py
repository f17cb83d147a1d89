from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from dashboard.accounts.checks import check_key_file, check_keys_open
from dashboard.accounts.models import SealedKey, User
from dashboard.accounts.services import connect_paper_account


@pytest.fixture
def key_file(tmp_path: Path, settings: Any, owner: User) -> Path:
    path = tmp_path / "sealing-keys"
    settings.KEY_FILE = path
    connect_paper_account(owner)
    return path


def test_a_key_file_not_made_yet_is_no_error(tmp_path: Path, settings: Any) -> None:
    settings.KEY_FILE = tmp_path / "none"

    assert check_key_file() == []


def test_the_right_key_file_passes(key_file: Path) -> None:
    assert check_key_file() == []
    assert check_keys_open(databases=["default"]) == []


def test_nothing_starts_while_others_may_open_the_key_file(key_file: Path) -> None:
    key_file.chmod(0o644)

    with pytest.raises(SystemCheckError, match="chmod 600"):
        call_command("check")


def test_f67_nothing_starts_with_the_wrong_key_file(key_file: Path) -> None:
    key_file.write_text(Fernet.generate_key().decode())

    with pytest.raises(SystemCheckError, match="another file"):
        call_command("check", databases=["default"])


def test_a_check_without_a_database_asks_none(key_file: Path) -> None:
    key_file.write_text(Fernet.generate_key().decode())

    assert check_keys_open() == []


@pytest.mark.django_db(transaction=True)
def test_before_the_first_migration_there_is_nothing_to_open() -> None:
    with connection.schema_editor() as editor:
        editor.delete_model(SealedKey)
    try:
        messages = check_keys_open(databases=["default"])
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(SealedKey)

    assert messages == []
