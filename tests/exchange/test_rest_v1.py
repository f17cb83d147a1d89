from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from exchange.credentials import Credentials
from exchange.errors import (
    DecodeError,
    InvalidRequest,
    NoAnswer,
    NonceTooSmall,
    NotAuthenticated,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
)
from exchange.limits import NoBudget
from exchange.nonce import MemoryNonces
from exchange.rest_v1 import RestV1
from exchange.signing import v1_headers
from tests.exchange.loopback import Server, answering, serving
from tests.exchange.test_models_v1 import ORDER, TICKER

DETAILS = {
    "pair": "btcusd",
    "initial_margin": "30.0",
    "minimum_margin": "15.0",
    "maximum_order_size": "2000.0",
    "minimum_order_size": "0.00004",
}
BALANCE = {"type": "trading", "currency": "usd", "amount": "1.0", "available": "0.5"}


@contextmanager
def talking_to(*answers: tuple[int, Any]) -> Iterator[tuple[RestV1, Server]]:
    with serving(answering(*answers)) as server:
        client = RestV1(
            server.url,
            credentials=Credentials("key", "secret"),
            nonces=MemoryNonces(),
            budget=NoBudget(),
        )
        try:
            yield client, server
        finally:
            client.close()


@pytest.mark.parametrize(
    ("call", "path", "answer"),
    [
        (lambda c: c.pubticker("tDUSK:USD"), "/v1/pubticker/dusk:usd", TICKER),
        (lambda c: c.symbols(), "/v1/symbols", ["btcusd"]),
        (lambda c: c.symbols_details(), "/v1/symbols_details", [DETAILS]),
    ],
)
def test_a_public_call_goes_where_it_should(call, path, answer):
    with talking_to((200, answer)) as (client, server):
        call(client)

    assert [(request.method, request.target) for request in server.requests] == [("GET", path)]


@pytest.mark.parametrize(
    ("call", "path", "params", "answer"),
    [
        (lambda c: c.balances(), "/v1/balances", {}, [BALANCE]),
        (lambda c: c.order_status(5), "/v1/order/status", {"order_id": 5}, ORDER),
        (lambda c: c.cancel_order(5), "/v1/order/cancel", {"order_id": 5}, ORDER),
        (
            lambda c: c.new_order(
                "tBTCUSD", side="buy", amount=Decimal("0.10"), price=Decimal("1E-7")
            ),
            "/v1/order/new",
            {
                "symbol": "btcusd",
                "amount": "0.10",
                "price": "0.0000001",
                "side": "buy",
                "type": "exchange limit",
                "exchange": "bitfinex",
            },
            ORDER,
        ),
        (
            lambda c: c.new_order(
                "tBTCUSD",
                side="sell",
                amount=Decimal(1),
                price=Decimal(2),
                type="exchange market",
                is_hidden=True,
                is_postonly=True,
            ),
            "/v1/order/new",
            {
                "symbol": "btcusd",
                "amount": "1",
                "price": "2",
                "side": "sell",
                "type": "exchange market",
                "exchange": "bitfinex",
                "is_hidden": 1,
                "is_postonly": 1,
            },
            ORDER,
        ),
    ],
    ids=range(5),
)
def test_a_signed_call_carries_its_parameters_in_the_payload(call, path, params, answer):
    with talking_to((200, answer)) as (client, server):
        call(client)
    (request,) = server.requests
    payload = json.loads(base64.b64decode(request.headers["x-bfx-payload"], validate=True))
    nonce = payload["nonce"]
    expected = v1_headers("key", "secret", path, nonce, params)

    assert (request.method, request.target, request.body) == ("POST", path, b"")
    assert payload == {"nonce": nonce, "request": path, **params}
    assert {name: request.headers[name.lower()] for name in expected} == expected


def test_pairs_and_details_are_written_as_v2_does():
    with talking_to((200, ["btcusd", "dusk:usd"]), (200, [DETAILS])) as (client, _):
        pairs, details = client.symbols(), client.symbols_details()

    assert pairs == ["BTCUSD", "DUSK:USD"]
    assert details["BTCUSD"].minimum == Decimal("0.00004")


@pytest.mark.parametrize(
    ("status", "body", "of_a_read", "of_a_write"),
    [
        (401, {"message": "Invalid X-BFX-SIGNATURE."}, NotAuthenticated, NotAuthenticated),
        (400, {"message": "Nonce is too small."}, NonceTooSmall, NonceTooSmall),
        (403, {"message": "This API key does not have permission"}, NotPermitted, NotPermitted),
        (400, {"message": "Unknown symbol"}, InvalidRequest, InvalidRequest),
        (429, {"error": "ERR_RATE_LIMIT"}, RateLimited, RateLimited),
        (429, ["error", 11010, "ratelimit: error"], RateLimited, RateLimited),
        (500, {"message": "Internal"}, NoAnswer, OutcomeUnknown),
        (502, b"<html>", NoAnswer, OutcomeUnknown),
        (200, b"<html>", DecodeError, OutcomeUnknown),
        (200, 5, DecodeError, OutcomeUnknown),
    ],
    ids=range(10),
)
def test_a_failure_says_what_to_do_next(status, body, of_a_read, of_a_write):
    with talking_to((status, body)) as (client, _):
        with pytest.raises(of_a_read) as of_read:
            client.balances()
        with pytest.raises(of_a_write) as of_write:
            client.cancel_order(1)

    assert (type(of_read.value), type(of_write.value)) == (of_a_read, of_a_write)
