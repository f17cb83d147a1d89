from __future__ import annotations

from typing import Any

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.clock import START_MS, Clock


def test_a_ledger_begins_with_the_money_an_account_is_given(mover: Caller) -> None:
    rows = mover.v2("auth/r/ledgers/hist", {"category": 101})
    dollars = {row[2]: row for row in rows if row[1] == "USD"}

    assert {len(row) for row in rows} == {9}
    assert dollars["exchange"][3:8] == [START_MS, None, 50_000, 50_000, None]
    assert dollars["margin"][5] == 5_000
    assert dollars["funding"][8] == "Deposit (PAPER) on wallet funding"


def test_a_trade_is_three_movements_and_the_fee_is_one_of_them(caller: Caller) -> None:
    caller.submit("0.1", "70000")
    fills = caller.v2("auth/r/trades/hist")
    fees = caller.v2("auth/r/ledgers/BTC/hist", {"category": 201})
    trades = caller.v2("auth/r/ledgers/hist", {"category": 5, "limit": 2500})
    wallets = {(row[0], row[1]): row[2] for row in caller.v2("auth/r/wallets")}

    assert len(fees) == len(fills)
    assert len(trades) == 2 * len(fills)
    assert abs(sum(row[5] for row in fees) + 0.0002) < 1e-12
    assert fees[0][6] == wallets["exchange", "BTC"]
    assert fees[0][8].startswith("Trading fees for ")
    assert fees[0][8].endswith("on BFX (0.2%) on wallet exchange")


def test_all_movements_together_are_what_the_wallets_hold(
    mover: Caller, bank: PaperExchange
) -> None:
    mover.submit("0.1", "70000")
    mover.v2(
        "auth/w/transfer", {"from": "exchange", "to": "margin", "currency": "USD", "amount": "7"}
    )
    sums: dict[tuple[str, str], float] = {}
    for row in mover.v2("auth/r/ledgers/hist", {"limit": 2500}):
        sums[row[2], row[1]] = sums.get((row[2], row[1]), 0) + row[5]

    for kind, code, balance, *_ in mover.v2("auth/r/wallets"):
        assert abs(sums[kind, code] - balance) < 1e-6


def test_a_ledger_comes_a_page_at_a_time(mover: Caller, still_clock: Clock) -> None:
    for _ in range(3):
        still_clock.ms += 100
        asked = {"from": "exchange", "to": "margin", "currency": "UST", "amount": "1"}
        mover.v2("auth/w/transfer", asked)

    def amounts(**asked: Any) -> list[float]:
        return [row[5] for row in mover.v2("auth/r/ledgers/UST/hist", asked)]

    assert amounts() == [1, -1, 1, -1, 1, -1, 10_000]
    assert amounts(limit=1) == [1]
    assert amounts(category=51, end=START_MS + 100) == [1, -1]
    assert amounts(start=START_MS + 300) == [1, -1]
    assert mover.v2("auth/r/ledgers/hist", {"limit": 2501})[2] == "limit: invalid"
    assert mover.v2("auth/r/ledgers/hist", {"category": "fees"})[2] == "category: invalid"


def test_wallets_are_told_as_they_were(mover: Caller, still_clock: Clock) -> None:
    still_clock.ms += 100
    mover.v2(
        "auth/w/transfer", {"from": "exchange", "to": "margin", "currency": "USD", "amount": "50"}
    )

    def then(**asked: Any) -> dict[tuple[str, str], list[Any]]:
        return {(row[0], row[1]): row[2:] for row in mover.v2("auth/r/wallets/hist", asked)}

    assert then()["exchange", "USD"] == [49_950, 0, None, None, START_MS + 100]
    assert then(end=START_MS + 99)["exchange", "USD"] == [50_000, 0, None, None, START_MS]
    assert then(end=START_MS - 1) == {}
    assert {code for _, code in then(currency="UST")} == {"UST"}


def test_nobody_sees_another_account_s_ledger(bank: PaperExchange, mover: Caller) -> None:
    before = mover.v2("auth/r/ledgers/hist")
    Caller(bank.rest_url, KEY).submit("0.1", "70000")

    assert mover.v2("auth/r/ledgers/hist") == before
