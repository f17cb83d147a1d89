from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from exchange.calls import Caller
from exchange.credentials import Credentials
from exchange.errors import NoAnswer, NotAuthenticated, OutcomeUnknown, RateLimited
from exchange.limits import MemoryBudget
from exchange.nonce import MemoryNonces
from tests.exchange.loopback import Conversation, answering, serving

CREDENTIALS = Credentials("key", "secret")
NONCE_TOO_SMALL = ["error", 10114, "nonce: small"]


def nonce_header(credentials: Credentials, nonce: str) -> dict[str, str]:
    return {"X-Key": credentials.key, "X-Nonce": nonce}


def caller(url: str, **options: Any) -> Caller:
    defaults: dict[str, Any] = {
        "credentials": CREDENTIALS,
        "nonces": MemoryNonces(),
        "budget": MemoryBudget(),
    }
    return Caller(url, **defaults | options)


def read(caller: Caller) -> Any:
    return caller.read("family", "/v2/x", nonce_header, b"{}")


def write(caller: Caller) -> Any:
    return caller.write("family", "/v2/x", nonce_header, b"{}")


def test_a_query_leaves_out_what_is_not_asked():
    with serving(answering((200, []))) as server:
        client = caller(server.url + "/")
        client.public("family", "/v2/x", {"len": 25, "start": None, "keys": "a:b,c"})
        client.public("family", "/v2/y", {"start": None})
        client.close()

    assert [request.target for request in server.requests] == ["/v2/x?len=25&keys=a:b,c", "/v2/y"]


@pytest.mark.parametrize(
    "answer", [(500, NONCE_TOO_SMALL), (400, {"message": "Nonce is too small."})]
)
def test_a_read_whose_nonce_was_overtaken_tries_again_with_a_higher_one(answer):
    with serving(answering(answer, (200, [1]))) as server:
        client = caller(server.url)
        reply = read(client)
        client.close()
    nonces = [int(request.headers["x-nonce"]) for request in server.requests]

    assert reply.body == b"[1]"
    assert len(nonces) == 2
    assert nonces[0] < nonces[1]


def test_a_read_gives_up_after_three_nonces():
    with serving(answering((500, NONCE_TOO_SMALL))) as server:
        client = caller(server.url)
        reply = read(client)
        client.close()

    assert reply.status == 500
    assert len(server.requests) == 3


def test_a_write_is_sent_once_whatever_the_answer():
    with serving(answering((500, NONCE_TOO_SMALL))) as server:
        client = caller(server.url)
        reply = write(client)
        client.close()

    assert reply.status == 500
    assert len(server.requests) == 1


@pytest.mark.parametrize("call", [read, write])
def test_without_a_key_nothing_is_signed(call):
    with serving(answering((200, []))) as server:
        client = caller(server.url, credentials=None)
        with pytest.raises(NotAuthenticated, match="no key"):
            call(client)
        client.close()

    assert not server.requests


def test_an_exhausted_budget_sends_nothing_and_keeps_a_reserve_for_writes():
    budget = MemoryBudget()
    with serving(answering((200, []))) as server:
        client = caller(server.url, budget=budget)
        for _ in range(72):
            budget.spend("family")
        for call in (read, lambda client: client.public("family", "/v2/x", {})):
            with pytest.raises(RateLimited):
                call(client)
        write(client)
        client.close()

    assert len(server.requests) == 1


def test_a_seen_rate_limit_bans_all_calls_and_an_unknown_outcome_is_logged(caplog):
    with serving(answering((200, []))) as server:
        client = caller(server.url)
        client.note(OutcomeUnknown("which one"))
        read(client)
        client.note(RateLimited("too many"))
        with pytest.raises(RateLimited):
            read(client)
        client.close()

    assert "the outcome of a write is unknown: which one" in caplog.text


@pytest.fixture
def counting_server() -> Iterator[tuple[Any, list[int]]]:
    """A server that notes how many requests it is answering at once."""
    lock, now, most = threading.Lock(), [0], [0]

    def talk(conversation: Conversation) -> None:
        while conversation.request() is not None:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            # Time for another call to overlap, were it allowed to.
            conversation.stopped.wait(0.01)
            with lock:
                now[0] -= 1
            conversation.reply(b"[]")

    with serving(talk) as server:
        yield server, most


def test_one_key_has_one_signed_call_in_flight(counting_server):
    server, most = counting_server
    nonces = MemoryNonces()
    clients = [caller(server.url, nonces=nonces) for _ in range(2)]
    threads = [
        threading.Thread(target=call, args=(client,))
        for client in clients
        for call in (read, write, read)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for client in clients:
        client.close()
    nonces_seen = [int(request.headers["x-nonce"]) for request in server.requests]

    assert most == [1]
    assert nonces_seen == sorted(set(nonces_seen))
    assert len(nonces_seen) == 6


def test_clients_without_an_authority_share_one(counting_server):
    server, most = counting_server
    clients = [caller(server.url, nonces=None, budget=None) for _ in range(4)]
    threads = [threading.Thread(target=read, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    for client in clients:
        client.close()

    assert most == [1]


def test_a_failed_call_ends_its_turn():
    def talk(conversation: Conversation) -> None:
        conversation.request()

    nonces = MemoryNonces(patience_seconds=0.1)
    with serving(talk) as server:
        client = caller(server.url, nonces=nonces)
        with pytest.raises(NoAnswer):
            read(client)
        with pytest.raises(OutcomeUnknown):
            write(client)
        client.close()

    with nonces.turn(CREDENTIALS.key) as turn:
        assert turn.issue()


class Noting(MemoryNonces):
    """An authority that remembers who was in a hurry."""

    def __init__(self) -> None:
        super().__init__()
        self.hurries: list[bool] = []

    def turn(self, key: str, *, urgent: bool = False) -> Any:
        self.hurries.append(urgent)
        return super().turn(key, urgent=urgent)


def test_writes_go_before_reads_that_wait_for_the_key():
    nonces = Noting()
    with serving(answering((200, []))) as server:
        client = caller(server.url, nonces=nonces)
        read(client)
        write(client)
        client.close()

    assert nonces.hurries == [False, True]
