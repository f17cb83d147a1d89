"""Which files are served: the libraries' built ones, and our own, joined into a few.

Scripts and style sheets are many small files, each with one subject; a browser that asked for
each would wait for two dozen answers before it shows anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

STYLES = (
    *("tokens", "base", "shell", "icons", "paper", "buttons", "fields", "panels", "notices"),
    *("tables", "cells", "feed", "strip", "markets", "market", "chart", "depth", "ticket"),
    *("orders", "safety", "alerts", "portfolio", "doors"),
)
SCRIPTS = ("ages", "cells", "distances", "live", "socket", "notices", "keys", "ticket")
CHART = ("chart-candles", "chart-marks", "chart-keys", "chart")
# What each joined file is made of, in order: style sheets overrule those before them, and scripts
# use what those before them have set up.
JOINED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "css/tidewatch.css": tuple(f"css/{name}.css" for name in STYLES),
        "js/tidewatch.js": tuple(f"js/{name}.js" for name in SCRIPTS),
        "js/figures-of-a-market.js": ("js/depth.js", "js/day-range.js"),
        "js/chart-of-a-market.js": tuple(f"js/{name}.js" for name in CHART),
    }
)


class StaticFiles(StaticFilesConfig):
    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "*.development.*", "*.mjs", "*.d.ts")


class JoinedStorage(Storage):
    """Files that are others in a row; nothing is ever written here."""

    def __init__(self) -> None:
        self.parts = StaticFilesStorage(location=settings.BASE_DIR / "static")

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return ContentFile(b"\n".join(self._read(part) for part in JOINED[name]))

    def _read(self, part: str) -> bytes:
        with self.parts.open(part) as file:
            content: bytes = file.read()
        return content

    def exists(self, name: str) -> bool:
        return name in JOINED

    def path(self, name: str) -> str:
        return name

    def size(self, name: str) -> int:
        return sum(self.parts.size(part) for part in JOINED[name])

    def get_modified_time(self, name: str) -> datetime:
        return max(self.parts.get_modified_time(part) for part in JOINED[name])


class JoinedFinder(BaseFinder):
    """Finds the joined files when static files are collected."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        storage = JoinedStorage()
        for name in JOINED:
            yield name, storage
