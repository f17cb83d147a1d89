from __future__ import annotations

from exchange.paper.numbers import UNIT
from exchange.paper.trading.accounts import Account, house_account, starting_account


def test_a_new_trader_has_three_purses() -> None:
    account = starting_account("ann")
    owned = {key: wallet.balance / UNIT for key, wallet in account.wallets.items()}

    assert owned["exchange", "USD"] == 50_000
    assert owned["exchange", "BTC"] == 0.5
    assert owned["margin", "USD"] == 5_000
    assert owned["funding", "USD"] == 2_500


def test_a_missing_wallet_opens_empty() -> None:
    wallet = Account("ann").wallet("ZEC")

    assert (wallet.kind, wallet.currency, wallet.balance, wallet.available) == (
        "exchange",
        "ZEC",
        0,
        0,
    )


def test_what_is_reserved_is_not_available() -> None:
    wallet = starting_account("ann").wallet("USD")
    wallet.reserved = 10 * UNIT

    assert wallet.available == wallet.balance - 10 * UNIT


def test_the_house_holds_every_currency() -> None:
    house = house_account(iter(["USD", "BTC"]))

    assert house.wallet("BTC").balance > 21_000_000 * UNIT
