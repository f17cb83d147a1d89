"""Answers that are not what the exchange meant to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from exchange.paper.faults.hostile import made_hostile
from exchange.paper.faults.json_text import read, replaced
from exchange.paper.faults.requests import Misfire, RequestFault
from exchange.paper.network.messages import HTML, JSON, Reply, Request, json_reply
from exchange.paper.numbers import dumps
from exchange.paper.refusals import GENERIC

_GATEWAY_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{0}</title></head>\n"
    "<body><h1>Error {0}</h1><p>The web server reported an error.</p></body></html>\n"
)


@dataclass(frozen=True)
class Status(RequestFault):
    """Another status, with the page of a gateway or with a body of your own.

    With `accepts` the request is carried out first. location makes it a redirect.
    """

    kind = "status"

    status: int
    body: bytes | None = None
    accepts: bool = False
    location: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 200 <= self.status <= 599:
            raise ValueError("status must be from 200 to 599")

    def instead(self, request: Request) -> Reply | None:
        """Return the page, unless the request is to be carried out."""
        return None if self.accepts else self._page()

    def change(self, request: Request, reply: Reply) -> Reply:
        """Return the page."""
        return replace(self._page(), verdict=reply.verdict)

    def _page(self) -> Reply:
        page = _GATEWAY_PAGE.format(self.status).encode()
        return Reply(
            status=self.status,
            body=page if self.body is None else self.body,
            content_type=HTML if self.body is None else JSON,
            verdict=f"status {self.status}",
            headers=(("Location", self.location),) if self.location else (),
        )


@dataclass(frozen=True)
class Body(RequestFault):
    """Another body under the status it would have had: empty, HTML, anything."""

    kind = "body"

    content: bytes
    content_type: str = JSON

    def change(self, request: Request, reply: Reply) -> Reply:
        """Return the answer with the other body."""
        return replace(reply, body=self.content, content_type=self.content_type)


@dataclass(frozen=True)
class Refuse(RequestFault):
    """A refusal in the exchange's own form, before the request is carried out.

    Source: Bitfinex docs, "Abbreviations glossary": 10114 is a nonce, 11010 the rate limit.
    """

    kind = "refuse"

    code: int = GENERIC
    reason: str = "unknown error"
    status: int = 500

    def instead(self, request: Request) -> Reply | None:
        """Return the refusal."""
        return error_reply(request, self.code, self.reason, self.status)


@dataclass(frozen=True)
class Altered(RequestFault):
    """A value in the answer is another: `json` is its raw text, `at` the way to it from outside.

    (4, 0, 0, 2) is the client id of a submitted order, (0, 2) the balance of the first wallet.
    An answer without that place stays as it is and does not count.
    """

    kind = "altered"

    at: tuple[int | str, ...]
    json: str

    def change(self, request: Request, reply: Reply) -> Reply:
        """Return the answer with the other value."""
        try:
            text = replaced(reply.body, self.at, self.json)
        except (LookupError, ValueError) as failure:
            raise Misfire from failure
        return replace(reply, body=text.encode())


@dataclass(frozen=True)
class Resized(RequestFault):
    """Rows have another length: `by` fields more, all null, or with a minus fewer.

    Rows are the innermost arrays that hold something else than arrays.
    """

    kind = "resized"

    by: int

    def change(self, request: Request, reply: Reply) -> Reply:
        """Return the answer with other rows."""
        try:
            tree = read(reply.body)
        except ValueError as failure:
            raise Misfire from failure
        if not isinstance(tree, list):
            raise Misfire
        return replace(reply, body=dumps(self._resized(tree)).encode())

    def _resized(self, rows: list[Any]) -> list[Any]:
        if any(isinstance(row, list) for row in rows):
            return [self._resized(row) if isinstance(row, list) else row for row in rows]
        return rows[: self.by] if self.by < 0 else rows + [None] * self.by


@dataclass(frozen=True, kw_only=True)
class HostileText(RequestFault):
    """Every text in the answer carries a hostile one behind it, but those that `kept` matches."""

    kind = "hostile_text"

    kept: str = ""
    times: int | None = None

    def change(self, request: Request, reply: Reply) -> Reply:
        """Return the answer with hostile texts."""
        return replace(reply, body=made_hostile(reply.body, self.kept).encode())


def error_reply(request: Request, code: int, reason: str, status: int) -> Reply:
    """Refuse a request in the form of the version it asks for."""
    if request.path.startswith("/v1/"):
        return json_reply({"message": reason}, status, reason)
    return json_reply(["error", code, reason], status, reason)
