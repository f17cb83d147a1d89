from __future__ import annotations

import pytest
import requests

from exchange.paper import PaperExchange
from exchange.paper.faults.catalogue import KINDS
from tests.exchange.paper.admin.conftest import Admin
from tests.exchange.paper.caller import KEY, Caller

SUBMIT = "/v2/auth/w/order/submit"


def test_a_fault_is_planted_counted_and_removed(
    paper: PaperExchange, admin: Admin, caller: Caller
) -> None:
    planted = admin.press("/faults", kind="status", status=502, path=SUBMIT, times=None)
    caller.answer("auth/w/order/submit", {})
    (listed,) = admin.look("/faults")
    removed = admin.remove(f"/faults/{planted['id']}")
    after = caller.submit("0.1", "50000")

    assert (planted["kind"], planted["status"], planted["fired"]) == ("status", 502, 0)
    assert (listed["id"], listed["fired"], listed["seen"]) == (planted["id"], 1, 1)
    assert removed == listed
    assert after[6] == "SUCCESS"
    assert admin.look("/faults") == []


def test_a_fault_acts_as_the_one_made_in_python(
    paper: PaperExchange, admin: Admin, caller: Caller
) -> None:
    planted = admin.press("/faults", kind="after_accept", path=SUBMIT, key=KEY.key)
    with pytest.raises(requests.ConnectionError):
        caller.submit("0.1", "50000")
    told = admin.look(f"/faults/{planted['id']}")

    assert told["fired"] == 1
    assert len(paper.ledger.orders) == 1


def test_everything_is_cleared_at_once_bans_included(admin: Admin, caller: Caller) -> None:
    admin.press("/faults", kind="ban", times=1)
    admin.press("/faults", kind="maintenance", announced=False)
    banned = caller.public("/v2/platform/status").status_code
    cleared = admin.remove("/faults")
    after = caller.public("/v2/platform/status")

    assert [fault["kind"] for fault in cleared] == ["ban", "maintenance"]
    assert banned == 200
    assert after.json() == [1]


def test_what_takes_more_than_a_number_comes_as_json(admin: Admin, caller: Caller) -> None:
    admin.press("/faults", kind="body", content="<html>", path="/v2/platform/*")
    admin.press("/faults", kind="altered", at=[0, 2], json="7e-7", path="/v2/auth/r/wallets")
    admin.press("/faults", kind="narrowed_key", key=KEY.key, permissions={"wallets": [1, 0]})
    admin.press("/faults", kind="skewed_clock", seconds=-3600)

    assert caller.public("/v2/platform/status").text == "<html>"
    assert caller.v2("auth/r/wallets")[0][2] == 7e-7
    assert caller.v2("auth/r/summary") == ["error", 10001, "api_key: permission invalid"]
    assert len(admin.remove("/faults")) == 4


def test_every_kind_is_told_and_explained(admin: Admin) -> None:
    told = admin.look("/faults/kinds")

    assert set(told) == set(KINDS)
    assert all(sentence.endswith((".", ",")) for sentence in told.values())


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({}, "kind: one of after_accept"),
        ({"kind": "nonsense"}, "kind: one of"),
        ({"kind": ["status"]}, "kind: one of"),
        ({"kind": "status"}, "status: status needs it"),
        ({"kind": "status", "status": "502"}, "status: '502' is of the wrong type"),
        ({"kind": "status", "status": True}, "status: True is of the wrong type"),
        ({"kind": "status", "status": 99}, "status must be from 200"),
        ({"kind": "reset", "colour": 1}, "colour: reset has no such member"),
        ({"kind": "reset", "times": 0}, "times must be at least 1"),
        ({"kind": "reset", "path": None}, "path: None is of the wrong type"),
        ({"kind": "body", "content": 5}, "content: must be text"),
        ({"kind": "altered", "at": "0", "json": "1"}, "at: must be a list"),
        ({"kind": "narrowed_key", "permissions": [1]}, "permissions: must be like"),
        ({"kind": "delay", "seconds": None}, "seconds: None is of the wrong type"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_in_words(
    paper: PaperExchange, admin: Admin, members: dict[str, object], words: str
) -> None:
    status, told = admin.refused("POST", "/faults", json=members)

    assert status == 400
    assert told.startswith(words)
    assert list(paper.faults) == []


def test_a_pair_that_is_not_there_cannot_be_delisted(paper: PaperExchange, admin: Admin) -> None:
    refused = admin.refused("POST", "/faults", json={"kind": "delisted_pair", "symbol": "tNOPE"})

    assert refused == (404, "there is no tNOPE")
    assert list(paper.faults) == []


def test_a_fault_that_is_not_there_cannot_be_removed(admin: Admin) -> None:
    assert admin.refused("DELETE", "/faults/7") == (404, "there is no fault 7")
    assert admin.refused("GET", "/faults/7") == (404, "there is no fault 7")


def test_of_several_faults_the_one_that_is_named_is_removed(admin: Admin) -> None:
    first, second = (admin.press("/faults", kind=kind, path=SUBMIT) for kind in ("reset", "ban"))
    removed = admin.remove(f"/faults/{second['id']}")

    assert removed == second
    assert admin.look("/faults") == [first]


def test_a_body_left_out_is_the_page_of_a_gateway(admin: Admin, caller: Caller) -> None:
    admin.press("/faults", kind="status", status=502, body=None, path="/v2/platform/*")
    answer = caller.public("/v2/platform/status")

    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (502, "text/html")
