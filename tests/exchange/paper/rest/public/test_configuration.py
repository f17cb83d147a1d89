from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.paper.caller import Caller


def conf(caller: Caller, *keys: str) -> Any:
    return caller.public(f"/v2/conf/{','.join(keys)}").json()


def test_conf_answers_one_list_per_key_in_the_order_asked(caller: Caller) -> None:
    securities, pairs, unknown, futures = conf(
        caller,
        "pub:list:pair:securities",
        "pub:list:pair:exchange",
        "pub:nope",
        "pub:list:pair:futures",
    )

    assert securities == unknown == []
    assert {"BTCUSD", "DOGE:USD", "BTC:CNHT"} <= set(pairs)
    assert len(pairs) >= 200
    assert "BTCF0:USTF0" in futures


def test_order_sizes_are_text_and_margins_numbers(caller: Caller) -> None:
    spot, futures = map(dict, conf(caller, "pub:info:pair", "pub:info:pair:futures"))

    assert {len(sizes) for sizes in spot.values()} == {12}
    assert spot["BTCUSD"][3:5] == ["0.00004", "2000.0"]
    assert spot["BTCUSD"][8:10] == [0.2, 0.1]
    assert spot["HYPE:USD"][8:10] == [None, None]
    assert {len(sizes) for sizes in futures.values()} == {10}
    assert futures["BTCF0:USTF0"][8:10] == [0.01, 0.005]


def test_margin_lists_name_what_has_a_margin(caller: Caller) -> None:
    pairs, currencies, infos, rules = conf(
        caller,
        "pub:list:pair:margin",
        "pub:list:currency:margin",
        "pub:info:pair",
        "pub:spec:margin",
    )

    assert set(pairs) == {pair for pair, sizes in infos if sizes[8] is not None}
    assert {"BTC", "USD", "UST"} <= set(currencies)
    assert rules["initial"]["BTCUSD"] == 0.2
    assert rules["minimum"]["BTCUSD"] == 0.1


def test_currencies_have_codes_names_and_labels(caller: Caller) -> None:
    codes, names, labels, underlying = conf(
        caller,
        "pub:list:currency",
        "pub:map:currency:sym",
        "pub:map:currency:label",
        "pub:map:currency:undl",
    )

    assert dict(labels)["BTC"] == "Bitcoin"
    assert dict(names)["UST"] == "USDt"
    assert dict(names)["WBT"] == "WBTC"
    assert dict(names)["WHBT"] == "WBT"
    assert dict(underlying)["BTCF0"] == "BTC"
    assert set(codes) == set(dict(labels)) | set(dict(underlying))


def test_pairs_have_names_where_their_codes_are_odd(caller: Caller) -> None:
    (names,) = conf(caller, "pub:map:pair:sym")

    assert dict(names)["BTCUST"] == "BTC/USDt"
    assert "BTCUSD" not in dict(names)


def test_every_currency_can_be_moved_by_a_method_that_has_a_status(caller: Caller) -> None:
    methods, statuses, fees, labels = conf(
        caller,
        "pub:map:tx:method",
        "pub:info:tx:status",
        "pub:map:currency:tx:fee",
        "pub:map:currency:label",
    )
    moved = {code for _, codes in methods for code in codes}

    assert moved == set(dict(labels)) == set(dict(fees))
    assert [row[0] for row in statuses] == [method for method, _ in methods]
    assert {len(row) for row in statuses} == {12}
    assert next(row for row in statuses if row[0] == "RIPPLE")[7:9] == [1, 1]
    assert dict(fees)["USD"] == [0, 0]
    assert 0 < dict(fees)["BTC"][1] < 0.001


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("pub:map:currency:unit", ["IOT", "Mi|MegaIOTA"]),
        ("pub:map:currency:pool", ["LINK", "ETH"]),
    ],
)
def test_other_maps_hold_what_everybody_knows(caller: Caller, key: str, known: list[str]) -> None:
    assert known in conf(caller, key)[0]


def test_explorers_have_addresses_with_a_place_for_the_value(caller: Caller) -> None:
    (explorers,) = conf(caller, "pub:map:currency:explorer")

    assert dict(explorers)["BTC"][1].endswith("/address/VAL")


def test_fees_are_those_that_are_charged(caller: Caller) -> None:
    (fees,) = conf(caller, "pub:fees")

    assert fees["spot"] == {"maker": 0.001, "taker": 0.002}
