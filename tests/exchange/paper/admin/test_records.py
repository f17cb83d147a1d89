from __future__ import annotations

import hashlib

import pytest

from exchange.paper import PaperExchange
from tests.exchange.paper.admin.conftest import Admin
from tests.exchange.paper.caller import KEY, Caller


def test_the_ledger_is_read_from_elsewhere(
    paper: PaperExchange, admin: Admin, caller: Caller
) -> None:
    (row,) = caller.submit("0.1", "50000", cid=7)[4]
    caller.v2("auth/w/order/cancel", {"id": row[0]})
    requests = admin.look("/ledger/requests")["records"]
    (order,) = admin.look("/ledger/orders")["records"]
    (change,) = admin.look("/ledger/changes")["records"]

    assert [record["path"] for record in requests] == [
        "/v2/auth/w/order/submit",
        "/v2/auth/w/order/cancel",
    ]
    assert requests[0]["key"] == KEY.key
    assert len(requests[0]["body_sha256"]) == len(hashlib.sha256().hexdigest())
    assert (order["id"], order["cid"], order["amount"], order["came_by"]) == (
        row[0],
        7,
        "0.1",
        "v2",
    )
    assert order["request"] == requests[0]["number"]
    assert (change["id"], change["request"]) == (row[0], requests[1]["number"])


def test_the_ledger_is_read_a_page_at_a_time(admin: Admin, caller: Caller) -> None:
    for _ in range(5):
        caller.public("/v2/platform/status")
    first = admin.look("/ledger/requests", limit="2")
    rest = admin.look("/ledger/requests", after=str(first["records"][-1]["number"]))

    assert (len(first["records"]), first["left"]) == (2, 3)
    assert (len(rest["records"]), rest["left"]) == (3, 0)
    assert rest["records"][0]["number"] == first["records"][1]["number"] + 1


def test_counts_tell_what_there_has_been(admin: Admin, caller: Caller) -> None:
    caller.submit("0.1", "50000")
    caller.submit("0.1", "nonsense")
    admin.press("/faults", kind="refuse", path="/v2/auth/*")
    caller.v2("auth/r/wallets")
    counts = admin.look("/ledger")

    assert (counts["request"], counts["request ok"], counts["request refused"]) == (3, 1, 2)
    assert (counts["order"], counts["order v2"]) == (1, 1)
    assert counts["request /v2/auth/w/order/submit"] == 2
    assert counts["fault refuse"] == 1


def test_using_the_admin_address_leaves_no_trace(admin: Admin) -> None:
    admin.press("/pause")
    admin.look("/faults")

    assert admin.look("/ledger") == {}


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"after": "x"}])
def test_a_page_that_cannot_be_is_refused(admin: Admin, query: dict[str, str]) -> None:
    assert admin.refused("GET", "/ledger/orders", params=query)[0] == 400
