from __future__ import annotations

import base64
import json

import pytest

from exchange.paper import PaperKey, running_paper
from exchange.paper.rest.rest_v1 import payload_nonce
from tests.exchange.paper.caller import Caller, signature

PATH = "/v1/balances"


def encoded(fields: object) -> str:
    return base64.b64encode(json.dumps(fields).encode()).decode()


def test_a_signed_payload_is_let_in(caller: Caller) -> None:
    assert caller.v1(PATH).status_code == 200


def test_the_payload_must_be_base64(caller: Caller) -> None:
    raw = json.dumps({"request": PATH, "nonce": "5"})
    answer = caller.v1_send(PATH, raw, signature(raw.encode()))

    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid X-BFX-SIGNATURE."})


def test_a_signature_over_the_json_itself_is_wrong(caller: Caller) -> None:
    raw = json.dumps({"request": PATH, "nonce": "5"})
    payload = base64.b64encode(raw.encode()).decode()
    answer = caller.v1_send(PATH, payload, signature(raw.encode()))

    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid X-BFX-SIGNATURE."})


@pytest.mark.parametrize("request_member", ["/v1/balance", "/v1/order/new", None])
def test_the_payload_must_be_for_this_path(caller: Caller, request_member: str | None) -> None:
    payload = encoded({"request": request_member, "nonce": "5"})
    answer = caller.v1_send(PATH, payload, signature(payload.encode()))

    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid X-BFX-SIGNATURE."})


def test_an_unknown_key_is_refused(caller: Caller) -> None:
    answer = Caller(caller.rest_url, PaperKey("nobody", "x")).v1(PATH)

    assert answer.status_code == 401
    assert answer.json()["message"].startswith("Could not find a key")


def test_a_used_nonce_is_too_small(caller: Caller) -> None:
    payload = encoded({"request": PATH, "nonce": "5"})
    caller.v1(PATH)
    answer = caller.v1_send(PATH, payload, signature(payload.encode()))

    assert (answer.status_code, answer.json()) == (400, {"message": "Nonce is too small."})


def test_a_nonce_must_be_a_string(caller: Caller) -> None:
    payload = encoded({"request": PATH, "nonce": 5})
    answer = caller.v1_send(PATH, payload, signature(payload.encode()))

    assert (answer.status_code, answer.json()) == (400, {"message": "Nonce must be a string."})


def test_a_reading_key_may_not_trade() -> None:
    reader = PaperKey.read_only("reader", "its secret")
    with running_paper(keys=[reader]) as paper:
        caller = Caller(paper.rest_url, reader)
        balances, order = caller.v1(PATH), caller.v1("/v1/order/new", symbol="btcusd")

    assert balances.status_code == 200
    assert order.status_code == 403
    assert "does not have permission" in order.json()["message"]


def test_an_unknown_method_is_not_found(caller: Caller) -> None:
    assert caller.v1("/v1/balance").status_code == 404
    assert caller.public("/v1/nope").status_code == 404


def test_the_nonce_of_a_payload_can_be_read_for_the_record() -> None:
    assert payload_nonce({"x-bfx-payload": encoded({"nonce": "7"})}) == "7"
    assert payload_nonce({"x-bfx-payload": encoded({"nonce": 7})}) is None
    assert payload_nonce({"x-bfx-payload": "%%%"}) is None
    assert payload_nonce({}) is None
