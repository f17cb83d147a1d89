from __future__ import annotations

from exchange.paper.account.methods import LABELS, METHODS, fee_of, fees, has_tag
from exchange.paper.market.markets import CURRENCIES


def test_every_coin_has_a_method_of_its_own_and_fiat_money_has_none() -> None:
    coins = {currency.code for currency in CURRENCIES} - set(METHODS.values())

    assert coins == {"USD", "EUR", "GBP", "JPY", "TRY", "CNH"}
    assert len(set(METHODS.values())) == len(METHODS)


def test_methods_have_the_names_people_know() -> None:
    assert METHODS["bitcoin"] == "BTC"
    assert METHODS["tetheruse"] == "UST"
    assert METHODS["ripple"] == "XRP"
    assert LABELS["UST"] == "Tether USDt"


def test_going_out_costs_ten_smallest_orders() -> None:
    assert fee_of("bitcoin") == fees()["BTC"] == 40_000


def test_only_shared_addresses_have_a_tag() -> None:
    assert has_tag("ripple")
    assert not has_tag("bitcoin")
