from __future__ import annotations

from exchange.paper import PaperExchange, PaperKey
from exchange.paper.faults.keys import NarrowedKey, NonceUsedElsewhere, RevokedKey
from exchange.paper.keys import reading
from tests.exchange.paper.caller import KEY, READER, Caller


def test_a_key_can_be_revoked_and_is_back_afterwards(paper: PaperExchange, caller: Caller) -> None:
    reader = Caller(paper.rest_url, READER)
    with paper.fault(RevokedKey(key=KEY.key)) as fault:
        refused, legacy = caller.v2("auth/r/wallets"), caller.v1("/v1/balances")
        other = reader.v2("auth/r/wallets")
    back = caller.v2("auth/r/wallets")

    assert fault.fired == 2
    assert refused == ["error", 10100, "apikey: invalid"]
    assert legacy.status_code == 401
    assert other[0][0] == back[0][0] == "exchange"
    assert [record.verdict for record in paper.ledger.requests][0] == "apikey: invalid"


def test_a_key_can_lose_a_permission(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(NarrowedKey(key=KEY.key, permissions=reading())) as fault:
        order = caller.submit("0.1", "50000")
        wallets, told = caller.v2("auth/r/wallets"), caller.v2("auth/r/permissions")

    assert fault.fired == 3
    assert order == ["error", 10001, "api_key: permission invalid"]
    assert wallets[0][0] == "exchange"
    assert ["orders", 1, 0] in told
    assert paper.ledger.orders == ()


def test_a_key_can_gain_a_permission(paper: PaperExchange, caller: Caller) -> None:
    wider = reading() | {"withdraw": (1, 1)}
    with paper.fault(NarrowedKey(key=KEY.key, permissions=wider)):
        told = caller.v2("auth/r/permissions")

    assert ["withdraw", 1, 1] in told


def test_another_program_can_use_up_the_key_s_nonces(paper: PaperExchange, caller: Caller) -> None:
    with paper.fault(NonceUsedElsewhere(key=KEY.key, ahead=1000)) as fault:
        refused = caller.answer("auth/r/wallets", nonce="1800000000000000").json()
    small = caller.answer("auth/r/wallets", nonce="1800000000001000").json()
    after = caller.answer("auth/r/wallets", nonce="1800000000001001").json()

    assert fault.fired == 1
    assert refused == small == ["error", 10114, "nonce: small"]
    assert after[0][0] == "exchange"


def test_keys_come_change_and_go_while_the_exchange_runs(paper: PaperExchange) -> None:
    late = PaperKey("late", "secret of the late one", account=KEY.owner)
    caller = Caller(paper.rest_url, late)
    before = caller.v2("auth/r/wallets")
    paper.add_key(late)
    placed = caller.submit("0.1", "50000")
    paper.narrow_key("late", reading())
    narrowed = caller.submit("0.1", "50000")
    paper.revoke_key("late")
    revoked = caller.v2("auth/r/wallets")
    paper.restore_key("late")
    restored = caller.submit("0.1", "50000")

    assert before == revoked == ["error", 10100, "apikey: invalid"]
    assert placed[6] == restored[6] == "SUCCESS"
    assert narrowed == ["error", 10001, "api_key: permission invalid"]
    assert {order.account for order in paper.ledger.orders} == {KEY.owner}


def test_a_revoked_key_keeps_its_nonces(paper: PaperExchange, caller: Caller) -> None:
    caller.answer("auth/r/wallets", nonce="1800000000000000")
    paper.revoke_key(KEY.key)
    paper.restore_key(KEY.key)

    assert caller.answer("auth/r/wallets", nonce="1800000000000000").json() == [
        "error",
        10114,
        "nonce: small",
    ]
