from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.clock import START_MS, Clock

ADDRESS = "bc1-of-somebody-else"
SENDING = {"wallet": "exchange", "method": "bitcoin", "amount": "0.1", "address": ADDRESS}


def transfer(mover: Caller, **changes: Any) -> Any:
    asked = {"from": "exchange", "to": "margin", "currency": "USD", "amount": "50"}
    return mover.v2("auth/w/transfer", asked | changes)


def withdraw(mover: Caller, **changes: Any) -> Any:
    return mover.v2("auth/w/withdraw", SENDING | changes)


def test_a_transfer_moves_money_and_says_so(bank: PaperExchange, mover: Caller) -> None:
    note = transfer(mover)

    assert (len(note), note[1], note[6]) == (8, "acc_tf", "SUCCESS")
    assert note[4] == [START_MS, "exchange", "margin", None, "USD", "USD", None, 50]
    assert note[7] == "50.0 US Dollar transfered from Exchange to Margin"
    assert bank.balance("mover", "USD") == 49_950
    assert bank.balance("mover", "USD", "margin") == 5_050


def test_what_an_order_holds_back_cannot_be_transferred(bank: PaperExchange, mover: Caller) -> None:
    bank.place("mover", "tBTCUSD", "0.9", "50000")
    note = transfer(mover, amount="5000.01")

    assert (note[6], note[7]) == (
        "ERROR",
        "Cannot complete transfer. Exchange balance insufficient",
    )
    assert bank.balance("mover", "USD") == 50_000
    assert transfer(mover, amount="5000")[6] == "SUCCESS"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"from": "trading"}, "from: invalid"),
        ({"to": None}, "to: invalid"),
        ({"currency": "NOPE"}, "currency: invalid"),
        ({"currency": ["USD"]}, "currency: invalid"),
        ({"currency_to": "UST"}, "currency_to: invalid"),
        ({"amount": "0"}, "amount: invalid"),
        ({"amount": "-1"}, "amount: invalid"),
        ({"amount": "1e3"}, "amount: invalid"),
        ({"email_dst": "a@b.invalid"}, "email_dst: invalid"),
    ],
    ids=range(9),
)
def test_a_senseless_transfer_is_refused(mover: Caller, changes: Any, words: str) -> None:
    assert transfer(mover, **changes)[::2] == ["error", words]


def test_a_wallet_cannot_be_moved_into_itself(mover: Caller) -> None:
    assert transfer(mover, to="exchange")[6] == "ERROR"


def test_a_withdrawal_is_pending_and_completed_after_a_while(
    bank: PaperExchange, mover: Caller, still_clock: Clock
) -> None:
    note = withdraw(mover, note="for pizza")
    (pending,) = mover.v2("auth/r/movements/hist")
    still_clock.ms += 30_000
    (completed,) = mover.v2("auth/r/movements/BTC/hist")

    assert (len(note), note[1], note[6]) == (8, "acc_wd-req", "SUCCESS")
    assert note[4][1:] == [None, "bitcoin", None, "exchange", 0.1, None, None, 0.0004]
    assert note[7] == "Your withdrawal request has been successfully submitted."
    assert bank.balance("mover", "BTC") == Decimal("0.3996")
    assert len(pending) == 22
    assert (pending[0], pending[1], pending[2]) == (note[4][0], "BTC", "BITCOIN")
    assert (pending[5], pending[6], pending[9]) == (START_MS, START_MS, "PENDING")
    assert (pending[12], pending[13]) == (-0.1, -0.0004)
    assert (pending[16], pending[20], pending[21]) == (ADDRESS, None, "for pizza")
    assert (completed[0], completed[9]) == (pending[0], "COMPLETED")
    assert (completed[5], completed[6]) == (START_MS, START_MS + 30_000)
    assert completed[20].startswith("paper-")


def test_a_fee_can_be_taken_from_what_is_sent(bank: PaperExchange, mover: Caller) -> None:
    withdraw(mover, amount="0.5", fee_deduct=1)
    (row,) = mover.v2("auth/r/movements/hist")

    assert bank.balance("mover", "BTC") == 0
    assert (row[12], row[13]) == (-0.4996, -0.0004)


