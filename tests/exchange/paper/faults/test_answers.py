from __future__ import annotations

import json
from decimal import Decimal

import pytest
import requests

from exchange.paper import PaperExchange
from exchange.paper.faults.answers import Altered, Body, HostileText, Refuse, Resized, Status
from exchange.paper.faults.hostile import HOSTILE_TEXTS
from exchange.paper.faults.planting import NeverStruck
from tests.exchange.paper.caller import Caller

SUBMIT = "/v2/auth/w/order/submit"
WALLETS = "/v2/auth/r/wallets"


def submitted(caller: Caller) -> requests.Response:
    return caller.answer(
        "auth/w/order/submit",
        {"symbol": "tBTCUSD", "amount": "0.1", "type": "EXCHANGE LIMIT", "price": "50000"},
    )


@pytest.mark.parametrize("status", [418, 500, 502, 503, 520, 524])
def test_a_gateway_can_answer_in_place_of_the_exchange(
    paper: PaperExchange, caller: Caller, status: int
) -> None:
    with paper.fault(Status(status, path=SUBMIT)) as fault:
        answer = submitted(caller)

    assert fault.fired == 1
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert paper.ledger.orders == ()
    assert paper.ledger.requests[0].status == status


def test_a_gateway_can_answer_although_the_order_was_accepted(
    paper: PaperExchange, caller: Caller
) -> None:
    with paper.fault(Status(502, b"oh", accepts=True, path=SUBMIT)):
        answer = submitted(caller)
    (record,) = paper.ledger.requests

    assert (answer.status_code, answer.content) == (502, b"oh")
    assert (record.status, record.verdict) == (502, "ok")
    assert len(paper.ledger.orders) == 1


def test_a_redirect_leads_elsewhere(paper: PaperExchange) -> None:
    with paper.fault(Status(302, location="http://127.0.0.1:1/elsewhere")):
        answer = requests.get(
            f"{paper.rest_url}/v2/platform/status", timeout=10, allow_redirects=False
        )

    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://127.0.0.1:1/elsewhere"


def test_a_status_is_one_that_http_has() -> None:
    with pytest.raises(ValueError, match="200 to 599"):
        Status(99)


@pytest.mark.parametrize("content", [b"", b"[1,", b"<html>", b"\xff\x00"])
def test_a_body_can_be_anything(paper: PaperExchange, caller: Caller, content: bytes) -> None:
    with paper.fault(Body(content, path=SUBMIT)) as fault:
        answer = submitted(caller)

    assert fault.fired == 1
    assert (answer.status_code, answer.content) == (200, content)
    assert len(paper.ledger.orders) == 1


def test_a_refusal_comes_in_the_form_of_the_version_that_was_asked(
    paper: PaperExchange, caller: Caller
) -> None:
    with paper.fault(Refuse(10114, "nonce: small", times=2)) as fault:
        modern, legacy = submitted(caller), caller.v1("/v1/balances")

    assert fault.fired == 2
    assert (modern.status_code, modern.json()) == (500, ["error", 10114, "nonce: small"])
    assert (legacy.status_code, legacy.json()) == (500, {"message": "nonce: small"})
    assert paper.ledger.orders == ()


@pytest.mark.parametrize("value", ["7", "null", '"7"', "-1.5e-9"])
def test_one_value_can_be_another(paper: PaperExchange, caller: Caller, value: str) -> None:
    with paper.fault(Altered((4, 0, 2), value, path=SUBMIT)) as fault:
        answer = submitted(caller)
    (order,) = paper.ledger.orders
    row = json.loads(answer.text)[4][0]

    assert fault.fired == 1
    assert row[2] == json.loads(value)
    assert (row[0], row[3]) == (order.id, "tBTCUSD")
    assert order.cid != row[2]


def test_what_finds_nothing_to_alter_has_not_struck(paper: PaperExchange, caller: Caller) -> None:
    with pytest.raises(NeverStruck, match="1 chances"), paper.fault(Altered((4, 99, 2), "7")):
        answer = submitted(caller)
    (record,) = paper.ledger.requests

    assert answer.json()[6] == "SUCCESS"
    assert record.faults == ()


def test_what_is_no_json_can_be_neither_altered_nor_resized(paper: PaperExchange) -> None:
    for fault in (Altered((0,), "7"), Resized(3)):
        with pytest.raises(NeverStruck), paper.fault(fault):
            requests.get(f"{paper.rest_url}/elsewhere", timeout=10)


def test_rows_can_be_longer_or_shorter(paper: PaperExchange, caller: Caller) -> None:
    real = caller.v2("auth/r/wallets")
    with paper.fault(Resized(10, path=WALLETS)), paper.fault(Resized(-3, path=WALLETS, skip=1)):
        longer, shorter = caller.v2("auth/r/wallets"), caller.v2("auth/r/wallets")

    assert longer == [row + [None] * 10 for row in real]
    assert shorter == [row[:-3] for row in real]


def test_an_object_has_no_rows_to_resize(paper: PaperExchange, caller: Caller) -> None:
    with pytest.raises(NeverStruck), paper.fault(Resized(1)):
        caller.public("/v1/pubticker/btcusd")


def test_every_text_can_be_hostile(paper: PaperExchange, caller: Caller) -> None:
    real = caller.v2("auth/r/wallets")
    with paper.fault(HostileText(path=WALLETS)) as fault:
        answer = caller.answer("auth/r/wallets")
    spoiled = json.loads(answer.text, parse_float=Decimal)
    endings = {text for text in HOSTILE_TEXTS if any(row[1].endswith(text) for row in spoiled)}

    assert fault.fired == 1
    assert [row[2] for row in spoiled] == [row[2] for row in real]
    for before, after in zip(real, spoiled, strict=True):
        assert after[0].startswith(before[0])
        assert after[0] != before[0]
    assert len(endings) >= 3


def test_texts_that_a_program_needs_can_be_spared(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(HostileText(kept="exchange|margin|funding")):
        spoiled = caller.v2("auth/r/wallets")

    assert {row[0] for row in spoiled} == {"exchange", "margin", "funding"}
    assert all(row[1] not in ("USD", "BTC") for row in spoiled)
