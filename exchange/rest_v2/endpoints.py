"""What all endpoints of REST v2 share: how a question goes out and how its answer is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exchange import rows, symbols, wire
from exchange.calls import OnSigned, Sign
from exchange.client import Client, Model, asked, parsed
from exchange.errors import DecodeError, NoAnswer
from exchange.outcomes.refusals import is_unavailable, refusal
from exchange.signing import v2_headers
from exchange.transport import Reply

Loads = Callable[[bytes], Any]


class Endpoints(Client):
    """The part of the client that knows no endpoint; see `RestV2`."""

    def _public(self, family: str, path: str, **query: Any) -> Any:
        return self._answer(path, self._caller.public(family, f"/v2/{path}", query), wire.loads)

    def _public_book(self, path: str, length: int) -> Any:
        """Read a book with raw numbers, because its checksum is made of their characters."""
        reply = self._caller.public("book", f"/v2/{path}", {"len": length})
        return self._answer(path, reply, wire.loads_raw)

    def _calculate(self, path: str, members: Mapping[str, Any]) -> Any:
        body = wire.dumps(asked(members))
        return self._answer(path, self._caller.calculate(path, f"/v2/{path}", body), wire.loads)

    def _read(self, family: str, path: str, **members: Any) -> Any:
        return self._read_telling(None, family, path, members)

    def _read_telling(
        self, on_signed: OnSigned | None, family: str, path: str, members: Mapping[str, Any]
    ) -> Any:
        body = wire.dumps(asked(members))
        signature = _signature(path, body)
        reply = self._caller.read(family, f"/v2/{path}", signature, body, on_signed=on_signed)
        return self._answer(path, reply, wire.loads)

    def _write(
        self,
        path: str,
        members: Mapping[str, Any],
        *,
        family: str | None = None,
        not_after: float | None = None,
        on_signed: OnSigned | None = None,
    ) -> tuple[int, Any]:
        body = wire.dumps(members)
        reply = self._caller.write(
            family or path,
            f"/v2/{path}",
            _signature(path, body),
            body,
            not_after=not_after,
            on_signed=on_signed,
        )
        return reply.status, parsed(reply)

    def _answer(self, path: str, reply: Reply, loads: Loads) -> Any:
        """Return the parsed answer to a read. Raises Refused, NoAnswer or DecodeError."""
        try:
            answer = loads(reply.body)
        except DecodeError:
            if reply.status == 200:
                raise
            answer = None
        refused = refusal(reply.status, answer)
        if refused is not None:
            self._caller.note(refused)
            raise refused
        if reply.status != 200 or is_unavailable(answer):
            raise NoAnswer(f"HTTP {reply.status}: {path}")
        return answer


def _signature(path: str, body: bytes) -> Sign:
    return lambda credentials, nonce: v2_headers(credentials, path, nonce, body)


def of_symbol(symbol: str | None) -> str:
    """Return the part of a path that names a trading symbol, nothing for None."""
    return "" if symbol is None else f"/{symbols.checked(symbol)}"


def of_funding(symbol: str | None) -> str:
    """Return the part of a path that names a funding symbol, nothing for None."""
    return "" if symbol is None else f"/{symbols.checked_funding(symbol)}"


def of_currency(currency: str | None) -> str:
    """Return the part of a path that names a currency, nothing for None."""
    return "" if currency is None else f"/{symbols.checked_currency(currency)}"


def order_of(oldest_first: bool) -> int | None:
    """Return the `sort` member; the exchange's own order is the newest first."""
    return 1 if oldest_first else None


def listed(read: Callable[[Any], Model], answer: Any) -> list[Model]:
    """Read an array of rows of one kind. Raises DecodeError."""
    return rows.every(read, answer)


def names(wanted: Sequence[str] | None, check: Callable[[str], str]) -> str:
    """Return several symbols as one query member, "ALL" for None; each is checked."""
    return "ALL" if wanted is None else ",".join(map(check, wanted))
