from __future__ import annotations

import math
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from exchange.paper import PaperExchange, running_paper
from exchange.paper.faults.conditions import Ban, SkewedClock
from exchange.paper.faults.requests import (
    AfterAccept,
    BeforeAccept,
    Delay,
    Drip,
    Duplicate,
    Garbage,
    MidReply,
    Reset,
)
from exchange.paper.market.markets import catalogue
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.calling_raw import ask

SUBMIT = "/v2/auth/w/order/submit"


def submit(caller: Caller) -> list[object]:
    answer: list[object] = caller.submit("0.1", "50000")
    return answer


def test_a_connection_can_die_before_the_order_is_accepted(
    paper: PaperExchange, caller: Caller
) -> None:
    with paper.fault(BeforeAccept(path=SUBMIT)) as fault, pytest.raises(requests.ConnectionError):
        submit(caller)
    (record,) = paper.ledger.requests

    assert fault.fired == 1
    assert paper.ledger.orders == ()
    assert (record.status, record.verdict) == (0, "not carried out")
    assert record.faults == ("before_accept",)


def test_a_connection_can_die_after_the_order_is_accepted(
    paper: PaperExchange, caller: Caller
) -> None:
    with paper.fault(AfterAccept(path=SUBMIT)) as fault, pytest.raises(requests.ConnectionError):
        submit(caller)
    (record,), (order,) = paper.ledger.requests, paper.ledger.orders

    assert fault.fired == 1
    assert (record.status, record.verdict, record.faults) == (200, "ok", ("after_accept",))
    assert (order.came_by, order.request) == ("v2", record.number)


def test_a_connection_can_end_by_a_reset_instead_of_the_answer(paper: PaperExchange) -> None:
    with paper.fault(Reset()) as fault:
        heard = ask(paper.rest_url)
    after = ask(paper.rest_url)

    assert fault.fired == 1
    assert (heard.data, heard.was_reset) == (b"", True)
    assert not after.was_reset


@pytest.mark.parametrize(("other", "accepted"), [(BeforeAccept, 0), (AfterAccept, 1)])
def test_a_reset_says_nothing_about_the_order(
    paper: PaperExchange, caller: Caller, other: type[BeforeAccept], accepted: int
) -> None:
    with (
        paper.fault(Reset(path=SUBMIT)) as reset,
        paper.fault(other(path=SUBMIT)) as fault,
        pytest.raises(requests.ConnectionError, match="reset"),
    ):
        submit(caller)

    assert (reset.fired, fault.fired) == (1, 1)
    assert len(paper.ledger.orders) == accepted


def test_an_answer_can_be_cut_off_though_all_of_it_was_promised(
    paper: PaperExchange, caller: Caller
) -> None:
    with (
        paper.fault(MidReply(7, path=SUBMIT)) as fault,
        pytest.raises(requests.exceptions.ChunkedEncodingError, match="7 bytes read"),
    ):
        submit(caller)

    assert fault.fired == 1
    assert len(paper.ledger.orders) == 1


def test_an_answer_can_be_cut_off_by_a_reset(paper: PaperExchange) -> None:
    with paper.fault(MidReply(2)), paper.fault(Reset()):
        heard = ask(paper.rest_url)

    assert heard.data.endswith(b"\r\n\r\n[1")
    assert heard.was_reset


