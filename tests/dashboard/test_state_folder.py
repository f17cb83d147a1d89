"""Folders and secrets that only this user may read."""

from __future__ import annotations

import stat
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard.state_folder import private_folder, secret_in, write_once


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = secret_in(tmp_path / "secret-key")

    assert len(first) >= 50
    assert secret_in(tmp_path / "secret-key") == first


def test_only_its_owner_can_read_a_secret(tmp_path: Path) -> None:
    secret_in(tmp_path / "folder" / "secret-key")

    assert stat.S_IMODE((tmp_path / "folder" / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700


def test_two_first_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    barrier, found = Barrier(8), set()

    def start() -> None:
        barrier.wait()
        found.add(secret_in(tmp_path / "secret-key"))

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 1


def test_what_was_written_is_never_overwritten(tmp_path: Path) -> None:
    write_once(tmp_path / "file", "first")
    write_once(tmp_path / "file", "second")

    assert (tmp_path / "file").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_made_stops_the_program(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ImproperlyConfigured, match="cannot be made"):
        private_folder(tmp_path / "file" / "folder")
