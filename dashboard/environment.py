"""Settings from the environment, read loudly: a bad value stops the program with its cure.

Every reader also takes the value from the file that `NAME_FILE` points to, which is how
containers hand over secrets.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str = "") -> str:
    """Return the variable, or the stripped content of the file that `<name>_FILE` names."""
    if name in os.environ:
        return os.environ[name].strip()
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return default
    try:
        return Path(path).read_text().strip()
    except OSError as exc:
        raise ImproperlyConfigured(f"{name}_FILE={path} cannot be read: {exc.strerror}.") from exc


def env_int(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
    text = env_text(name, str(default))
    if not (text.isascii() and text.isdigit()) or not minimum <= int(text) <= maximum:
        raise ImproperlyConfigured(f"{name}={text}: write a whole number, {minimum} to {maximum}.")
    return int(text)


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    text = env_text(name, default)
    if text not in choices:
        raise ImproperlyConfigured(f"{name}={text}: write {' or '.join(choices)}.")
    return text


def env_list(name: str) -> list[str]:
    """Return the comma-separated parts of the variable, without empty ones."""
    return [part.strip() for part in env_text(name).split(",") if part.strip()]
