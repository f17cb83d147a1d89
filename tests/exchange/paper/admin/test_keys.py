from __future__ import annotations

import pytest

from exchange.paper import PaperExchange, PaperKey
from tests.exchange.paper.admin.conftest import Admin
from tests.exchange.paper.caller import KEY, Caller


def test_a_key_is_made_and_works_at_once(paper: PaperExchange, admin: Admin) -> None:
    made = admin.press("/keys")
    caller = Caller(paper.rest_url, PaperKey(made["key"], made["secret"]))
    wallets, order = caller.v2("auth/r/wallets"), caller.submit("0.1", "50000")

    assert len(made["secret"]) >= 32
    assert made["account"] == made["key"]
    assert wallets[0][:3] == ["exchange", "USD", 50000]
    assert order[6] == "SUCCESS"


def test_a_key_is_made_for_an_account_that_others_use(paper: PaperExchange, admin: Admin) -> None:
    made = admin.press("/keys", key="second", account=KEY.owner, may="read")
    caller = Caller(paper.rest_url, PaperKey("second", made["secret"]))
    Caller(paper.rest_url).submit("0.1", "50000")
    (order,) = caller.v2("auth/r/orders")

    assert order[3] == "tBTCUSD"
    assert caller.submit("0.1") == ["error", 10001, "api_key: permission invalid"]


@pytest.mark.parametrize(
    ("may", "orders", "withdraw"), [("read", 0, 0), ("trade", 1, 0), ("withdraw", 1, 1)]
)
def test_a_key_is_changed_revoked_and_restored(
    paper: PaperExchange, admin: Admin, caller: Caller, may: str, orders: int, withdraw: int
) -> None:
    admin.press(f"/keys/{KEY.key}", may=may)
    told = {row[0]: row[1:] for row in caller.v2("auth/r/permissions")}
    admin.remove(f"/keys/{KEY.key}")
    revoked = caller.v2("auth/r/wallets")
    admin.press(f"/keys/{KEY.key}/restore")

    assert (told["orders"][1], told["withdraw"][1]) == (orders, withdraw)
    assert revoked == ["error", 10100, "apikey: invalid"]
    assert ["orders", 1, 1] in caller.v2("auth/r/permissions")


def test_no_secret_is_ever_listed(admin: Admin) -> None:
    made = admin.press("/keys", key="fresh")
    listed = admin.look("/keys")

    assert [key["key"] for key in listed] == [KEY.key, "fresh"]
    assert made["secret"] not in str(listed)
    assert KEY.secret not in str(listed)


def test_what_cannot_be_done_to_a_key_is_refused(admin: Admin) -> None:
    assert admin.refused("POST", "/keys", json={"key": KEY.key})[0] == 400
    assert admin.refused("POST", "/keys", json={"may": "fly"}) == (
        400,
        "may: one of read, trade, withdraw",
    )
    assert admin.refused("POST", "/keys/nobody", json={"may": "read"})[0] == 404
    assert admin.refused("DELETE", "/keys/nobody")[0] == 404
    assert admin.refused("POST", "/keys/nobody/restore", json={})[0] == 404
