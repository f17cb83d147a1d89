"""HTTP on one connection, by h11, until the client leaves or turns it into a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import formatdate

import h11

from exchange.paper.network.delivery import Delivery, Rest, deliver
from exchange.paper.network.messages import Reply, Request
from exchange.paper.network.outlet import Outlet

_CHUNK = 64 * 1024
_LARGEST_BODY = 1024 * 1024
_IDLE_SECONDS = 120


class BodyTooLarge(Exception):  # noqa: N818 - an answer to the caller, not an error of ours
    """The request's body is longer than any honest one."""


class HttpConnection:
    """Read requests and write replies. clock gives epoch milliseconds, for the Date header."""

    def __init__(
        self, reader: asyncio.StreamReader, outlet: Outlet, peer: str, clock: Callable[[], int]
    ) -> None:
        self._http = h11.Connection(h11.SERVER)
        self._reader = reader
        self._outlet = outlet
        self._peer = peer
        self._clock = clock
        self._wants_body = True

    async def next_request(self) -> Request | None:
        """Return the next request with its whole body, None when the client is gone.

        Raises h11.RemoteProtocolError for what is not HTTP, BodyTooLarge.
        """
        if self._http.our_state is h11.DONE:
            self._http.start_next_cycle()
        head = await self._next_event()
        if not isinstance(head, h11.Request):
            return None
        self._wants_body = head.method != b"HEAD"
        body = b""
        while isinstance(event := await self._next_event(), h11.Data):
            body += event.data
            if len(body) > _LARGEST_BODY:
                raise BodyTooLarge
        return Request(
            method=head.method.decode("latin-1"),
            target=head.target,
            headers={name.decode(): value.decode("latin-1") for name, value in head.headers},
            body=body,
            peer=self._peer,
        )

    def handshake(self, request: Request) -> bytes:
        """Return the bytes of an upgrade request, and of what already came after it."""
        lines = [f"{name}: {value}" for name, value in request.headers.items()]
        head = "\r\n".join([f"GET {request.path} HTTP/1.1", *lines, "", ""])
        return head.encode("latin-1") + self._http.trailing_data[0]

    async def send(
        self, reply: Reply, delivery: Delivery | None = None, rest: Rest = asyncio.sleep
    ) -> bool:
        """Write a reply, as is to become of it, and tell whether another request may follow.

        rest waits for so many seconds.
        """
        delivery = delivery or Delivery()
        # What is not answered at all has no status that could be written.
        head, body = self._written(reply) if delivery.is_answered else (b"", b"")
        await deliver(self._outlet, head, body, delivery, rest)
        is_open = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        return delivery.is_whole and is_open

    def _written(self, reply: Reply) -> tuple[bytes, bytes]:
        headers = [
            ("Date", formatdate(self._clock() / 1000, usegmt=True)),
            ("Content-Type", reply.content_type),
            ("Content-Length", str(len(reply.body))),
            *reply.headers,
        ]
        head = self._http.send(h11.Response(status_code=reply.status, headers=headers, reason=b""))
        body = self._http.send(h11.Data(data=reply.body if self._wants_body else b""))
        self._http.send(h11.EndOfMessage())
        return head or b"", body or b""

    async def _next_event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                await self._outlet.send(self._http.send(go_on) or b"")
            async with asyncio.timeout(_IDLE_SECONDS):
                self._http.receive_data(await self._reader.read(_CHUNK))
        return event
