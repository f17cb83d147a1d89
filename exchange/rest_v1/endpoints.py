"""What all endpoints of REST v1 share: how a question goes out and how its answer is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exchange import wire
from exchange.calls import Sign
from exchange.client import Client, Model, parsed
from exchange.errors import NoAnswer
from exchange.outcomes import v1 as outcomes_v1
from exchange.outcomes.refusals import is_unavailable
from exchange.signing import v1_headers
from exchange.transport import Reply


class Endpoints(Client):
    """The part of the client that knows no endpoint; see `RestV1`."""

    def _public(self, family: str, path: str, query: dict[str, Any] | None = None) -> Any:
        return self._answer(path, self._caller.public(family, path, query or {}))

    def _read(self, path: str, params: dict[str, Any]) -> Any:
        reply = self._caller.read(path.lstrip("/"), path, _signature(path, params), None)
        return self._answer(path, reply)

    def _write(self, path: str, params: dict[str, Any], read: Callable[[Any], Model]) -> Model:
        return self._settled(outcomes_v1.written(*self._sent(path, params), read))

    def _sent(self, path: str, params: dict[str, Any]) -> tuple[int, Any]:
        reply = self._caller.write(path.lstrip("/"), path, _signature(path, params), None)
        return reply.status, parsed(reply)

    def _answer(self, path: str, reply: Reply) -> Any:
        answer = wire.loads(reply.body) if reply.status == 200 else parsed(reply)
        refused = outcomes_v1.refusal(reply.status, answer)
        if refused is not None:
            self._caller.note(refused)
            raise refused
        if reply.status != 200 or is_unavailable(answer):
            raise NoAnswer(f"HTTP {reply.status}: {path}")
        return answer


def _signature(path: str, params: dict[str, Any]) -> Sign:
    return lambda credentials, nonce: v1_headers(credentials, path, nonce, params)