def test_money_that_leaves_is_not_lost(bank: PaperExchange, mover: Caller) -> None:
    def everywhere() -> Decimal:
        return sum((bank.balance(owner, "BTC") for owner in ("mover", "house", "fees")), Decimal(0))

    before = everywhere()
    withdraw(mover)

    assert everywhere() == before
    assert bank.balance("fees", "BTC") == Decimal("0.0004")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"address": "no"}, "Invalid bitcoin address (no)"),
        ({"address": "two words"}, "Invalid bitcoin address (two words)"),
        ({"address": None}, "Invalid bitcoin address ()"),
        ({"amount": "0.0004", "fee_deduct": 1}, "Invalid withdrawal amount"),
        (
            {"amount": "0.5"},
            "Cannot withdraw 0.5004 BTC from your exchange wallet. The available balance is only"
            " 0.5 BTC.",
        ),
    ],
    ids=range(5),
)
def test_a_withdrawal_is_refused_under_the_name_of_success(
    bank: PaperExchange, mover: Caller, changes: Any, words: str
) -> None:
    note = withdraw(mover, **changes)

    assert (note[4][0], note[6], note[7]) == (0, "SUCCESS", words)
    assert bank.balance("mover", "BTC") == Decimal("0.5")
    assert mover.v2("auth/r/movements/hist") == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "wire"}, "method: invalid"),
        ({"wallet": "deposit"}, "wallet: invalid"),
        ({"amount": "0"}, "amount: invalid"),
        ({"payment_id": [1]}, "payment_id: invalid"),
        ({"fee_deduct": 2}, "fee_deduct: invalid"),
    ],
    ids=range(5),
)
def test_a_senseless_withdrawal_is_refused(mover: Caller, changes: Any, words: str) -> None:
    assert withdraw(mover, **changes)[::2] == ["error", words]


def test_a_trading_key_moves_no_money(bank: PaperExchange) -> None:
    trader = Caller(bank.rest_url, KEY)
    refused = ["error", 10001, "api_key: permission invalid"]

    assert transfer(trader) == withdraw(trader) == refused


def test_movements_come_a_page_at_a_time(mover: Caller, still_clock: Clock) -> None:
    made = []
    for _ in range(4):
        made.append(withdraw(mover, amount="0.01")[4][0])
        still_clock.ms += 100
    ripple = withdraw(mover, method="ripple", amount="50", payment_id="42")[4][0]

    def ids(currency: str = "", **asked: int) -> list[int]:
        return [row[0] for row in mover.v2(f"auth/r/movements{currency}/hist", asked)]

    assert ids() == [ripple, *reversed(made)]
    assert ids("/BTC", limit=2) == made[:1:-1]
    assert ids(end=START_MS + 100) == [made[1], made[0]]
    assert ids(start=START_MS + 300) == [ripple, made[3]]
    assert ids("/ETH") == []
    assert mover.v2("auth/r/movements/hist", {"limit": 1001})[2] == "limit: invalid"


def test_an_address_stays_until_it_is_renewed_and_is_plainly_none(mover: Caller) -> None:
    asked = {"wallet": "exchange", "method": "bitcoin"}
    first, again, renewed, after = (
        mover.v2("auth/w/deposit/address", asked | {"op_renew": renew}) for renew in (0, 0, 1, 0)
    )
    margin = mover.v2("auth/w/deposit/address", asked | {"wallet": "margin"})

    assert (first[1], first[6], first[7]) == ("acc_dep", "SUCCESS", "success")
    assert (len(first[4]), first[4][1:4]) == (6, ["BITCOIN", "BTC", None])
    assert "NOT-AN-ADDRESS" in first[4][4]
    assert first[4] == again[4]
    assert renewed[4] == after[4]
    assert len({first[4][4], renewed[4][4], margin[4][4]}) == 3


def test_some_methods_share_an_address_and_tell_people_by_a_tag(mover: Caller) -> None:
    row = mover.v2("auth/w/deposit/address", {"wallet": "exchange", "method": "ripple"})[4]

    assert (row[1], row[2]) == ("RIPPLE", "XRP")
    assert row[4].isdigit()
    assert "NOT-AN-ADDRESS" in row[5]
