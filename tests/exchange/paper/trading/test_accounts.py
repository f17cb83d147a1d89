from __future__ import annotations

from exchange.paper.numbers import UNIT
from exchange.paper.trading.accounts import Account, Cause, bottomless_account, starting_account


def test_a_new_trader_has_three_purses() -> None:
    account = starting_account("ann", 7)
    owned = {key: wallet.balance / UNIT for key, wallet in account.wallets.items()}

    assert owned["exchange", "USD"] == 50_000
    assert owned["exchange", "BTC"] == 0.5
    assert owned["margin", "USD"] == 5_000
    assert owned["funding", "USD"] == 2_500


def test_the_money_of_a_new_trader_is_a_deposit() -> None:
    account = starting_account("ann", 7)
    entries = account.take_entries()

    assert {(entry.text, entry.category, entry.made_ms) for entry in entries} == {
        ("Deposit (PAPER)", 101, 7)
    }
    assert [entry.balance for entry in entries] == [
        wallet.balance for wallet in account.wallets.values()
    ]
    assert account.take_entries() == []


def test_a_movement_tells_what_the_wallet_then_held() -> None:
    account = Account("ann")
    cause = Cause(text="why", category=5, made_ms=9, meta={"reason": "TRADE"})
    for amount in (5, -2):
        account.post(account.wallet("BTC"), amount, cause)
    first, second = account.take_entries()

    assert (first.amount, first.balance, second.amount, second.balance) == (5, 5, -2, 3)
    assert second.id == first.id + 1
    assert account.wallet("BTC").last_change == "why"
    assert account.wallet("BTC").meta == {"reason": "TRADE"}


def test_a_missing_wallet_opens_empty() -> None:
    wallet = Account("ann").wallet("ZEC")

    assert (wallet.kind, wallet.currency, wallet.balance, wallet.available) == (
        "exchange",
        "ZEC",
        0,
        0,
    )


def test_what_is_reserved_is_not_available() -> None:
    wallet = starting_account("ann", 7).wallet("USD")
    wallet.reserved = 10 * UNIT

    assert wallet.available == wallet.balance - 10 * UNIT


def test_the_house_holds_every_currency() -> None:
    house = bottomless_account("house", ["USD", "BTC"])

    assert house.wallet("BTC").balance > 21_000_000 * UNIT
