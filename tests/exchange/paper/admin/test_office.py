from __future__ import annotations

import pytest
import requests

from exchange.paper import PaperExchange
from exchange.paper.faults.requests import BeforeAccept
from tests.exchange.paper.admin.conftest import Admin


@pytest.mark.parametrize("body", [b"[]", b"3", b"{", b"\xff"])
def test_a_body_must_be_an_object(admin: Admin, body: bytes) -> None:
    status, _ = admin.refused(
        "POST", "/pause", data=body, headers={"Content-Type": "application/json"}
    )

    assert status == 400


def test_answers_are_for_programs_only(admin: Admin) -> None:
    answer = requests.get(f"{admin.url}/", timeout=10)

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_fault_shuts_the_admin_out(paper: PaperExchange, admin: Admin) -> None:
    with paper.fault(BeforeAccept(times=None), must_strike=False) as fault:
        state = admin.look("/")

    assert state["faults"] == 1
    assert fault.seen == 0
