"""Small real servers on loopback that answer by a script, and misbehave on demand."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from exchange.clock import ExchangeClock

Talk = Callable[["Conversation"], None]
LINGER_NOT = struct.pack("ii", 1, 0)


@dataclass
class Request:
    """What arrived, as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A listening server: where it is, what it has seen."""

    url: str
    requests: list[Request] = field(default_factory=list)
    connections: int = 0


class Conversation:
    """One accepted connection, for a script to use."""

    def __init__(self, sock: socket.socket, server: Server, stopped: threading.Event) -> None:
        self.sock = sock
        self.stopped = stopped
        self._server = server
        self._reader = sock.makefile("rb")

    def request(self) -> Request | None:
        """Read a whole request; None when the client is gone."""
        first = self._reader.readline().decode()
        if not first:
            return None
        method, target, _ = first.split()
        headers = {}
        while line := self._reader.readline().strip().decode():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        body = self._reader.read(int(headers.get("content-length", 0)))
        request = Request(method, target, headers, body)
        self._server.requests.append(request)
        return request

    def reply(self, body: bytes, status: int = 200, headers: str = "") -> None:
        """Send a whole answer, dated as servers do unless the headers are."""
        if "Date:" not in headers:
            headers += f"Date: {formatdate(usegmt=True)}\r\n"
        head = f"HTTP/1.1 {status} Words\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        self.sock.sendall(head.encode() + body)

    def reset(self) -> None:
        """End the connection with a reset, as a crashed server does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self._reader.close()
        self.sock.close()

    def close(self) -> None:
        """End the connection and free its file."""
        self._reader.close()
        self.sock.close()


@contextmanager
def serving(talk: Talk, tls: Any = None) -> Iterator[Server]:
    """Run `talk` in a thread for each connection to a server on a port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    server = Server(f"{scheme}://localhost:{listener.getsockname()[1]}")
    stopped = threading.Event()
    threads: list[threading.Thread] = []
    open_sockets: list[socket.socket] = []

    def converse(sock: socket.socket) -> None:
        # A client that leaves in the middle is what many tests are about.
        with suppress(OSError, ValueError):
            if tls:
                sock = tls.wrap_socket(sock, server_side=True)
            open_sockets.append(sock)
            conversation = Conversation(sock, server, stopped)
            try:
                talk(conversation)
            finally:
                conversation.close()
        sock.close()

    def accept() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listener.accept()
                sock.settimeout(20)
                server.connections += 1
                threads.append(threading.Thread(target=converse, args=(sock,), daemon=True))
                threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        stopped.set()
        # Closing alone does not wake a thread that accepts.
        listener.shutdown(socket.SHUT_RDWR)
        acceptor.join(20)
        listener.close()
        for sock in open_sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(20)


def answering(*answers: tuple[int, Any]) -> Talk:
    """Answer requests with (status, body) in turn, the last one for ever.

    A body that is not bytes is sent as JSON.
    """
    left = list(answers)
    lock = threading.Lock()

    def talk(conversation: Conversation) -> None:
        while conversation.request() is not None:
            with lock:
                status, body = left.pop(0) if len(left) > 1 else left[0]
            conversation.reply(
                body if isinstance(body, bytes) else json.dumps(body).encode(), status
            )

    return talk


def knowing_clock() -> ExchangeClock:
    """Return a clock that needs not ask for the time: it was told just now."""
    clock = ExchangeClock()
    clock.learn(formatdate(usegmt=True))
    return clock