def test_an_answer_can_come_too_late(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(Delay(30, path=SUBMIT)) as fault, pytest.raises(requests.ReadTimeout):
        caller.submit_within(0.3, "0.1", "50000")

    assert fault.fired == 1
    assert len(paper.ledger.orders) == 1


def test_an_answer_comes_after_its_delay(paper: PaperExchange) -> None:
    began = time.monotonic()
    with paper.fault(Delay(0.3)):
        heard = ask(paper.rest_url)

    assert heard.data.endswith(b"[1]")
    assert time.monotonic() - began >= 0.3


def test_a_request_held_up_is_carried_out_though_its_client_is_gone(
    paper: PaperExchange, caller: Caller
) -> None:
    with paper.fault(Delay(0.5, before=True, path=SUBMIT)) as fault:
        with pytest.raises(requests.ReadTimeout):
            caller.submit_within(0.1, "0.1", "50000")
        before = paper.ledger.orders
    deadline = time.monotonic() + 20
    while not paper.ledger.orders:
        assert time.monotonic() < deadline

    assert fault.fired == 1
    assert before == ()


def test_a_request_held_up_is_refused_when_a_later_one_has_overtaken_it(
    paper: PaperExchange, caller: Caller
) -> None:
    with paper.fault(Delay(0.5, before=True, path=SUBMIT)) as fault:
        with pytest.raises(requests.ReadTimeout):
            caller.submit_within(0.1, "0.1", "50000")
        fault.wait()
        caller.v2("auth/r/wallets")
    deadline = time.monotonic() + 20
    while len(paper.ledger.requests) < 2:
        assert time.monotonic() < deadline
    fence, late = paper.ledger.requests

    assert (fence.path, fence.verdict) == ("/v2/auth/r/wallets", "ok")
    assert (late.path, late.verdict) == (SUBMIT, "nonce: small")
    assert paper.ledger.orders == ()


def test_an_exchange_stops_at_once_though_a_request_is_held_up() -> None:
    began = time.monotonic()
    with (
        running_paper(keys=[KEY], listed=catalogue()[:3]) as paper,
        paper.fault(Delay(60, before=True)),
        pytest.raises(requests.ReadTimeout),
    ):
        requests.get(f"{paper.rest_url}/v2/platform/status", timeout=0.1)

    assert time.monotonic() - began < 20


def test_an_answer_can_come_in_drips(paper: PaperExchange) -> None:
    began = time.monotonic()
    with paper.fault(Drip(500)) as fault:
        heard = ask(paper.rest_url)

    assert fault.fired == 1
    assert heard.data.endswith(b"[1]")
    assert time.monotonic() - began >= 0.9 * len(heard.data) / 500


def test_garbage_can_come_instead_of_an_answer(paper: PaperExchange, caller: Caller) -> None:
    with (
        paper.fault(Garbage(b"\xff nonsense", path=SUBMIT)) as fault,
        pytest.raises(requests.ConnectionError),
    ):
        submit(caller)

    assert fault.fired == 1
    assert len(paper.ledger.orders) == 1


def test_garbage_breaks_the_encryption_where_there_is_one(
    certificate: Path, tls: ssl.SSLContext
) -> None:
    with running_paper(keys=[KEY], listed=catalogue()[:3], tls=tls) as paper:
        url = paper.rest_url.replace("127.0.0.1", "localhost") + "/v2/platform/status"
        with paper.fault(Garbage()) as fault, pytest.raises(requests.exceptions.SSLError):
            requests.get(url, timeout=10, verify=str(certificate))
        (read,) = paper.ledger.requests
        after = requests.get(url, timeout=10, verify=str(certificate)).json()

    assert fault.fired == 1
    assert (read.verdict, after) == ("ok", [1])
    assert paper.ws_url.startswith("wss://")


def test_a_request_can_be_carried_out_twice(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(Duplicate(path=SUBMIT)) as fault:
        answer = submit(caller)
    first, second = paper.ledger.requests

    assert fault.fired == 1
    assert (first.verdict, second.verdict) == ("ok", "nonce: small")
    assert first.nonce == second.nonce
    assert answer == ["error", 10114, "nonce: small"]
    assert len(paper.ledger.orders) == 1


def test_of_two_answers_the_first_may_be_the_one_that_comes(
    paper: PaperExchange, caller: Caller
) -> None:
    with paper.fault(Duplicate("first", path=SUBMIT)):
        answer = submit(caller)

    assert answer[6] == "SUCCESS"
    assert [record.verdict for record in paper.ledger.requests] == ["ok", "nonce: small"]


def test_the_handshake_of_a_socket_can_fail_too(paper: PaperExchange) -> None:
    handshake = (
        b"GET /ws/2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with paper.fault(BeforeAccept(path="/ws/*")), paper.fault(MidReply(path="/ws/*", skip=1)):
        dead, cut = ask(paper.rest_url, handshake), ask(paper.rest_url, handshake)

    assert (dead.data, cut.data) == (b"", b"")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Drip(0), "bytes_per_second"),
        (lambda: Delay(-1), "seconds must be from 0"),
        (lambda: Delay(math.nan), "seconds must be from 0"),
        (lambda: Ban(math.inf), "seconds must be from 0"),
        (lambda: SkewedClock(1e12), "seconds must be within"),
        (lambda: SkewedClock(math.nan), "seconds must be within"),
        (lambda: MidReply(-5), "body_bytes must be at least 0"),
        (lambda: Duplicate("third"), "first or second"),
        (lambda: Reset(times=0), "times"),
        (lambda: Reset(skip=-1), "skip"),
    ],
)
def test_a_fault_that_could_never_be_is_refused(make: type[Reset], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        make()


def test_an_order_can_fill_while_its_cancellation_is_on_the_way(
    paper: PaperExchange, caller: Caller
) -> None:
    (row,) = caller.submit("0.1", "50000")[4]
    cancel = "auth/w/order/cancel"
    with ThreadPoolExecutor(1) as clients:
        with paper.fault(Delay(0.5, before=True, path=f"/v2/{cancel}")) as fault:
            answer = clients.submit(caller.v2, cancel, {"id": row[0]})
            fault.wait()
            paper.move_price("tBTCUSD", "49990")
        told = answer.result(20)

    assert told == ["error", 10001, "Order not found."]
    assert paper.order(row[0]).status() == "EXECUTED @ 50000(0.1)"
    assert paper.ledger.changes == ()
