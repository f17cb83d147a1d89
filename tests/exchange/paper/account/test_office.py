from __future__ import annotations

from pathlib import Path

import pytest

from exchange.paper.account.affairs import Alert
from exchange.paper.account.office import WALLETS, Impossible, Withdrawal
from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.storage import Storage
from exchange.paper.trading.accounts import DEPOSIT, FEES, TRANSFER, WITHDRAWAL, WITHDRAWAL_FEE
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.dice import dice


def balance(engine: Engine, account: str, currency: str, kind: str = "exchange") -> int:
    return engine.desk.account(account).wallet(currency, kind).balance


def sending(amount: int) -> Withdrawal:
    return Withdrawal(kind="exchange", method="bitcoin", amount=amount, address="elsewhere")


def totals(engine: Engine) -> dict[str, int]:
    found: dict[str, int] = {}
    for account in engine.desk.accounts.values():
        for wallet in account.wallets.values():
            found[wallet.currency] = found.get(wallet.currency, 0) + wallet.balance
    return {currency: amount for currency, amount in found.items() if amount}


def test_every_movement_of_money_is_told_with_its_reason(engine: Engine) -> None:
    office = engine.office
    engine.desk.account("ann")
    engine.desk.take_changes()
    office.deposit("ann", "exchange", "bitcoin", UNIT)
    office.transfer("ann", "exchange", "margin", "BTC", UNIT // 2)
    withdrawal = office.withdraw("ann", sending(UNIT // 4))
    told = [entry for entry in engine.desk.take_changes().entries if entry.account == "ann"]

    assert [entry.category for entry in told] == [
        DEPOSIT, TRANSFER, TRANSFER, WITHDRAWAL, WITHDRAWAL_FEE,
    ]  # fmt: skip
    assert [entry.amount for entry in told] == [
        UNIT, -UNIT // 2, UNIT // 2, -UNIT // 4, -40_000,
    ]  # fmt: skip
    assert told[1].text == "Transfer of 0.5 BTC from wallet Exchange to Margin"
    assert told[3].text == f"BITCOIN Withdrawal #{withdrawal.id}"
    assert told[4].balance == balance(engine, "ann", "BTC")


def test_what_is_refused_moves_nothing(engine: Engine) -> None:
    engine.desk.account("ann")
    engine.desk.take_changes()
    before = totals(engine)
    for act in (
        lambda: engine.office.transfer("ann", "margin", "exchange", "BTC", 1),
        lambda: engine.office.transfer("ann", "exchange", "exchange", "BTC", 1),
        lambda: engine.office.withdraw("ann", sending(UNIT)),
        lambda: engine.office.withdraw("ann", sending(0)),
    ):
        with pytest.raises(Impossible):
            act()

    assert totals(engine) == before
    assert engine.office.affairs("ann").movements == []
    assert engine.desk.take_changes().entries == []


@pytest.mark.parametrize("seed", range(5))
def test_no_flow_of_money_makes_or_loses_any(engine: Engine, seed: int) -> None:
    chance, office = dice(seed), engine.office
    for account in ("ann", "bob"):
        engine.desk.account(account)
    before, done = totals(engine), 0
    for _ in range(200):
        account, amount = chance.choice(("ann", "bob")), chance.randrange(1, UNIT // 4)
        act = chance.choice(
            (
                lambda a, x: office.deposit(a, chance.choice(WALLETS), "bitcoin", x),
                lambda a, x: office.withdraw(a, sending(x)),
                lambda a, x: office.transfer(a, *chance.sample(WALLETS, 2), "BTC", x),
            )
        )
        try:
            act(account, amount)
            done += 1
        except Impossible:
            continue

    assert done > 50
    assert totals(engine) == before
    assert balance(engine, FEES, "BTC") % 40_000 == 0
    assert all(
        wallet.balance >= 0
        for account in ("ann", "bob")
        for wallet in engine.desk.account(account).wallets.values()
    )


def test_numbers_of_movements_rise_over_all_accounts(engine: Engine) -> None:
    made = [
        engine.office.deposit(account, "exchange", "bitcoin", 1).id
        for account in ("ann", "bob", "ann")
    ]

    assert made == sorted(set(made))


def test_affairs_survive_a_restart_with_the_money(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    first = Engine(seed=1, clock=Clock(), past=storage.load())
    sent = first.office.withdraw("ann", sending(UNIT // 4))
    first.office.set_alert("ann", Alert(symbol="tBTCUSD", price=7, count=1))
    address = first.office.address("ann", "margin", "bitcoin", renew=True)
    storage.save(first.desk.take_changes(), {})
    storage.save_course(first)
    storage.close()
    storage = Storage(tmp_path)
    second = Engine(seed=1, clock=Clock(), past=storage.load())
    storage.close()

    assert second.office.affairs("ann") == first.office.affairs("ann")
    assert second.office.affairs("ann").movements == [sent]
    assert second.office.address("ann", "margin", "bitcoin") == address
    assert balance(second, "ann", "BTC") == balance(first, "ann", "BTC")
