from __future__ import annotations

from exchange.paper.rest.signing import matches, v1_signature, v2_signature

SECRET = "unit-test-secret"
# Values produced by bitfinex-api-py 4.0.0 and ccxt, not by this repository.
WITH_SPACES = (
    b'{"type": "EXCHANGE LIMIT", "symbol": "tBTCUSD", "amount": "0.5", "price": "25000"}',
    "7609dce72fccd12e4024170036e44e194b2e7f52aa01d2998d15c4f3e82f2c9b"
    "e8613f1b91d83871572a2a4c6795b925",
)
WITHOUT_BODY = (
    "751abf128aa67ddfd8cc5d71807f2570b6eccb56aba666e96cbe264d3f26ed21"
    "88fc82d583298dba9acde2b4bbb96cd6"
)
V1 = (
    "eyJub25jZSI6IjE3MDAwMDAwMDAxMjMiLCJyZXF1ZXN0IjoiL3YxL2JhbGFuY2VzIn0=",
    "1671bf28a7fc8d263a78d09199171d7ae6a0166719db7aa9296c8131d350e291"
    "d2ad56f768f527fbb5658dffb04fc6dc",
)


def test_a_v2_body_is_signed_with_the_spaces_it_has() -> None:
    body, expected = WITH_SPACES

    assert v2_signature(SECRET, b"/v2/auth/w/order/submit", "1700000000123456", body) == expected


def test_a_v2_call_may_have_no_body() -> None:
    signed = v2_signature(SECRET, b"/v2/auth/r/wallets", "1700000000123456", b"")

    assert signed == WITHOUT_BODY


def test_v1_signs_the_base64_text() -> None:
    payload, expected = V1

    assert v1_signature(SECRET, payload) == expected


def test_signatures_match_only_when_equal() -> None:
    assert matches("ab", "ab")
    assert not matches("ab", "ac")
    assert not matches("ab", "ä")
