"""Golden values: signatures that other programs made and real exchanges took."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from exchange.signing import sign, v1_headers, v2_headers, ws_auth

VECTORS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("signing_vectors.json").read_text()
)


def vectors(api: str) -> pytest.MarkDecorator:
    chosen = [vector for vector in VECTORS if vector["api"] == api]
    return pytest.mark.parametrize("vector", chosen, ids=[vector["name"] for vector in chosen])


@vectors("v2")
def test_v2_headers_match_the_golden_value(vector):
    body = None if vector["body"] is None else vector["body"].encode()

    assert v2_headers("a-key", vector["secret"], vector["path"], vector["nonce"], body) == {
        "Content-Type": "application/json",
        "bfx-nonce": vector["nonce"],
        "bfx-apikey": "a-key",
        "bfx-signature": vector["signature"],
    }


@vectors("ws2")
def test_the_auth_event_matches_the_golden_value(vector):
    event = ws_auth("a-key", vector["secret"], vector["nonce"])

    assert event == {
        "event": "auth",
        "apiKey": "a-key",
        "authNonce": vector["nonce"],
        "authPayload": f"AUTH{vector['nonce']}",
        "authSig": vector["signature"],
    }


@vectors("v1")
def test_v1_headers_match_the_golden_value(vector):
    sent = json.loads(vector["raw_json"])

    assert v1_headers("a-key", vector["secret"], sent["request"], sent["nonce"], {}) == {
        "X-BFX-APIKEY": "a-key",
        "X-BFX-PAYLOAD": vector["payload_header"],
        "X-BFX-SIGNATURE": vector["signature"],
    }


def test_every_vector_is_used():
    assert {vector["api"] for vector in VECTORS} == {"v1", "v2", "ws2"}
    assert len(VECTORS) == 7


def test_v1_parameters_follow_nonce_and_request_in_the_order_given():
    headers = v1_headers("k", "s", "/v1/order/status", "7", {"z": 1, "a": "x"})
    payload = base64.b64decode(headers["X-BFX-PAYLOAD"])

    assert payload == b'{"nonce":"7","request":"/v1/order/status","z":1,"a":"x"}'


def test_sign_is_hmac_sha384_of_rfc_4231():
    # RFC 4231, test case 2.
    assert sign("Jefe", b"what do ya want for nothing?") == (
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
        "8e2240ca5e69e2c78b3239ecfab21649"
    )
    assert sign("k", b"m") == hmac.new(b"k", b"m", hashlib.sha384).hexdigest()
