"""HTTP requests and replies as values, apart from any connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import parse_qsl, unquote

from exchange.paper.numbers import dumps

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"

STREAM_PATH = "/ws/2"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as it was received. target is the raw path with its query.

    Header names are in lower case.
    """

    method: str
    target: bytes
    headers: Mapping[str, str]
    body: bytes = b""
    peer: str = ""

    @property
    def key(self) -> str | None:
        """The API key it claims to be from, by the headers of either version."""
        return self.headers.get("bfx-apikey") or self.headers.get("x-bfx-apikey")

    @cached_property
    def raw_path(self) -> bytes:
        """The path exactly as it came, for signatures."""
        return self.target.partition(b"?")[0]

    @cached_property
    def path(self) -> str:
        """The path with its percent escapes undone."""
        return unquote(self.raw_path.decode("latin-1"))

    @cached_property
    def query(self) -> dict[str, str]:
        """Query parameters; the last one of a name counts."""
        return dict(parse_qsl(self.target.partition(b"?")[2].decode("latin-1")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. verdict is for the ledger: "ok", or why not. headers come on top of the usual."""

    status: int
    body: bytes
    content_type: str = JSON
    verdict: str = "ok"
    headers: tuple[tuple[str, str], ...] = ()


def json_reply(value: Any, status: int = 200, verdict: str = "ok") -> Reply:
    """Answer with JSON in JavaScript's notation."""
    return Reply(status=status, body=dumps(value).encode(), verdict=verdict)


def cannot(request: Request) -> Reply:
    """Answer a path that does not exist, naming it as the real server does, by its inner name.

    Source: live probe of September 2026.
    """
    words = escape(f"Cannot {request.method} /api{request.path}")
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n'
        f"</head>\n<body>\n<pre>{words}</pre>\n</body>\n</html>\n"
    )
    return Reply(status=404, body=page.encode(), content_type=HTML, verdict="no such path")
