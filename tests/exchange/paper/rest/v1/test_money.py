from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.clock import START_MS, Clock

SENDING = {
    "withdraw_type": "bitcoin",
    "walletselected": "exchange",
    "amount": "0.1",
    "address": "bc1-of-somebody-else",
}
MOVING = {"amount": "50.0", "currency": "usd", "walletfrom": "exchange", "walletto": "deposit"}


def test_a_transfer_speaks_of_v1_s_wallets(bank: PaperExchange, mover: Caller) -> None:
    answer = mover.v1("/v1/transfer", **MOVING).json()

    assert answer == [
        {"status": "success", "message": "50.0 USD transfered from Exchange to Deposit"}
    ]
    assert bank.balance("mover", "USD", "funding") == 2_550


def test_a_transfer_of_too_much_is_refused_under_http_200(
    bank: PaperExchange, mover: Caller
) -> None:
    answer = mover.v1("/v1/transfer", **MOVING | {"amount": "50000.01"})

    assert answer.status_code == 200
    assert answer.json() == [
        {
            "status": "error",
            "message": "Cannot complete transfer. Exchange balance insufficient",
        }
    ]
    assert bank.balance("mover", "USD") == 50_000


def test_a_withdrawal_leaves_a_trace(
    bank: PaperExchange, mover: Caller, still_clock: Clock
) -> None:
    (sent,) = mover.v1("/v1/withdraw", **SENDING).json()
    (pending,) = mover.v1("/v1/history/movements", currency="BTC").json()
    still_clock.ms += 30_000
    (completed,) = mover.v1("/v1/history/movements", currency="btc", limit=5).json()

    assert sent["status"] == "success"
    assert sent["withdrawal_id"] == pending["id"]
    assert (pending["type"], pending["method"], pending["status"]) == (
        "WITHDRAWAL",
        "BITCOIN",
        "PENDING",
    )
    assert (pending["amount"], pending["fee"]) == ("0.1", "-0.0004")
    assert pending["timestamp_created"] == f"{START_MS // 1000}.0"
    assert completed["status"] == "COMPLETED"
    assert bank.balance("mover", "BTC") == Decimal("0.3996")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"withdraw_type": "wire"}, "Unknown withdrawal type"),
        ({"address": ""}, "Invalid bitcoin address ()"),
        ({"amount": "0.5"}, "Cannot withdraw 0.5004 BTC"),
    ],
    ids=range(3),
)
def test_a_withdrawal_is_refused_under_http_200(
    bank: PaperExchange, mover: Caller, changes: Any, words: str
) -> None:
    answer = mover.v1("/v1/withdraw", **SENDING | changes)
    (refused,) = answer.json()

    assert (answer.status_code, refused["status"], refused["withdrawal_id"]) == (200, "error", 0)
    assert refused["message"].startswith(words)
    assert bank.balance("mover", "BTC") == Decimal("0.5")


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/v1/transfer", MOVING | {"amount": 5}, 'Key amount should be a decimal number, e.g. "1'),
        ("/v1/transfer", MOVING | {"amount": "0"}, "Amount must be positive."),
        ("/v1/transfer", MOVING | {"currency": "nope"}, "Unknown currency"),
        ("/v1/transfer", MOVING | {"walletto": "margin"}, "Unknown wallet for walletto"),
        ("/v1/withdraw", SENDING | {"walletselected": None}, "Unknown wallet for walletselected"),
        ("/v1/deposit/new", {"method": "bitcoin"}, "Unknown wallet for wallet_name"),
        ("/v1/history/movements", {}, "Unknown currency"),
    ],
    ids=range(7),
)
def test_a_senseless_request_is_refused(mover: Caller, path: str, fields: Any, words: str) -> None:
    answer = mover.v1(path, **fields)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith(words)


def test_both_interfaces_tell_the_same_address(mover: Caller) -> None:
    asked = {"method": "ripple", "wallet_name": "trading", "renew": 1}
    v1 = mover.v1("/v1/deposit/new", **asked).json()
    v2 = mover.v2("auth/w/deposit/address", {"method": "ripple", "wallet": "margin"})[4]

    assert (v1["result"], v1["method"], v1["currency"]) == ("success", "ripple", "XRP")
    assert (v1["address"], v1["address_pool"]) == (v2[4], v2[5])


def test_a_method_that_is_not_there_is_told_in_the_result(mover: Caller) -> None:
    answer = mover.v1("/v1/deposit/new", method="seashells", wallet_name="exchange")

    assert answer.status_code == 200
    assert answer.json()["result"] == "error"


def test_movements_are_asked_for_by_time(mover: Caller, still_clock: Clock) -> None:
    ids = []
    for _ in range(3):
        ids.append(mover.v1("/v1/withdraw", **SENDING | {"amount": "0.01"}).json()[0])
        still_clock.ms += 10_000

    def found(**asked: Any) -> list[int]:
        rows = mover.v1("/v1/history/movements", currency="BTC", **asked).json()
        return [row["id"] for row in rows]

    made = [answer["withdrawal_id"] for answer in ids]
    start = START_MS // 1000

    assert found() == made[::-1]
    assert found(since=f"{start + 10}.0") == made[:0:-1]
    assert found(until=str(start + 10)) == [made[1], made[0]]
    assert found(limit=1) == [made[2]]


def test_a_trading_key_moves_no_money(bank: PaperExchange) -> None:
    trader = Caller(bank.rest_url, KEY)

    for path, fields in (("/v1/transfer", MOVING), ("/v1/withdraw", SENDING)):
        answer = trader.v1(path, **fields)
        assert answer.status_code == 403


def test_a_history_tells_every_movement_of_a_currency(mover: Caller, still_clock: Clock) -> None:
    still_clock.ms += 5_000
    mover.v1("/v1/transfer", **MOVING)
    rows = mover.v1("/v1/history", currency="usd", since=str(START_MS // 1000 + 1)).json()
    exchange = mover.v1("/v1/history", currency="USD", wallet="exchange", limit=1).json()

    assert [(row["amount"], row["balance"]) for row in rows] == [
        ("50.0", "2550.0"),
        ("-50.0", "49950.0"),
    ]
    assert rows[0]["timestamp"] == f"{START_MS // 1000 + 5}.0"
    assert rows[0]["description"] == (
        "Transfer of 50.0 USD from wallet Exchange to Funding on wallet funding"
    )
    assert exchange == rows[1:]
    assert mover.v1("/v1/history", currency="USD", wallet="nope").status_code == 400
