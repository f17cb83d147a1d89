from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange import models_v1
from exchange.errors import DecodeError
from exchange.models import PairInfo, Wallet, WalletType

# Recorded in 2024 and 2021.
TICKER = json.loads(
    '{"mid":"73350.0","bid":"73341.0","ask":"73359.0","last_price":"73366.0","low":"68643.0",'
    '"high":"73583.0","volume":"2638.48854375","timestamp":"1710328265.9690602"}'
)
ORDER = json.loads(
    '{"id":57334010955,"cid":1611584840966,"cid_date":null,"gid":null,"symbol":"ltcbtc",'
    '"exchange":null,"price":"0.0042125","avg_execution_price":"0.0042097","side":"sell",'
    '"type":"exchange market","timestamp":"1611584841.0","is_live":false,"is_cancelled":false,'
    '"is_hidden":0,"oco_order":0,"was_forced":false,"original_amount":"0.205176",'
    '"remaining_amount":"0.0","executed_amount":"0.205176","src":"web"}'
)
READERS = {
    "ticker": lambda members: models_v1.TickerV1.from_wire("tBTCUSD", members),
    "order": models_v1.order,
    "wallet": models_v1.wallet,
    "pair info": models_v1.pair_info,
}


def test_a_ticker_is_read_from_texts():
    ticker = models_v1.TickerV1.from_wire("tBTCUSD", TICKER)

    assert (ticker.bid, ticker.last) == (Decimal(73341), Decimal(73366))
    assert ticker.time == datetime(2024, 3, 13, 11, 11, 5, 969060, tzinfo=UTC)


def test_an_order_becomes_the_order_of_v2():
    order = models_v1.order(ORDER)

    assert (order.id, order.cid, order.gid) == (57334010955, 1611584840966, None)
    assert (order.symbol, order.side, order.type) == ("tLTCBTC", "sell", "EXCHANGE MARKET")
    assert (order.amount_orig, order.amount) == (Decimal("-0.205176"), 0)
    assert order.executed == Decimal("0.205176")
    assert order.is_filled
    assert order.flags == 0


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"is_live": True, "executed_amount": "0.0"}, "ACTIVE"),
        ({"is_live": True, "executed_amount": "0.1"}, "PARTIALLY FILLED"),
        ({"is_live": False, "is_cancelled": True}, "CANCELED"),
        ({"is_live": False, "is_cancelled": False}, "EXECUTED"),
    ],
)
def test_three_flags_become_a_status(changes, status):
    assert models_v1.order(ORDER | changes).status == status


@pytest.mark.parametrize(
    ("words", "type_name"),
    [
        ("limit", "LIMIT"),
        ("exchange limit", "EXCHANGE LIMIT"),
        ("exchange fill-or-kill", "EXCHANGE FOK"),
        ("trailing-stop", "TRAILING STOP"),
    ],
)
def test_order_types_get_the_names_of_v2(words, type_name):
    assert models_v1.order(ORDER | {"type": words, "is_hidden": True}).type == type_name


def test_hidden_orders_carry_the_flag_of_v2():
    assert models_v1.order(ORDER | {"is_hidden": True}).flags == 64


@pytest.mark.parametrize(
    ("word", "wallet_type"),
    [
        ("exchange", WalletType.EXCHANGE),
        ("trading", WalletType.MARGIN),
        ("deposit", WalletType.FUNDING),
    ],
)
def test_wallets_get_the_names_of_v2(word, wallet_type):
    row = {"type": word, "currency": "usd", "amount": "10.5", "available": "4.0"}

    assert models_v1.wallet(row) == Wallet(
        type=wallet_type,
        currency="USD",
        balance=Decimal("10.5"),
        unsettled_interest=Decimal(0),
        available=Decimal(4),
        last_change=None,
    )


def test_details_of_a_pair_are_read():
    row = {
        "pair": "dusk:usd",
        "price_precision": 5,
        "initial_margin": "30.0",
        "minimum_margin": "15.0",
        "maximum_order_size": "250000.0",
        "minimum_order_size": "10.0",
        "expiration": "NA",
        "margin": True,
    }

    assert models_v1.pair_info(row) == PairInfo(
        pair="DUSK:USD",
        minimum=Decimal(10),
        maximum=Decimal(250000),
        initial_margin=Decimal(30),
        minimum_margin=Decimal(15),
    )


def test_symbols_are_lower_case_and_without_a_prefix():
    assert models_v1.v1_pair("tDUSK:USD") == "dusk:usd"
    assert models_v1.pair("btcusd") == "BTCUSD"


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("members", [None, [], {}, "text", {"side": "hold"}, {"type": []}], ids=str)
def test_a_wrong_shape_is_a_decode_error(reader, members):
    with pytest.raises(DecodeError):
        reader(members)


@pytest.mark.parametrize("sample", [TICKER, ORDER], ids=["ticker", "order"])
@given(data=st.data())
def test_any_odd_member_gives_a_model_or_a_decode_error(sample, data):
    name = data.draw(st.sampled_from(sorted(sample)))
    odd: Any = data.draw(
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())
    )
    for reader in READERS.values():
        with suppress(DecodeError):
            reader(sample | {name: odd})
