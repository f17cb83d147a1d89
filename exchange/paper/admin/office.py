"""The admin address: finds what was asked for, and answers in JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from exchange.paper.admin import faults, hands, keys, records
from exchange.paper.admin.calls import Call
from exchange.paper.admin.gate import ADMIN_PATH, objection
from exchange.paper.network.messages import Reply, Request
from exchange.paper.refusals import Refusal

if TYPE_CHECKING:
    from exchange.paper.network.server import Server

_ROUTES = tuple(
    (method, re.compile(f"{ADMIN_PATH}{pattern}"), handler)
    for method, pattern, handler in faults.ROUTES + hands.ROUTES + keys.ROUTES + records.ROUTES
)


class AdminOffice:
    """Answer requests to the admin address. They stand in no ledger and meet no fault."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def answer(self, request: Request) -> Reply:
        """Answer a request; what cannot be done is an answer too."""
        refusal = objection(request)
        if refusal is not None:
            return _reply(403, {"error": refusal})
        try:
            answer = self._find(request)
            self._server.commit()
        except LookupError as failure:
            return _reply(404, {"error": f"there is no {failure.args[0]}"})
        except ValueError as failure:
            return _reply(400, {"error": str(failure)})
        except Refusal as failure:
            return _reply(400, {"error": failure.reason})
        return _reply(200, answer)

    def _find(self, request: Request) -> Any:
        for method, pattern, handler in _ROUTES:
            found = pattern.fullmatch(request.path)
            if found and method == request.method:
                return handler(Call(self._server, found, request.query, _fields(request)))
        raise LookupError(f"{request.method} {request.path}")


def _fields(request: Request) -> dict[str, Any]:
    if request.method != "POST" or not request.body.strip():
        return {}
    value = json.loads(request.body)
    if not isinstance(value, dict):
        raise ValueError("the body must be an object")
    return value


def _reply(status: int, answer: Any) -> Reply:
    body = json.dumps(answer, default=str, ensure_ascii=False).encode(errors="replace")
    headers = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
    return Reply(status=status, body=body + b"\n", headers=headers)
