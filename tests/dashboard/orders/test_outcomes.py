"""Each way a submit can end, made to happen at the paper exchange: what the row says at once, and
what it says once it was looked for. The ledger is what really happened."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable

import pytest

from dashboard.accounts import clients
from dashboard.accounts.models import SealedKey
from dashboard.accounts.selectors import key_trouble
from dashboard.markets.models import Instrument
from dashboard.orders import services
from dashboard.orders.models import Order
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from exchange.paper.faults import (
    AfterAccept,
    Altered,
    Ban,
    BeforeAccept,
    Body,
    Delay,
    Drip,
    Duplicate,
    Fault,
    Garbage,
    MidReply,
    NonceUsedElsewhere,
    Refuse,
    Reset,
    Resized,
    Status,
)
from tests.dashboard.conftest import forget_budget
from tests.dashboard.orders.conftest import find_out

SUBMIT = "/v2/auth/w/order/submit"
PATIENCE_SECONDS = 20


@pytest.fixture
def order(draft: Order, live_bitcoin: Instrument, paper: PaperExchange, settings: object) -> Order:
    """A reviewed order; a call that takes longer than half a second has no answer."""
    settings.EXCHANGE_DEADLINE_SECONDS = 0.5  # type: ignore[attr-defined]
    return draft


def place_under(order: Order, paper: PaperExchange, faults: Iterable[Fault]) -> None:
    """Place the order while something goes wrong, and see to it that it did."""
    planted = [paper.faults.add(fault) for fault in faults]
    services.place_order(order)

    for each in planted:
        each.check()
    paper.faults.clear()


# A gateway's page in place of the answer, whatever the exchange did with the request.
GATEWAY = (500, 502, 503, 504, 520, 521, 522, 523, 524)
NOBODY_KNOWS = {
    "f05 a reset before it was read": [Reset(path=SUBMIT), BeforeAccept(path=SUBMIT)],
    "f05b no HTTP at all": [Garbage(path=SUBMIT)],
    "f06 a reset after it was accepted": [Reset(path=SUBMIT), AfterAccept(path=SUBMIT)],
    "f07 silence, not accepted": [Delay(2, path=SUBMIT), BeforeAccept(path=SUBMIT)],
    "f08 silence, accepted": [Delay(2, path=SUBMIT)],
    "f11 an answer that drips": [Drip(20, path=SUBMIT)],
    "f12 half an answer": [MidReply(20, path=SUBMIT)],
    "f13 invalid JSON": [Body(b"{", path=SUBMIT)],
    "f13 a page": [Body(b"<html>welcome</html>", content_type="text/html", path=SUBMIT)],
    "f13 nothing": [Body(b"", path=SUBMIT)],
    "f19 another client id": [Altered((4, 0, 2), "7", path=SUBMIT)],
    "f22 too few fields": [Resized(-20, path=SUBMIT)],
    "f22 an id that is null": [Altered((4, 0, 0), "null", path=SUBMIT)],
    "f22 no order": [Altered((4,), "[]", path=SUBMIT)],
    "f22 no list": [Altered((4,), "null", path=SUBMIT)],
    "another status": [Altered((6,), '"INFO"', path=SUBMIT)],
    "an unknown error": [Refuse(10000, "unknown", path=SUBMIT)],
    "concurrency": [Refuse(10008, "concurrency", path=SUBMIT)],
    "a code nobody knows": [Refuse(99999, "surprise", path=SUBMIT)],
    **{f"f15 {code}, dropped": [Status(code, path=SUBMIT)] for code in GATEWAY},
    **{
        f"f15 {status}, accepted": [Status(status, accepts=True, path=SUBMIT)] for status in GATEWAY
    },
    **{f"f17 {status}": [Status(status, path=SUBMIT)] for status in (403, 418, 451)},
    **{
        f"f18 {status}": [Status(status, location="http://127.0.0.1:9/", path=SUBMIT)]
        for status in (301, 302, 307, 308)
    },
}


@pytest.mark.parametrize("faults", NOBODY_KNOWS.values(), ids=NOBODY_KNOWS)
def test_an_answer_that_proves_nothing_leaves_it_unknown_until_the_lists_tell(
    order: Order, paper: PaperExchange, faults: list[Fault]
) -> None:
    place_under(order, paper, faults)
    at_once = order.state
    find_out(order)
    accepted = paper.ledger.orders

    assert at_once == State.UNKNOWN
    assert len(accepted) <= 1
    assert order.state == (State.OPEN if accepted else State.NOT_PLACED)
    assert order.exchange_id == (accepted[0].id if accepted else None)


SAYS_NO = {
    "f14 the nonce is too small": ([NonceUsedElsewhere(path=SUBMIT)], "a key of its own"),
    "the key is unknown": ([Refuse(10100, "apikey: invalid", path=SUBMIT)], "not accept this key"),
    "the signature is wrong": ([Refuse(10111, "digest", path=SUBMIT)], "not accept this key"),
    "a parameter is wrong": ([Refuse(10020, "price: invalid", path=SUBMIT)], "price: invalid"),
    "f16 too many calls": ([Refuse(11010, "ratelimit: error", path=SUBMIT)], "no more calls"),
    "a rule is broken": ([Refuse(10001, "Invalid order: no", path=SUBMIT)], "no. Nothing was"),
}


@pytest.mark.parametrize(("faults", "words"), SAYS_NO.values(), ids=SAYS_NO)
def test_a_refusal_ends_it_with_its_reason(
    order: Order, paper: PaperExchange, faults: list[Fault], words: str
) -> None:
    place_under(order, paper, faults)

    assert order.state == State.REJECTED
    assert words in order.reason
    assert not paper.ledger.orders


@pytest.mark.parametrize("status", ["ERROR", "FAILURE"])
def test_a_notification_that_failed_is_a_refusal(
    order: Order, paper: PaperExchange, status: str
) -> None:
    place_under(order, paper, [Altered((6,), f'"{status}"', path=SUBMIT)])

    assert order.state == State.REJECTED


def test_f16_while_the_ban_forbids_to_look_it_is_unknown_until_the_ban_is_over(
    order: Order, paper: PaperExchange
) -> None:
    place_under(order, paper, [Ban(60, path=SUBMIT)])

    assert order.state == State.UNKNOWN
    assert order.looked_for_from is not None
    assert order.answered_at is not None
    assert 30 < (order.looked_for_from - order.answered_at).total_seconds() <= 61
    assert "slow down" in order.look_problem
    assert not paper.ledger.orders


TOO_MANY = Status(429, body=b'{"error":"ERR_RATE_LIMIT"}', path=SUBMIT)


def test_f16_after_the_ban_one_look_bears_the_refusal_out(
    order: Order, paper: PaperExchange
) -> None:
    place_under(order, paper, [TOO_MANY])
    meanwhile = (order.state, order.reason)
    forget_budget()
    find_out(order, passes=1)

    assert meanwhile[0] == State.UNKNOWN
    assert "turned this order down because of its rate limit" in meanwhile[1]
    assert order.state == State.REJECTED
    assert "The exchange's rate limit" in order.reason
    assert "Nothing was placed" in order.reason
    assert order.settled_at is not None
    assert not paper.ledger.orders


def test_f16_an_order_that_went_in_under_a_ban_is_found_though_it_was_refused(
    order: Order, paper: PaperExchange
) -> None:
    accepted = Status(429, body=b'{"error":"ERR_RATE_LIMIT"}', accepts=True, path=SUBMIT)
    place_under(order, paper, [accepted])
    forget_budget()
    find_out(order, passes=1)

    assert order.state == State.OPEN
    assert order.exchange_id == paper.ledger.orders[0].id
    assert order.reason == ""


def test_a_refusal_is_borne_out_later_where_the_exchange_cannot_be_asked_at_once(
    order: Order, paper: PaperExchange
) -> None:
    doubtful = Refuse(10001, "Invalid order: no", path=SUBMIT)
    place_under(order, paper, [doubtful, Status(502, path="/v2/auth/r/orders/tBTCUSD")])
    at_once = order.state
    find_out(order, passes=1)

    assert at_once == State.UNKNOWN
    assert order.state == State.REJECTED
    assert "no. Nothing was placed" in order.reason


def test_f16_what_our_own_count_of_calls_holds_back_was_not_sent(
    order: Order, paper: PaperExchange
) -> None:
    clients.budget().ban()
    services.place_order(order)

    assert order.state == State.NOT_SENT
    assert order.nonce is None
    assert order.answered_at is None
    assert re.search(r"takes no calls from here for \d+ s more", order.reason)
    assert "Nothing was sent" in order.reason
    assert not paper.ledger.requests


def test_f14_nonces_that_every_call_finds_spoilt_count_against_the_key(
    order: Order, paper: PaperExchange
) -> None:
    place_under(order, paper, [NonceUsedElsewhere(path="/v2/auth/*")])

    assert order.state == State.REJECTED
    assert SealedKey.objects.get().strikes == 1


def test_f14_a_nonce_that_only_the_order_met_does_not(order: Order, paper: PaperExchange) -> None:
    place_under(order, paper, [NonceUsedElsewhere(path=SUBMIT, ahead=10)])

    assert SealedKey.objects.get().strikes == 0


def test_f64_a_key_that_an_order_finds_revoked_rests(order: Order, paper: PaperExchange) -> None:
    place_under(order, paper, [Refuse(10100, "apikey: invalid", path=SUBMIT)])

    assert key_trouble(order.account_id) is not None


def test_a_proxy_that_sends_twice_makes_one_order_and_its_second_answer_fools_nobody(
    order: Order, paper: PaperExchange
) -> None:
    place_under(order, paper, [Duplicate(path=SUBMIT)])
    accepted = paper.ledger.orders

    assert order.state == State.OPEN
    assert [each.id for each in accepted] == [order.exchange_id]


def test_f21_answers_may_grow(order: Order, paper: PaperExchange) -> None:
    place_under(order, paper, [Resized(10, path=SUBMIT)])

    assert order.state == State.OPEN


def test_f10_a_request_that_arrives_after_the_first_look_is_refused_by_the_fence(
    order: Order, paper: PaperExchange
) -> None:
    late = paper.faults.add(Delay(1.5, before=True, path=SUBMIT))
    services.place_order(order)
    at_once = order.state
    find_out(order, passes=1)
    after_one_look = order.state
    late.check()
    arrived = wait_for_verdict(paper)
    find_out(order)

    assert at_once == State.UNKNOWN
    assert after_one_look == State.UNKNOWN
    assert "nonce" in arrived
    assert not paper.ledger.orders
    assert order.state == State.NOT_PLACED


def wait_for_verdict(paper: PaperExchange) -> str:
    """Return what the exchange made of the submit, once it has got to it."""
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 50):
        for request in paper.ledger.requests:
            if request.path == SUBMIT:
                return request.verdict
        pause.wait(0.02)
    raise AssertionError("the submit never arrived")


def test_what_was_signed_is_what_arrived_to_the_byte(order: Order, paper: PaperExchange) -> None:
    services.place_order(order)
    (arrived,) = [each for each in paper.ledger.requests if each.path == SUBMIT]

    assert str(order.nonce) == arrived.nonce
    assert order.body_sha256 == arrived.body_sha256
    assert order.key_fingerprint


def test_the_way_of_a_press_is_timed(order: Order, paper: PaperExchange) -> None:
    services.place_order(order)
    way = [order.clicked_at, order.saved_at, order.sent_at, order.answered_at]

    assert None not in way
    assert way == sorted(way, key=str)
