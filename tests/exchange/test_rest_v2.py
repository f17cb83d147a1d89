"""What no well-behaved exchange shows: refusals, odd answers, and where each request goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from exchange.credentials import Credentials
from exchange.errors import (
    DecodeError,
    ExchangeError,
    InvalidRequest,
    NoAnswer,
    NonceTooSmall,
    NotAuthenticated,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    Refused,
    UnderMaintenance,
)
from exchange.limits import MemoryBudget, NoBudget
from exchange.models import NewOrder
from exchange.nonce import MemoryNonces
from exchange.rest_v2 import RestV2
from exchange.signing import v2_headers
from tests.exchange.loopback import Server, answering, serving

CREDENTIALS = Credentials("key", "secret")
CID = 2**44 + 1
ORDER = NewOrder(
    symbol="tBTCUSD", type="EXCHANGE LIMIT", amount=Decimal(1), price=Decimal(100), cid=CID
)
ROW = [
    *[5, None, CID, "tBTCUSD", 1700000000000, 1700000000000, 1, 1, "EXCHANGE LIMIT", None],
    *[None, None, 0, "ACTIVE", None, None, 100, 0],
]
TICKER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1364774820000]


@contextmanager
def talking_to(*answers: tuple[int, Any], **options: Any) -> Iterator[tuple[RestV2, Server]]:
    defaults = {"credentials": CREDENTIALS, "nonces": MemoryNonces(), "budget": NoBudget()}
    with serving(answering(*answers)) as server:
        client = RestV2(server.url, **defaults | options)
        try:
            yield client, server
        finally:
            client.close()


CALLS: list[tuple[Callable[[RestV2], Any], str, str, Any, Any]] = [
    (lambda c: c.platform_is_operative(), "GET", "/v2/platform/status", None, [1]),
    (lambda c: c.ticker("tBTCUSD"), "GET", "/v2/ticker/tBTCUSD", None, TICKER),
    (lambda c: c.tickers(), "GET", "/v2/tickers?symbols=ALL", None, []),
    (
        lambda c: c.tickers(["tBTCUSD", "tDOGE:USD"]),
        "GET",
        "/v2/tickers?symbols=tBTCUSD,tDOGE:USD",
        None,
        [],
    ),
    (lambda c: c.pairs(), "GET", "/v2/conf/pub:list:pair:exchange", None, [[]]),
    (lambda c: c.pair_infos(), "GET", "/v2/conf/pub:info:pair", None, [[]]),
    (lambda c: c.currency_names(), "GET", "/v2/conf/pub:map:currency:sym", None, [[]]),
    (lambda c: c.currency_labels(), "GET", "/v2/conf/pub:map:currency:label", None, [[]]),
    (lambda c: c.book("tDOGE:USD"), "GET", "/v2/book/tDOGE:USD/P0?len=25", None, []),
    (lambda c: c.book("tBTCUSD", "P2", 100), "GET", "/v2/book/tBTCUSD/P2?len=100", None, []),
    (lambda c: c.trades("tBTCUSD"), "GET", "/v2/trades/tBTCUSD/hist", None, []),
    (
        lambda c: c.trades("tBTCUSD", start_ms=1, end_ms=2, limit=3),
        "GET",
        "/v2/trades/tBTCUSD/hist?start=1&end=2&limit=3",
        None,
        [],
    ),
    (lambda c: c.wallets(), "POST", "/v2/auth/r/wallets", {}, []),
    (lambda c: c.permissions(), "POST", "/v2/auth/r/permissions", {}, []),
    (
        lambda c: c.fee_summary(),
        "POST",
        "/v2/auth/r/summary",
        {},
        [None, None, None, None, [[0, 0, 0], [0, 0, 0]]],
    ),
    (lambda c: c.open_orders(), "POST", "/v2/auth/r/orders", {}, []),
    (
        lambda c: c.open_orders("tBTCUSD", ids=[1, 2], cid=3, cid_date="2026-11-22"),
        "POST",
        "/v2/auth/r/orders/tBTCUSD",
        {"id": [1, 2], "cid": 3, "cid_date": "2026-11-22"},
        [],
    ),
    (lambda c: c.order_history(), "POST", "/v2/auth/r/orders/hist", {}, []),
    (
        lambda c: c.order_history("tBTCUSD", start_ms=0, end_ms=9, limit=5, ids=[7]),
        "POST",
        "/v2/auth/r/orders/tBTCUSD/hist",
        {"start": 0, "end": 9, "limit": 5, "id": [7]},
        [],
    ),
    (lambda c: c.fills(), "POST", "/v2/auth/r/trades/hist", {}, []),
    (
        lambda c: c.fills("tDOGE:USD", start_ms=1, end_ms=2, limit=3),
        "POST",
        "/v2/auth/r/trades/tDOGE:USD/hist",
        {"start": 1, "end": 2, "limit": 3},
        [],
    ),
    (lambda c: c.order_fills("tBTCUSD", 5), "POST", "/v2/auth/r/order/tBTCUSD:5/trades", {}, []),
    (
        lambda c: c.submit_order(ORDER),
        "POST",
        "/v2/auth/w/order/submit",
        ORDER.wire(),
        [0, "on-req", None, None, [ROW], None, "SUCCESS", ""],
    ),
    (
        lambda c: c.cancel_order(5),
        "POST",
        "/v2/auth/w/order/cancel",
        {"id": 5},
        [0, "oc-req", None, None, ROW, None, "SUCCESS", ""],
    ),
]


@pytest.mark.parametrize(("call", "method", "target", "body", "answer"), CALLS, ids=range(24))
def test_a_call_goes_where_it_should(call, method, target, body, answer):
    with talking_to((200, answer)) as (client, server):
        call(client)
    (request,) = server.requests

    assert (request.method, request.target) == (method, target)
    assert (json.loads(request.body) if body is not None else request.body or None) == body


@pytest.mark.parametrize(
    ("call", "target"), [(call, target) for call, method, target, *_ in CALLS if method == "POST"]
)
def test_what_is_signed_is_what_is_sent(call, target):
    answer = next(answer for called, *_, answer in CALLS if called is call)
    with talking_to((200, answer)) as (client, server):
        call(client)
    (request,) = server.requests
    nonce = request.headers["bfx-nonce"]
    expected = v2_headers("key", "secret", target.removeprefix("/v2/"), nonce, request.body)

    assert {name: request.headers[name.lower()] for name in expected} == expected


REFUSALS = [
    (500, ["error", 10020, "symbol: invalid"], InvalidRequest),
    (500, ["error", 10001, "Order not found."], InvalidRequest),
    (500, ["error", 10001, "api_key: permission invalid"], NotPermitted),
    (500, ["error", 10100, "apikey: invalid"], NotAuthenticated),
    (500, ["error", 10114, "nonce: small"], NonceTooSmall),
    (500, ["error", 11010, "ratelimit: error"], RateLimited),
    (429, {"error": "ERR_RATE_LIMIT"}, RateLimited),
    (500, ["error", 20060, "maintenance"], UnderMaintenance),
    (500, ["error", 12345, "new words"], Refused),
    (503, {"code": 503, "error": "temporarily_unavailable"}, NoAnswer),
    (404, b"<html>Cannot GET /api/v2/nope</html>", NoAnswer),
    (502, b"<html>Bad gateway</html>", NoAnswer),
    (302, b"", NoAnswer),
    (200, b"<html>Hello</html>", DecodeError),
    (200, b"", DecodeError),
    (200, {"not": "an array"}, DecodeError),
    (200, [["exchange", "USD", True, 0, 1]], DecodeError),
]


@pytest.mark.parametrize(("status", "body", "leaf"), REFUSALS, ids=range(17))
def test_a_read_that_fails_says_what_to_do_next(status, body, leaf):
    with talking_to((status, body)) as (client, _), pytest.raises(ExchangeError) as caught:
        client.wallets()

    assert type(caught.value) is leaf


@pytest.mark.parametrize(("status", "body", "leaf"), REFUSALS, ids=range(17))
def test_a_write_that_fails_is_judged_by_the_outcome_table(status, body, leaf):
    unknown = {UnderMaintenance, Refused, NoAnswer, DecodeError}
    with talking_to((status, body)) as (client, server), pytest.raises(ExchangeError) as caught:
        client.submit_order(ORDER)

    assert type(caught.value) is (OutcomeUnknown if leaf in unknown else leaf)
    assert len(server.requests) == 1


def test_an_answer_with_another_client_id_is_not_our_order():
    row = [*ROW[:2], CID + 1, *ROW[3:]]
    answer = [0, "on-req", None, None, [row], None, "SUCCESS", ""]
    with talking_to((200, answer)) as (client, _), pytest.raises(OutcomeUnknown):
        client.submit_order(ORDER)


def test_a_rate_limit_seen_once_stops_the_next_call_before_it_is_sent():
    answers = [(429, {"error": "ERR_RATE_LIMIT"}), (200, [])]
    with talking_to(*answers, budget=MemoryBudget()) as (client, server):
        for _ in range(2):
            with pytest.raises(RateLimited):
                client.tickers()

    assert len(server.requests) == 1


def test_a_rate_limit_of_a_write_stops_the_next_call_too():
    with talking_to((429, {"error": "ERR_RATE_LIMIT"}), budget=MemoryBudget()) as (client, server):
        for _ in range(2):
            with pytest.raises(RateLimited):
                client.submit_order(ORDER)

    assert len(server.requests) == 1


def test_funding_rows_and_pairs_without_a_price_are_left_out():
    rows = [
        ["tBTCUSD", *TICKER],
        ["fUSD", *range(17)],
        ["tNEW:USD", *[None] * 11],
        ["tbtcusd", *TICKER],
    ]
    with talking_to((200, rows)) as (client, _):
        tickers = client.tickers()

    assert [ticker.symbol for ticker in tickers] == ["tBTCUSD"]


def test_no_tickers_are_asked_for_when_none_are_wanted():
    with talking_to((200, [])) as (client, server):
        assert client.tickers([]) == []
        assert not server.requests


def test_names_of_unknown_form_do_not_take_the_others_away():
    sizes = [None, None, None, "1", "2"]
    infos = [["BTCUSD", sizes], ["what?", sizes]]
    with talking_to((200, [["BTCUSD", "what?"]]), (200, [infos])) as (client, _):
        pairs, infos = client.pairs(), client.pair_infos()

    assert pairs == ["BTCUSD"]
    assert list(infos) == ["BTCUSD"]


def test_several_lists_come_in_one_call_each_under_its_key():
    with talking_to((200, [["a"], ["b"]])) as (client, server):
        answer = client.configuration("pub:list:currency", "pub:list:pair:margin")

    assert answer == {"pub:list:currency": ["a"], "pub:list:pair:margin": ["b"]}
    assert server.requests[0].target == "/v2/conf/pub:list:currency,pub:list:pair:margin"


def test_a_missing_list_is_a_decode_error():
    with talking_to((200, [["a"]])) as (client, _), pytest.raises(DecodeError):
        client.configuration("one", "two")


def test_a_book_keeps_the_characters_that_came():
    with talking_to((200, b"[[7e-7,1,1.50]]")) as (client, _):
        (level,) = client.book("tBTCUSD")

    assert (level.price_text, level.amount_text) == ("7e-7", "1.50")


def test_maintenance_is_told():
    with talking_to((200, [0])) as (client, _):
        assert client.platform_is_operative() is False


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.ticker("../../secret"),
        lambda c: c.tickers(["tBTCUSD,ALL"]),
        lambda c: c.book("tBTCUSD?x="),
        lambda c: c.trades("btcusd"),
        lambda c: c.open_orders("tBTC USD"),
        lambda c: c.order_fills("tBTCUSD/1", 2),
    ],
)
def test_what_is_no_symbol_gets_into_no_path(call):
    with talking_to((200, [])) as (client, server):
        with pytest.raises(ValueError, match="not a trading symbol"):
            call(client)

        assert not server.requests


def test_a_client_without_a_key_reads_what_is_public():
    with talking_to((200, [1]), credentials=None) as (client, _):
        assert client.platform_is_operative()
        with pytest.raises(NotAuthenticated):
            client.wallets()
