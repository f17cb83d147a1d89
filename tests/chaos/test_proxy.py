"""The proxy does to a connection what its verbs say, and to no other."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from exchange.paper import PaperExchange, running_paper
from tests.chaos import verbs
from tests.chaos.proxy import Proxy

PATH = "/v2/platform/status"
MARKER = PATH.encode()


@pytest.fixture(scope="module")
def paper() -> Iterator[PaperExchange]:
    with running_paper() as exchange:
        exchange.pause()
        yield exchange


@pytest.fixture
def proxy(paper: PaperExchange) -> Iterator[Proxy]:
    with Proxy(int(paper.rest_url.rpartition(":")[2])) as proxy:
        yield proxy


@contextmanager
def calling(
    proxy: Proxy, path: str = PATH, seconds: float = 5
) -> Iterator[http.client.HTTPResponse]:
    link = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=seconds)
    try:
        link.request("GET", path)
        yield link.getresponse()
    finally:
        link.close()


def ask(proxy: Proxy, path: str = PATH, seconds: float = 5) -> bytes:
    with calling(proxy, path, seconds) as answer:
        return answer.read()


def received(paper: PaperExchange) -> int:
    return sum(request.path == PATH for request in paper.ledger.requests)


def test_without_a_verb_it_is_not_noticed(proxy: Proxy) -> None:
    assert ask(proxy) == b"[1]"


def test_a_reset_before_the_exchange_leaves_it_untouched(
    proxy: Proxy, paper: PaperExchange
) -> None:
    before = received(paper)

    with proxy.verb(verbs.reset_before(MARKER)), pytest.raises(ConnectionResetError):
        ask(proxy)

    assert received(paper) == before


def test_a_reset_after_the_exchange_takes_the_answer_alone(
    proxy: Proxy, paper: PaperExchange
) -> None:
    before = received(paper)

    with proxy.verb(verbs.reset_after(MARKER)), pytest.raises(ConnectionResetError):
        ask(proxy)

    assert received(paper) == before + 1


@pytest.mark.parametrize(("verb", "arrives"), [(verbs.down, 0), (verbs.half_open, 1)])
def test_silence_lasts_until_the_client_gives_up(
    proxy: Proxy, paper: PaperExchange, verb: verbs.Make, arrives: int
) -> None:
    before = received(paper)

    with proxy.verb(verb(MARKER)), pytest.raises(TimeoutError):
        ask(proxy, seconds=0.5)

    assert received(paper) == before + arrives


def test_an_answer_ends_after_so_many_bytes(proxy: Proxy) -> None:
    with proxy.verb(verbs.limit_data(MARKER, 5)), pytest.raises(http.client.BadStatusLine):
        ask(proxy)


def test_slices_arrive_late_and_whole(proxy: Proxy) -> None:
    started = time.monotonic()

    with proxy.verb(verbs.slicer(MARKER, 50, 0.05)):
        assert ask(proxy) == b"[1]"

    assert time.monotonic() - started > 0.1


def test_a_late_request_is_delivered_though_its_client_is_gone(
    proxy: Proxy, paper: PaperExchange
) -> None:
    before = received(paper)

    with proxy.verb(verbs.latency(MARKER, 0.6)), pytest.raises(TimeoutError):
        ask(proxy, seconds=0.2)

    deadline = time.monotonic() + 5
    while received(paper) == before and time.monotonic() < deadline:
        ask(proxy, "/v2/tickers?symbols=tBTCUSD")
    assert received(paper) == before + 1


def test_a_verb_strikes_what_it_is_meant_for(proxy: Proxy) -> None:
    with (
        pytest.raises(AssertionError, match="never struck"),
        proxy.verb(verbs.reset_before(b"/order/submit")),
    ):
        assert ask(proxy) == b"[1]"


def test_refusing_ends_when_the_block_does(proxy: Proxy) -> None:
    with proxy.refusing(), pytest.raises(ConnectionRefusedError):
        ask(proxy)

    assert ask(proxy) == b"[1]"


def test_swallowing_leaves_connections_waiting(proxy: Proxy) -> None:
    with proxy.swallowing(), pytest.raises(TimeoutError):
        ask(proxy, seconds=0.5)

    assert ask(proxy) == b"[1]"
