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
from exchange.models.wallets import WalletType
from exchange.nonce import MemoryNonces
from exchange.rest_v1 import OrderV1, RestV1
from exchange.signing import v1_headers
from tests.exchange.loopback import Server, answering, knowing_clock, serving
from tests.exchange.models.test_v1 import (
    ADDRESS,
    BOOK,
    FILL,
    KEY_INFO,
    ORDER,
    TICKER,
    TRADE,
)

DETAILS = {
    "pair": "btcusd",
    "initial_margin": "30.0",
    "minimum_margin": "15.0",
    "maximum_order_size": "2000.0",
    "minimum_order_size": "0.00004",
}
WANTED = OrderV1(symbol="tBTCUSD", side="sell", amount=Decimal(1), price=Decimal("1E+3"))
WANTED_MEMBERS = {
    "symbol": "btcusd",
    "amount": "1",
    "price": "1000",
    "side": "sell",
    "type": "exchange limit",
    "exchange": "bitfinex",
}
MOVED = [{"status": "success", "message": "1.0 USD transfered", "withdrawal_id": 586829}]
BALANCE = {"type": "trading", "currency": "usd", "amount": "1.0", "available": "0.5"}


@contextmanager
def talking_to(*answers: tuple[int, Any]) -> Iterator[tuple[RestV1, Server]]:
    with serving(answering(*answers)) as server:
        client = RestV1(
            server.url,
            credentials=Credentials("key", "secret"),
            nonces=MemoryNonces(),
            budget=NoBudget(),
            clock=knowing_clock(),
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
        (
            lambda c: c.book("tBTCUSD"),
            "/v1/book/btcusd?limit_bids=50&limit_asks=50&group=1",
            BOOK,
        ),
        (
            lambda c: c.book("tBTCUSD", bids=1, asks=2, group=False),
            "/v1/book/btcusd?limit_bids=1&limit_asks=2&group=0",
            BOOK,
        ),
        (lambda c: c.trades("tBTCUSD"), "/v1/trades/btcusd", [TRADE]),
        (
            lambda c: c.trades("tBTCUSD", since_seconds=5, limit=2),
            "/v1/trades/btcusd?timestamp=5&limit_trades=2",
            [],
        ),
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
        (lambda c: c.key_info(), "/v1/key_info", {}, KEY_INFO),
        (lambda c: c.orders(), "/v1/orders", {}, [ORDER]),
        (lambda c: c.order_history(), "/v1/orders/hist", {}, [ORDER]),
        (lambda c: c.order_history(5), "/v1/orders/hist", {"limit": 5}, []),
        (lambda c: c.fills("tBTCUSD"), "/v1/mytrades", {"symbol": "btcusd"}, [FILL]),
        (
            lambda c: c.fills(
                "tBTCUSD", since_seconds=1, until_seconds=2, limit=3, oldest_first=True
            ),
            "/v1/mytrades",
            {"symbol": "btcusd", "timestamp": "1", "until": "2", "limit_trades": 3, "reverse": 1},
            [],
        ),
        (
            lambda c: c.new_orders([WANTED]),
            "/v1/order/new/multi",
            {"orders": [WANTED_MEMBERS]},
            {"order_ids": [ORDER], "status": "success"},
        ),
        (
            lambda c: c.replace_order(5, WANTED),
            "/v1/order/cancel/replace",
            {"order_id": 5} | WANTED_MEMBERS,
            ORDER,
        ),
        (
            lambda c: c.cancel_orders([5, 6]),
            "/v1/order/cancel/multi",
            {"order_ids": [5, 6]},
            {"result": "Orders cancelled"},
        ),
        (
            lambda c: c.cancel_all_orders(),
            "/v1/order/cancel/all",
            {},
            {"result": "All orders cancelled"},
        ),
        (
            lambda c: c.transfer(WalletType.EXCHANGE, WalletType.FUNDING, "USD", Decimal("1.50")),
            "/v1/transfer",
            {
                "amount": "1.50",
                "currency": "USD",
                "walletfrom": "exchange",
                "walletto": "deposit",
            },
            MOVED,
        ),
        (
            lambda c: c.deposit_address(WalletType.MARGIN, "bitcoin", renew=True),
            "/v1/deposit/new",
            {"method": "bitcoin", "wallet_name": "trading", "renew": 1},
            ADDRESS,
        ),
        (
            lambda c: c.withdraw(
                WalletType.EXCHANGE, "ripple", Decimal(5), "rPool", payment_id="42"
            ),
            "/v1/withdraw",
            {
                "withdraw_type": "ripple",
                "walletselected": "exchange",
                "amount": "5",
                "address": "rPool",
                "payment_id": "42",
            },
            MOVED,
        ),
        (
            lambda c: c.withdraw(WalletType.EXCHANGE, "bitcoin", Decimal(5), "1abc"),
            "/v1/withdraw",
            {
                "withdraw_type": "bitcoin",
                "walletselected": "exchange",
                "amount": "5",
                "address": "1abc",
            },
            MOVED,
        ),
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
    ids=range(19),
)
def test_a_signed_call_carries_its_parameters_in_the_payload(call, path, params, answer):
    with talking_to((200, answer)) as (client, server):
        call(client)
    (request,) = server.requests
    payload = json.loads(base64.b64decode(request.headers["x-bfx-payload"], validate=True))
    nonce = payload["nonce"]
    expected = v1_headers(Credentials("key", "secret"), path, nonce, params)

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
        (429, b"<html>Error 1015</html>", RateLimited, RateLimited),
        (503, {"code": 503, "error": "temporarily_unavailable"}, NoAnswer, OutcomeUnknown),
        (200, {"code": 503, "error": "temporarily_unavailable"}, NoAnswer, OutcomeUnknown),
        (429, ["error", 11010, "ratelimit: error"], RateLimited, RateLimited),
        (500, {"message": "Internal"}, NoAnswer, OutcomeUnknown),
        (502, b"<html>", NoAnswer, OutcomeUnknown),
        (200, b"<html>", DecodeError, OutcomeUnknown),
        (200, 5, DecodeError, OutcomeUnknown),
    ],
    ids=range(13),
)
def test_a_failure_says_what_to_do_next(status, body, of_a_read, of_a_write):
    with talking_to((status, body)) as (client, _):
        with pytest.raises(of_a_read) as of_read:
            client.balances()
        with pytest.raises(of_a_write) as of_write:
            client.cancel_order(1)

    assert (type(of_read.value), type(of_write.value)) == (of_a_read, of_a_write)


