from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.exchange.paper.caller import Caller


def by_token(caller: Caller, token: str, path: str, **body: Any) -> Any:
    url = f"{caller.rest_url}/v2/auth/{path}"
    return requests.post(url, json=body, headers={"bfx-token": token}, timeout=10).json()


def test_a_token_stands_in_for_key_and_signature(caller: Caller) -> None:
    (token,) = caller.v2("auth/w/token", {"scope": "api", "ttl": 60})

    assert token.startswith("pub:api:")
    assert by_token(caller, token, "r/wallets") == caller.v2("auth/r/wallets")
    assert by_token(caller, token, "w/order/submit")[2] == "api_key: permission invalid"


def test_a_token_may_write_where_it_was_allowed_to(caller: Caller) -> None:
    (token,) = caller.v2("auth/w/token", {"caps": ["o"], "writePermission": True})
    order = {"type": "EXCHANGE LIMIT", "symbol": "tBTCUSD", "amount": "0.1", "price": "50000"}

    assert by_token(caller, token, "w/order/submit", **order)[6] == "SUCCESS"
    assert by_token(caller, token, "r/wallets")[2] == "api_key: permission invalid"


@pytest.mark.parametrize("token", ["", "pub:api:guessed"])
def test_an_unknown_token_is_refused(caller: Caller, token: str) -> None:
    assert by_token(caller, token, "r/wallets") == ["error", 10100, "token: invalid"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"scope": "everything"}, "scope: invalid"),
        ({"ttl": 7 * 24 * 3600 + 1}, "ttl: invalid"),
        ({"caps": ["x"]}, "caps: invalid"),
        ({"caps": "o"}, "caps: invalid"),
        ({"writePermission": 1}, "writePermission: invalid"),
    ],
    ids=range(5),
)
def test_a_senseless_token_is_not_made(caller: Caller, body: Any, words: str) -> None:
    assert caller.v2("auth/w/token", body) == ["error", 10020, words]
