"""Golden values: signatures that other programs made and real exchanges took."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.credentials import Credentials
from exchange.signing import KeyedHash, v1_headers, v2_headers, ws_auth

VECTORS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("signing_vectors.json").read_text()
)


def vectors(api: str) -> pytest.MarkDecorator:
    chosen = [vector for vector in VECTORS if vector["api"] == api]
    return pytest.mark.parametrize("vector", chosen, ids=[vector["name"] for vector in chosen])


def owner(vector: dict[str, Any]) -> Credentials:
    return Credentials("a-key", vector["secret"])


@vectors("v2")
def test_v2_headers_match_the_golden_value(vector):
    body = None if vector["body"] is None else vector["body"].encode()

    assert v2_headers(owner(vector), vector["path"], vector["nonce"], body) == {
        "Content-Type": "application/json",
        "bfx-nonce": vector["nonce"],
        "bfx-apikey": "a-key",
        "bfx-signature": vector["signature"],
    }


@vectors("ws2")
def test_the_auth_event_matches_the_golden_value(vector):
    event = ws_auth(owner(vector), vector["nonce"])

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

    assert v1_headers(owner(vector), sent["request"], sent["nonce"], {}) == {
        "X-BFX-APIKEY": "a-key",
        "X-BFX-PAYLOAD": vector["payload_header"],
        "X-BFX-SIGNATURE": vector["signature"],
    }


def test_every_vector_is_used():
    assert {vector["api"] for vector in VECTORS} == {"v1", "v2", "ws2"}
    assert len(VECTORS) == 7


def test_v1_parameters_follow_nonce_and_request_in_the_order_given():
    headers = v1_headers(Credentials("k", "s"), "/v1/order/status", "7", {"z": 1, "a": "x"})
    payload = base64.b64decode(headers["X-BFX-PAYLOAD"])

    assert payload == b'{"nonce":"7","request":"/v1/order/status","z":1,"a":"x"}'


@pytest.mark.parametrize(
    ("secret", "message", "signature"),
    [
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
            "8e2240ca5e69e2c78b3239ecfab21649",
        ),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6"
            "0c2ef6ab4030fe8296248df163f44952",
        ),
    ],
    ids=["case 2", "case 6"],
)
def test_signatures_are_those_of_rfc_4231(secret, message, signature):
    assert KeyedHash(secret).sign(message) == signature


@given(secret=st.binary(max_size=300), messages=st.lists(st.binary(max_size=300), max_size=3))
def test_one_keyed_hash_signs_many_messages_like_the_standard_library(secret, messages):
    keyed = KeyedHash(secret)

    for message in messages:
        assert keyed.sign(message) == hmac.new(secret, message, hashlib.sha384).hexdigest()


@pytest.mark.parametrize("length", [127, 128, 129])
def test_secrets_around_a_block_of_the_hash_are_signed_with(length):
    secret = "s" * length

    assert Credentials("k", secret).sign(b"m") == hmac.digest(secret.encode(), b"m", "sha384").hex()


def test_the_keyed_hash_keeps_no_secret():
    keyed = KeyedHash(b"hunter2")
    kept = [getattr(keyed, name) for name in KeyedHash.__slots__]

    assert {type(part) for part in kept} == {type(hashlib.sha384())}
    assert "hunter2" not in repr(keyed)