def test_money_is_moved_and_its_words_and_ids_come_back():
    with talking_to((200, MOVED)) as (client, _):
        words = client.transfer(WalletType.EXCHANGE, WalletType.MARGIN, "USD", Decimal(1))
        number = client.withdraw(WalletType.EXCHANGE, "bitcoin", Decimal(1), "1abc")

    assert (words, number) == ("1.0 USD transfered", 586829)


def test_money_that_is_refused_under_success_is_refused():
    refused = [{"status": "error", "message": "Momentary balance check.", "withdrawal_id": 0}]
    with talking_to((200, refused)) as (client, _):
        for move in (
            lambda: client.withdraw(WalletType.EXCHANGE, "bitcoin", Decimal(1), "1abc"),
            lambda: client.transfer(WalletType.EXCHANGE, WalletType.MARGIN, "USD", Decimal(1)),
        ):
            with pytest.raises(InvalidRequest, match="Momentary balance check"):
                move()


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.new_order("tBTCUSD", side="hold", amount=Decimal(1), price=Decimal(1)),
        lambda c: c.new_order("tBTCUSD", side="buy", amount=Decimal(0), price=Decimal(1)),
        lambda c: c.new_order("tBTCUSD", side="buy", amount=Decimal(1), price=Decimal(-1)),
        lambda c: c.new_orders([]),
        lambda c: c.new_orders([WANTED] * 11),
        lambda c: c.transfer("exchange", "margin", "usd", Decimal(1)),
        lambda c: c.transfer("exchange", "margin", "USD", Decimal(0)),
        lambda c: c.transfer("exchange", "trading", "USD", Decimal(1)),
        lambda c: c.withdraw("exchange", "bitcoin", Decimal("NaN"), "1abc"),
    ],
    ids=range(9),
)
def test_what_could_not_be_meant_is_not_sent(call):
    with talking_to((200, [])) as (client, server):
        with pytest.raises(ValueError):  # noqa: PT011, each says it in its own words
            call(client)

        assert not server.requests
