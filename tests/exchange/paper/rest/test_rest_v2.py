from __future__ import annotations

import requests

from exchange.paper import PaperExchange, PaperKey, running_paper
from tests.exchange.paper.caller import Caller, signature

PATH = "/v2/auth/r/wallets"


def signed(nonce: str, body: bytes = b"", path: str = PATH) -> str:
    return signature(f"/api{path}{nonce}".encode() + body)


def refusal(answer: requests.Response) -> tuple[int, object]:
    return answer.status_code, answer.json()


def test_a_call_without_body_and_one_with_an_empty_object_are_both_good(caller: Caller) -> None:
    assert caller.send(PATH, b"", "1", signed("1")).status_code == 200
    assert caller.send(PATH, b"{}", "2", signed("2", b"{}")).status_code == 200


def test_the_signature_is_over_the_bytes_and_not_over_the_meaning(caller: Caller) -> None:
    path, spaced = "/v2/auth/r/orders", b'{"id": [1]} '

    assert caller.send(path, spaced, "1", signed("1", spaced, path)).status_code == 200
    for same_meaning in (b'{"id":[1]}', b'{"id": [1]}'):
        assert refusal(caller.send(path, same_meaning, "2", signed("2", spaced, path))) == (
            500,
            ["error", 10100, "apikey: digest invalid"],
        )


def test_the_query_is_not_signed(caller: Caller) -> None:
    assert caller.send(f"{PATH}?x=1", b"", "1", signed("1")).status_code == 200


def test_the_query_says_what_to_read_and_never_what_to_do(caller: Caller) -> None:
    read, write = "/v2/auth/r/ledgers/hist", "/v2/auth/w/order/submit"
    rows = caller.send(f"{read}?limit=2", b"", "1", signed("1", path=read)).json()
    order = "symbol=tBTCUSD&amount=0.1&price=50000&type=EXCHANGE%20LIMIT"
    answer = caller.send(f"{write}?{order}", b"", "2", signed("2", path=write))

    assert len(rows) == 2
    assert answer.status_code == 500
    assert caller.v2("auth/r/orders") == []


def test_an_unknown_key_is_refused(caller: Caller) -> None:
    answer = caller.send(PATH, b"", "1", signed("1"), key="nobody")

    assert refusal(answer) == (500, ["error", 10100, "apikey: invalid"])


def test_a_call_without_headers_is_refused(paper: PaperExchange) -> None:
    answer = requests.post(paper.rest_url + PATH, timeout=10)

    assert refusal(answer) == (500, ["error", 10100, "apikey: invalid"])


def test_a_used_nonce_is_too_small(caller: Caller) -> None:
    caller.send(PATH, b"", "10", signed("10"))

    for nonce in ("10", "9"):
        answer = caller.send(PATH, b"", nonce, signed(nonce))
        assert refusal(answer) == (500, ["error", 10114, "nonce: small"])


def test_a_nonce_beyond_53_bits_is_refused(caller: Caller) -> None:
    nonce = "9007199254740992"

    assert refusal(caller.send(PATH, b"", nonce, signed(nonce)))[1] == [
        "error",
        10114,
        "nonce: invalid",
    ]


def test_a_bad_signature_uses_no_nonce_up(caller: Caller) -> None:
    caller.send(PATH, b"", "9000000000000000", "wrong")

    assert caller.send(PATH, b"", "5", signed("5")).status_code == 200


def test_v1_and_v2_share_a_key_s_nonces(caller: Caller) -> None:
    caller.v1("/v1/balances")

    assert refusal(caller.send(PATH, b"", "5", signed("5")))[1] == ["error", 10114, "nonce: small"]


def test_a_reading_key_may_not_trade() -> None:
    reader = PaperKey.read_only("reader", "its secret")
    with running_paper(keys=[reader]) as paper:
        caller = Caller(paper.rest_url, reader)
        wallets = caller.answer("auth/r/wallets")
        order = caller.answer("auth/w/order/submit", {"symbol": "tBTCUSD"})

    assert wallets.status_code == 200
    assert refusal(order) == (500, ["error", 10001, "api_key: permission invalid"])


def test_unknown_paths_and_verbs_get_a_page(caller: Caller) -> None:
    for answer, words in (
        (caller.public("/v2/nope"), "Cannot GET /api/v2/nope"),
        (caller.public(PATH), "Cannot GET /api/v2/auth/r/wallets"),
        (requests.put(caller.rest_url + PATH, timeout=10), "Cannot PUT /api/v2/auth/r/wallets"),
        (caller.answer("auth/r/nope"), "Cannot POST /api/v2/auth/r/nope"),
        (caller.public("/"), "Cannot GET /api/"),
    ):
        assert answer.status_code == 404
        assert words in answer.text
        assert answer.headers["Content-Type"].startswith("text/html")


def test_a_body_that_is_no_object_is_refused(caller: Caller) -> None:
    answer = caller.send(PATH, b"[1", "1", signed("1", b"[1"))

    assert refusal(answer) == (500, ["error", 10020, "json: invalid"])
