"""Against small real servers that do what servers and networks do at their worst."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from exchange import transport
from exchange.errors import ExchangeError, NoAnswer, NotSent, OutcomeUnknown
from exchange.transport import Reply, Transport, connect_to_any
from tests.exchange.loopback import Conversation, Talk, answering, serving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"


@pytest.fixture
def client() -> Iterator[Transport]:
    client = Transport(deadline_seconds=0.5)
    yield client
    client.close()


def read(client: Transport, url: str) -> Reply:
    return client.send("GET", f"{url}/v2/thing?secret=1", headers={})


def write(client: Transport, url: str) -> Reply:
    return client.send(
        "POST", f"{url}/v2/thing", headers={"bfx-apikey": "k"}, body=b"{}", is_write=True
    )


def failure_of(client: Transport, url: str, *, is_write: bool) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        write(client, url) if is_write else read(client, url)
    return caught.value


def reset_after_reading(conversation: Conversation) -> None:
    conversation.request()
    conversation.reset()


def close_after_reading(conversation: Conversation) -> None:
    conversation.request()


def never_answer(conversation: Conversation) -> None:
    conversation.request()
    conversation.stopped.wait(20)


def drip_the_head(conversation: Conversation) -> None:
    drip(conversation, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400)


def drip_the_body(conversation: Conversation) -> None:
    conversation.request()
    conversation.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    drip(conversation, b" " * 1000)


def drip_continues(conversation: Conversation) -> None:
    drip(conversation, b"HTTP/1.1 100 Continue\r\n\r\n" * 40)


def flood_continues(conversation: Conversation) -> None:
    conversation.request()
    while not conversation.stopped.is_set():
        conversation.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def drip(conversation: Conversation, text: bytes) -> None:
    for position in range(len(text)):
        conversation.sock.sendall(text[position : position + 1])
        if conversation.stopped.wait(0.05):
            return


def cut_the_body_short(conversation: Conversation) -> None:
    conversation.request()
    conversation.sock.sendall(HEAD + b"[1")


def speak_no_http(conversation: Conversation) -> None:
    conversation.request()
    conversation.sock.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


def send_a_huge_body(conversation: Conversation) -> None:
    conversation.request()
    size = transport.LARGEST_BODY + 1
    conversation.sock.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
    conversation.sock.sendall(b" " * size)


def send_a_body_that_unpacks_huge(conversation: Conversation) -> None:
    conversation.request()
    body = gzip.compress(b" " * (transport.LARGEST_BODY + 1))
    conversation.reply(body, headers="Content-Encoding: gzip\r\n")


def send_broken_gzip(conversation: Conversation) -> None:
    conversation.request()
    conversation.reply(b"not gzip", headers="Content-Encoding: gzip\r\n")


AFTER_SENDING: list[Talk] = [
    reset_after_reading,
    close_after_reading,
    never_answer,
    drip_the_head,
    drip_the_body,
    drip_continues,
    flood_continues,
    cut_the_body_short,
    speak_no_http,
    send_a_huge_body,
    send_a_body_that_unpacks_huge,
    send_broken_gzip,
]


@pytest.mark.parametrize("talk", AFTER_SENDING)
def test_once_a_byte_is_out_a_failed_write_is_of_unknown_outcome(client, talk):
    with serving(talk) as server:
        started = time.monotonic()
        error = failure_of(client, server.url, is_write=True)

        assert type(error) is OutcomeUnknown
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("talk", AFTER_SENDING)
def test_once_a_byte_is_out_a_failed_read_has_no_answer(client, talk):
    with serving(talk) as server:
        started = time.monotonic()
        error = failure_of(client, server.url, is_write=False)

        assert type(error) is NoAnswer
        assert time.monotonic() - started < 2


@contextmanager
def closed_port() -> Iterator[str]:
    # Bound and not listening: nobody else can get the port meanwhile.
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


@pytest.mark.parametrize("is_write", [True, False])
def test_a_refused_connection_means_not_sent(client, is_write):
    with closed_port() as url:
        assert type(failure_of(client, url, is_write=is_write)) is NotSent


def test_f03_a_name_that_does_not_exist_means_not_sent(client):
    assert type(failure_of(client, "http://name.invalid", is_write=True)) is NotSent


def test_f02_a_connection_that_is_never_accepted_means_not_sent(client):
    # A full backlog of a listener that accepts nothing swallows further attempts in silence.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        started = time.monotonic()
        error = failure_of(client, f"http://127.0.0.1:{port}", is_write=True)
        seconds = time.monotonic() - started
        for sock in waiting:
            sock.close()

    assert type(error) is NotSent
    assert 0.4 < seconds < 2


def test_the_next_address_of_a_name_is_tried():
    with closed_port() as nowhere, serving(answering((200, []))) as server:
        ports = [int(url.rpartition(":")[2]) for url in (nowhere, server.url)]
        addresses = [(2, 1, 0, "", ("127.0.0.1", port)) for port in ports]
        with connect_to_any(addresses, 5) as sock:
            peer = sock.getpeername()
        with pytest.raises(ConnectionRefusedError):
            connect_to_any(addresses[:1], 5)

    assert peer == ("127.0.0.1", ports[1])


def test_a_name_without_addresses_cannot_be_connected_to():
    with pytest.raises(OSError, match="no address"):
        connect_to_any([], 5)


def test_a_whole_answer_is_given_whatever_its_status(client):
    talk = answering((200, [1]), (500, ["error", 10001, "x"]), (404, b"<html>"))
    with serving(talk) as server:
        replies = [write(client, server.url) for _ in range(3)]

    assert [(reply.status, reply.body) for reply in replies] == [
        (200, b"[1]"),
        (500, b'["error", 10001, "x"]'),
        (404, b"<html>"),
    ]


def test_the_request_goes_out_as_given_and_nothing_is_added(client):
    with serving(answering((200, []))) as server:
        client.send(
            "POST", f"{server.url}/v2/a:b,c?d=e", headers={"bfx-nonce": "7"}, body=b'{"a": 1}'
        )
        client.send("GET", f"{server.url}/v2/x", headers={})
        client.send("POST", f"{server.url}/v1/y", headers={})
        posted, fetched, empty = server.requests

    assert (posted.method, posted.target, posted.body) == ("POST", "/v2/a:b,c?d=e", b'{"a": 1}')
    assert set(posted.headers) == {
        "host",
        "user-agent",
        "accept-encoding",
        "content-length",
        "bfx-nonce",
    }
    assert "content-length" not in fetched.headers
    assert empty.headers["content-length"] == "0"


def test_the_server_date_is_passed_on_and_compressed_answers_are_unpacked(client):
    def talk(conversation: Conversation) -> None:
        conversation.request()
        headers = "Content-Encoding: gzip\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n"
        conversation.reply(gzip.compress(b"[1]"), headers=headers)

    with serving(talk) as server:
        reply = read(client, server.url)

    assert reply == Reply(status=200, body=b"[1]", date="Sun, 22 Nov 2026 10:00:00 GMT")


def test_redirects_are_not_followed(client):
    def talk(conversation: Conversation) -> None:
        while conversation.request():
            conversation.reply(b"", 302, "Location: /v2/elsewhere\r\n")

    with serving(talk) as server:
        reply = write(client, server.url)

        assert reply.status == 302
        assert len(server.requests) == 1


def test_cookies_are_not_kept(client):
    def talk(conversation: Conversation) -> None:
        while conversation.request():
            conversation.reply(b"[]", headers="Set-Cookie: a=b\r\n")

    with serving(talk) as server:
        read(client, server.url)
        read(client, server.url)

        assert "cookie" not in server.requests[1].headers


def test_proxy_variables_are_ignored(client, monkeypatch):
    with closed_port() as nowhere, serving(answering((200, []))) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, nowhere)

        assert read(client, server.url).status == 200


def test_connections_are_kept(client):
    with serving(answering((200, []))) as server:
        for _ in range(3):
            write(client, server.url)

        assert server.connections == 1


def test_a_connection_that_the_server_has_closed_is_replaced(client):
    closed = threading.Event()

    def talk(conversation: Conversation) -> None:
        conversation.request()
        conversation.reply(b"[]")
        conversation.close()
        closed.set()

    with serving(talk) as server:
        write(client, server.url)
        closed.wait(20)
        write(client, server.url)

        assert server.connections == 2


def test_a_connection_idle_for_long_is_not_used_again():
    client = Transport(idle_seconds=0)
    with serving(answering((200, []))) as server:
        write(client, server.url)
        write(client, server.url)
        client.close()

        assert server.connections == 2


def test_half_an_answer_never_leaks_into_the_next_call(client):
    with serving(drip_the_body) as server:
        failure_of(client, server.url, is_write=False)
        failure_of(client, server.url, is_write=False)

        assert server.connections == 2


def test_threads_may_share_a_transport(client):
    replies: list[Reply] = []
    with serving(answering((200, [1]))) as server:
        threads = [
            threading.Thread(target=lambda: replies.append(read(client, server.url)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

    assert [reply.body for reply in replies] == [b"[1]"] * 8


def test_the_log_tells_path_status_and_time_and_nothing_secret(client, caplog):
    caplog.set_level(logging.DEBUG, logger=transport.__name__)
    with serving(answering((200, ["body-text"]))) as server:
        client.send(
            "POST",
            f"{server.url}/v2/p?q=query-text",
            headers={"bfx-apikey": "key-text"},
            body=b"{}",
        )
    with closed_port() as url:
        failure_of(client, url, is_write=True)
    ours = [record.getMessage() for record in caplog.records if record.name == transport.__name__]

    assert len(ours) == 2
    assert "/v2/p 200 " in ours[0]
    assert "failed after" in ours[1]
    assert not any(word in caplog.text for word in ("key-text", "body-text"))
    assert "query-text" not in "".join(ours)


def test_an_encrypted_call_is_answered(certificate, tls):
    client = Transport(deadline_seconds=2, ca_bundle=str(certificate))
    with serving(answering((200, [1])), tls) as server:
        reply = write(client, server.url)
        client.close()

    assert reply.body == b"[1]"


def test_f04_a_certificate_that_nobody_vouches_for_means_not_sent(client, tls):
    with serving(answering((200, [1])), tls) as server:
        assert type(failure_of(client, server.url, is_write=True)) is NotSent
        assert not server.requests


def test_f05b_garbage_in_the_encrypted_stream_leaves_the_outcome_unknown(certificate, tls):
    def talk(conversation: Conversation) -> None:
        conversation.request()
        raw = socket.socket(fileno=conversation.sock.detach())
        raw.sendall(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)
        raw.close()

    client = Transport(deadline_seconds=2, ca_bundle=str(certificate))
    with serving(talk, tls) as server:
        error = failure_of(client, server.url, is_write=True)
        client.close()

    assert type(error) is OutcomeUnknown


def test_an_encrypted_drip_does_not_stretch_the_deadline(certificate, tls):
    client = Transport(deadline_seconds=0.5, ca_bundle=str(certificate))
    with serving(drip_the_body, tls) as server:
        started = time.monotonic()
        error = failure_of(client, server.url, is_write=True)
        client.close()

    assert type(error) is OutcomeUnknown
    assert time.monotonic() - started < 2
