from __future__ import annotations

import pytest

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.pages.balances import pair_balances
from dashboard.portfolio.selectors import portfolio
from tests.dashboard.markets.samples import list_market

pytestmark = pytest.mark.django_db


def test_both_currencies_of_a_market_are_found_in_the_exchange_wallet(
    owner: User, funded: ExchangeAccount
) -> None:
    base, quote = pair_balances(portfolio(owner), list_market("tBTCUSD"))

    assert (base.currency, quote.currency) == ("BTC", "USD")
    assert base.holding is not None
    assert quote.holding is not None
    assert {base.holding.wallet.type, quote.holding.wallet.type} == {"exchange"}


def test_a_currency_without_a_wallet_keeps_its_place_and_public_name(
    owner: User, account: ExchangeAccount
) -> None:
    base, quote = pair_balances(portfolio(owner), list_market("tUSTUSD"))

    assert (base.name, base.holding) == ("USDt", None)
    assert (quote.name, quote.holding) == ("USD", None)
