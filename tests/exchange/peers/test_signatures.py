"""What the other clients sign, signed by us: the same bytes give the same signature.

REST v1 is not compared: neither of the two speaks it any more.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve

from exchange import Credentials, NewOrder, NoBudget, OrderType, OutcomeUnknown, RestV2, wire
from exchange.signing import v2_headers, ws_auth
from tests.exchange.peers.peer import Raised

PATHS = st.sampled_from(
    ["auth/r/wallets", "auth/w/order/submit", "auth/r/trades/tDOGE:USD/hist"],
)
# No lone surrogates: what can't be encoded can't be anybody's secret.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
# Some longer than a block of the hash.
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=150)
MEMBERS = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
BODIES = st.dictionaries(TEXTS, MEMBERS, max_size=6)
ORDERS = st.builds(
    dict,
    amount=st.decimals("-2000", "2000", places=8).filter(lambda amount: abs(amount) >= 1),
    price=st.integers(1, 99_999).map(Decimal),
    cid=st.integers(1, 2**45 - 1),
    flags=st.sampled_from([64, 4096]),
)


def signature_headers(headers: dict[str, str]) -> dict[str, str]:
    """Of all headers those by which the exchange knows who is calling, and the body's type."""
    known = v2_headers(Credentials("k", "s"), "", "", None)
    return {name: headers[name.lower()] for name in known}


@given(secret=SECRETS, path=PATHS, body=BODIES)
@settings(max_examples=150)
def test_the_official_client_sends_the_headers_that_we_would(
    official, exchange, secret, path, body
):
    official.ask("post", url=exchange.url, secret=secret, path=path, body=body)
    sent = exchange.last
    theirs = signature_headers(sent.headers)

    assert sent.target == f"/v2/{path}"
    assert theirs == v2_headers(
        Credentials("key", secret), path, theirs["bfx-nonce"], sent.body or None
    )


@given(secret=SECRETS, path=PATHS, body=BODIES)
@settings(max_examples=150)
def test_ccxt_sends_the_headers_that_we_would(ccxt, secret, path, body):
    theirs = ccxt.ask("sign", secret=secret, path=path, body=body)
    raw, nonce = theirs["body"].encode(), theirs["headers"]["bfx-nonce"]

    assert theirs["headers"] == v2_headers(Credentials("key", secret), path, nonce, raw)
    assert json.loads(raw) == body
    # It leaves letters from beyond ASCII as they are where we escape them.
    if raw.isascii() and b"\x7f" not in raw:
        assert raw == wire.dumps(body)


@given(secret=SECRETS)
def test_the_official_client_authenticates_a_socket_as_we_would(official, secret):
    theirs = official.ask("auth_event", secret=secret)
    nonce = theirs["authNonce"]

    # It sends its nonce as a number, and a filter even where there is none.
    assert theirs == ws_auth(Credentials("key", secret), str(nonce)) | {
        "authNonce": nonce,
        "filter": None,
    }


async def test_ccxt_authenticates_a_socket_as_we_would(ccxt):
    heard: list[dict[str, Any]] = []

    async def accept(connection: ServerConnection) -> None:
        heard.append(json.loads(await connection.recv()))
        await connection.send(json.dumps({"event": "auth", "status": "OK", "chanId": 0}))
        await connection.wait_closed()

    async with serve(accept, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        url = f"ws://127.0.0.1:{port}/ws/2"
        await asyncio.to_thread(ccxt.ask, "auth_event", url=url, secret="secret")
    nonce = heard[0]["authNonce"]

    # Its nonce is a number, too.
    assert heard == [ws_auth(Credentials("key", "secret"), str(nonce)) | {"authNonce": nonce}]


@given(order=ORDERS)
@settings(max_examples=40)
def test_all_three_ask_for_an_order_in_the_same_words(official, ccxt, exchange, order):
    amount, price, more = str(order["amount"]), str(order["price"]), order["flags"]
    client = RestV2(exchange.url, credentials=Credentials("key", "secret"), budget=NoBudget())
    with suppress(OutcomeUnknown):
        client.submit_order(NewOrder(symbol="tBTCUSD", type=OrderType.LIMIT, **order))
    client.close()
    ours = json.loads(exchange.last.body)
    with suppress(Raised):
        asked = {"type": "EXCHANGE LIMIT", "symbol": "tBTCUSD", "amount": amount, "price": price}
        official.ask("submit", url=exchange.url, order=asked | {"cid": order["cid"], "flags": more})
    officials = json.loads(exchange.last.body)
    with suppress(Raised):
        side = "sell" if order["amount"] < 0 else "buy"
        asked = {"symbol": "BTC/USD", "type": "limit", "side": side, "price": price}
        asked |= {"amount": amount.lstrip("-"), "params": {"cid": order["cid"], "flags": more}}
        ccxt.ask("submit", url=exchange.url, order=asked)
    ccxts = json.loads(exchange.last.body)

    assert len({str(request) for request in exchange.server.requests[-3:]}) == 3
    assert officials == ours
    # It leaves away zeros at the end, which the exchange does not mind.
    assert ccxts == ours | {"amount": ccxts["amount"]}
    assert Decimal(ccxts["amount"]) == order["amount"]
