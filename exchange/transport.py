"""HTTP to the exchange: one deadline per call, and the truth about what left this machine.

`requests` times each read by itself, so that a server which drips holds a call for ever, and its
exceptions do not say whether the request got out. Here the connection itself knows both: it
notes the first request byte, and gives every read only what is left of the call's time.

Calls go through the adapter, without a Session: there is no cookie, no redirect, no proxy and no
netrc that could get between a signature and its answer.
"""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPResponse
from typing import Any

import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from exchange.errors import ExchangeError, NoAnswer, NotSent, OutcomeUnknown

log = logging.getLogger(__name__)

DEADLINE_SECONDS = 10.0
CONNECT_SECONDS = 4.0
LARGEST_BODY = 8 * 1024 * 1024
# Servers drop idle connections without a word; a write on one of those would be of unknown outcome.
LONGEST_IDLE_SECONDS = 20.0


Address = tuple[int, int, int, str, Any]
"""A result of `socket.getaddrinfo`."""


class Reply(Struct, frozen=True, kw_only=True):
    """A whole answer: status, body bytes (decompressed), and the server's own date."""

    status: int
    body: bytes
    date: str | None


class Transport:
    """Send requests over kept connections; safe to use from many threads.

    ca_bundle: a file of certificates to trust instead of the usual ones. A connection idle for
    longer than `idle_seconds` is not used again.
    """

    def __init__(
        self,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        idle_seconds: float = LONGEST_IDLE_SECONDS,
        ca_bundle: str | None = None,
    ) -> None:
        self._deadline_seconds = deadline_seconds
        self._idle_seconds = idle_seconds
        self._verify = ca_bundle or True
        self._adapter = _Adapter()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        is_write: bool = False,
    ) -> Reply:
        """Return the answer, whatever its status.

        Raises NotSent where no request byte left. After that, any failure is NoAnswer for a read
        and OutcomeUnknown for a write.
        """
        started = time.monotonic()
        call = _current.call = _Call(started + self._deadline_seconds, self._idle_seconds)
        path = url.partition("?")[0]
        try:
            reply = self._exchange(_prepared(method, url, headers, body))
        # Not only what requests raises: once a byte is out, nothing may pass for "not sent".
        except Exception as error:
            milliseconds = (time.monotonic() - started) * 1000
            log.warning("%s %s failed after %.0f ms", method, path, milliseconds)
            raise _failure(call, is_write, path, error) from error
        milliseconds = (time.monotonic() - started) * 1000
        log.debug("%s %s %d %.0f ms", method, path, reply.status, milliseconds)
        return reply

    def close(self) -> None:
        """Close the kept connections."""
        self._adapter.close()

    def _exchange(self, request: requests.PreparedRequest) -> Reply:
        response = self._adapter.send(
            request, stream=True, timeout=self._deadline_seconds, verify=self._verify
        )
        try:
            body = response.raw.read(LARGEST_BODY + 1, decode_content=True)
            if len(body) > LARGEST_BODY:
                raise _TooLarge("the body is larger than any answer")
        except BaseException:
            # Half an answer is still on this connection: never use it again.
            response.raw.close()
            raise
        date = response.headers.get("Date")
        return Reply(status=response.status_code, body=body, date=date)


class _TooLarge(Exception):
    pass


def _failure(call: _Call, is_write: bool, path: str, cause: Exception) -> ExchangeError:
    # Only the kind of failure: the text of some exceptions repeats headers.
    kind = type(cause).__name__
    if not call.sent:
        return NotSent(f"not sent: {path} ({kind})")
    if is_write:
        return OutcomeUnknown(f"sent, no usable answer: {path} ({kind})")
    return NoAnswer(f"no usable answer: {path} ({kind})")


def _prepared(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None
) -> requests.PreparedRequest:
    """Fill a request by hand: nothing is to be added, encoded or guessed."""
    request = requests.PreparedRequest()
    request.method = method
    request.url = url
    request.body = body
    request.headers = CaseInsensitiveDict(headers)
    request.headers["Accept-Encoding"] = "gzip"
    if method == "POST":
        request.headers["Content-Length"] = str(len(body or b""))
    return request


class _Call:
    """What the connection and the sender tell each other about one call."""

    __slots__ = ("ends_at", "idle_seconds", "sent")

    def __init__(self, ends_at: float, idle_seconds: float) -> None:
        self.ends_at = ends_at
        self.idle_seconds = idle_seconds
        self.sent = False

    def remaining(self) -> float:
        remaining = self.ends_at - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the call's deadline is over")
        return remaining


# A call runs in one thread from end to end, through layers that have no place to pass it along.
_current = threading.local()


class _DeadlineReader(io.RawIOBase):
    """Give each read of a socket only what is left of the call."""

    def __init__(self, sock: socket.socket, call: _Call) -> None:
        self._sock = sock
        self._call = call
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._call.remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _DeadlineFile:
    """The one thing `http.client` asks of a socket when it reads an answer."""

    def __init__(self, sock: socket.socket, call: _Call) -> None:
        self._reader = _DeadlineReader(sock, call)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)


class _Watched(HTTPConnection):
    """A connection that knows its call, for plain and encrypted ones alike."""

    _used_at = 0.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response_class = self._response  # type: ignore[assignment]

    @property
    def is_connected(self) -> bool:
        call: _Call = _current.call
        is_fresh = time.monotonic() - self._used_at < call.idle_seconds
        return is_fresh and super().is_connected

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        call: _Call = _current.call
        self.sock.settimeout(call.remaining())
        # Before the write, because a write that fails may have got some bytes out.
        call.sent = True
        self._used_at = time.monotonic()
        super().send(data)

    def _response(self, sock: socket.socket, **kwargs: Any) -> HTTPResponse:
        return HTTPResponse(_DeadlineFile(sock, _current.call), **kwargs)  # type: ignore[arg-type]

    def _new_conn(self) -> socket.socket:
        call: _Call = _current.call
        addresses = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        sock = connect_to_any(addresses, min(CONNECT_SECONDS, call.remaining()))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(call.remaining())
        return sock


def connect_to_any(addresses: Sequence[Address], seconds: float) -> socket.socket:
    """Connect to the first address that answers, all of them within `seconds`.

    Each gets an even share of what is left, so that a silent one leaves time for the next.
    Raises OSError of the last attempt.
    """
    ends_at = time.monotonic() + seconds
    failure = OSError("the name has no address")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        share = (ends_at - time.monotonic()) / (len(addresses) - tried)
        sock.settimeout(max(share, 0.001))
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


class _Adapter(HTTPAdapter):
    """The `requests` adapter over watched connections, retrying nothing and keeping no cookies."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = resp.status
        response.headers = CaseInsensitiveDict(resp.headers)
        response.raw = resp
        response.request = req
        return response
