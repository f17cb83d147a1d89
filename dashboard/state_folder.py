"""Folders and secrets that only this user may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def private_folder(path: Path) -> Path:
    """Return `path`, made with mode 0700 where it was missing."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise ImproperlyConfigured(f"{path} cannot be made: {exc.strerror}.") from exc
    return path


def write_once(path: Path, content: str) -> None:
    """Write a private file (0600) unless it exists; two first starts agree on one content."""
    private_folder(path.parent)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails where the file exists, and is never seen half written
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def secret_in(path: Path) -> str:
    """Return the secret in `path`, making one at the first call."""
    if not path.exists():
        write_once(path, secrets.token_urlsafe(50))
    return path.read_text().strip()
