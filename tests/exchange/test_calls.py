from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from exchange.calls import Caller, Signed
from exchange.clock import ExchangeClock
from exchange.credentials import Credentials
from exchange.errors import NoAnswer, NotAuthenticated, NotSent, OutcomeUnknown, RateLimited
from exchange.limits import MemoryBudget
from exchange.nonce import MemoryNonces, fingerprint
from tests.exchange.loopback import Conversation, answering, knowing_clock, serving

CREDENTIALS = Credentials("key", "secret")
NONCE_TOO_SMALL = ["error", 10114, "nonce: small"]


def nonce_header(credentials: Credentials, nonce: str) -> dict[str, str]:
    return {"X-Key": credentials.key, "X-Nonce": nonce}


def caller(url: str, **options: Any) -> Caller:
    defaults: dict[str, Any] = {
        "credentials": CREDENTIALS,
        "nonces": MemoryNonces(),
        "budget": MemoryBudget(),
        "clock": knowing_clock(),
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


def paths(server: Any) -> list[str]:
    return [request.target.partition("?")[0] for request in server.requests]


@pytest.mark.parametrize("call", [read, write])
def test_the_time_is_asked_for_once_and_then_told_by_every_answer(call):
    steady = [0.0]
    clock = ExchangeClock(steady=lambda: steady[0])
    with serving(answering((200, [1]))) as server:
        client = caller(server.url, clock=clock)
        call(client)
        steady[0] += 599
        call(client)
        steady[0] += 599
        call(client)
        client.close()

    assert paths(server) == ["/v2/platform/status", "/v2/x", "/v2/x", "/v2/x"]


def test_the_time_is_asked_for_past_all_caches():
    clock = ExchangeClock(steady=iter([float(1000 * n) for n in range(50)]).__next__)
    with serving(answering((200, [1]))) as server:
        client = caller(server.url, clock=clock)
        for _ in range(2):
            with pytest.raises(NotSent, match="time is not known"):
                read(client)
        client.close()
    questions = {request.target.partition("?")[2] for request in server.requests}

    assert paths(server) == ["/v2/platform/status"] * 2
    assert len(questions) == 2


@pytest.mark.parametrize("call", [read, write])
def test_a_clock_an_hour_ahead_signs_nothing_and_spoils_no_key(call):
    offset_seconds = [3600]

    def ours() -> int:
        return time.time_ns() // 1000 + offset_seconds[0] * 1_000_000

    nonces = MemoryNonces(clock=ours)
    with serving(answering((200, [1]))) as server:
        client = caller(server.url, clock=ExchangeClock(clock=ours), nonces=nonces)
        with pytest.raises(NotSent, match="3600 s ahead|3599 s ahead"):
            call(client)
        offset_seconds[0] = 0
        call(client)
        client.close()
    (nonce,) = [int(r.headers["x-nonce"]) for r in server.requests if "x-nonce" in r.headers]

    assert nonce <= time.time_ns() // 1000


def test_without_a_date_nothing_is_signed():
    def talk(conversation: Conversation) -> None:
        while conversation.request() is not None:
            conversation.reply(b"[1]", headers="Date: soon\r\n")

    with serving(talk) as server:
        client = caller(server.url, clock=ExchangeClock())
        for call in (read, write):
            with pytest.raises(NotSent, match="time is not known"):
                call(client)
        client.close()

    assert paths(server) == ["/v2/platform/status"] * 2


def test_an_exchange_that_tells_no_time_gets_no_signed_call():
    def talk(conversation: Conversation) -> None:
        conversation.request()

    with serving(talk) as server:
        client = caller(server.url, clock=ExchangeClock())
        for call in (read, write):
            with pytest.raises(NotSent, match="does not tell its time"):
                call(client)
        client.close()


def test_being_blocked_when_asking_for_the_time_stops_the_signed_call():
    with serving(answering((429, {"error": "ERR_RATE_LIMIT"}))) as server:
        client = caller(server.url, clock=ExchangeClock())
        for call in (write, read):
            with pytest.raises(RateLimited):
                call(client)
        client.close()

    assert paths(server) == ["/v2/platform/status"]


def test_clients_of_one_exchange_share_budget_and_clock_unless_told_otherwise():
    with serving(answering((200, [1]))) as server:
        clients = [caller(server.url, budget=None, clock=None) for _ in range(2)]
        for client in clients:
            read(client)
        clients[0].note(RateLimited("too many"))
        with pytest.raises(RateLimited):
            read(clients[1])
        for client in clients:
            client.close()

    assert paths(server) == ["/v2/platform/status", "/v2/x", "/v2/x"]


def test_a_question_without_a_signature_is_posted_within_the_budget():
    budget = MemoryBudget()
    with serving(answering((200, [1]))) as server:
        client = caller(server.url, budget=budget, credentials=None)
        client.calculate("calc/fx", "/v2/calc/fx", b"{}")
        budget.ban()
        with pytest.raises(RateLimited):
            client.calculate("calc/fx", "/v2/calc/fx", b"{}")
        client.close()
    (request,) = server.requests

    assert (request.method, request.body) == ("POST", b"{}")


def test_a_write_whose_turn_comes_too_late_never_leaves():
    with serving(answering((200, []))) as server:
        client = caller(server.url)
        with pytest.raises(NotSent, match="too late"):
            client.write("family", "/v2/x", nonce_header, b"{}", not_after=time.time() - 0.001)
        client.write("family", "/v2/x", nonce_header, b"{}", not_after=time.time() + 60)
        client.close()

    assert len(server.requests) == 1


def test_what_is_signed_is_told_before_it_leaves():
    told: list[tuple[Signed, int]] = []
    with serving(answering((500, NONCE_TOO_SMALL), (200, [1]))) as server:
        client = caller(server.url)

        def note(signed: Signed) -> None:
            told.append((signed, len(server.requests)))

        client.read("family", "/v2/x", nonce_header, b"{}", on_signed=note)
        client.write("family", "/v2/x", nonce_header, b"[]", on_signed=note)
        client.close()
    nonces = [int(request.headers["x-nonce"]) for request in server.requests]
    signed = [each for each, _ in told]

    assert [each.nonce for each in signed] == nonces
    assert [arrived for _, arrived in told] == [0, 1, 2]
    assert [each.body_sha256 for each in signed[1:]] == [
        sha256(request.body).hexdigest() for request in server.requests[1:]
    ]
    assert {each.key_fingerprint for each in signed} == {fingerprint(CREDENTIALS.key)}


def test_what_the_one_who_is_told_raises_keeps_a_write_from_leaving():
    def forbid(_: Signed) -> None:
        raise NotSent("given up meanwhile")

    with serving(answering((200, []))) as server:
        client = caller(server.url)
        with pytest.raises(NotSent, match="given up"):
            client.write("family", "/v2/x", nonce_header, b"{}", on_signed=forbid)
        write(client)
        client.close()

    assert len(server.requests) == 1


def test_a_write_that_is_ready_too_late_never_leaves():
    not_after = time.time() + 0.05

    def dawdle(_: Signed) -> None:
        while time.time() <= not_after:
            threading.Event().wait(0.01)

    with serving(answering((200, []))) as server:
        client = caller(server.url)
        with pytest.raises(NotSent, match="too late"):
            client.write(
                "family", "/v2/x", nonce_header, b"{}", not_after=not_after, on_signed=dawdle
            )
        client.close()

    assert not server.requests
