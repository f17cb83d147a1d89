from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import DecodeError
from exchange.models import v1 as models_v1
from exchange.models.markets import PairInfo
from exchange.models.wallets import Wallet, WalletType

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
LEVEL = {"price": "36500.0", "amount": "0.50", "timestamp": "1700000000.0"}
BOOK = {"bids": [LEVEL], "asks": [LEVEL | {"price": "36501.0"}]}
TRADE = {
    "timestamp": 1700000000,
    "tid": 11988919,
    "price": "36500.0",
    "amount": "0.5",
    "exchange": "bitfinex",
    "type": "sell",
}
FILL = {
    "price": "36500.0",
    "amount": "0.5",
    "timestamp": "1700000000.5",
    "type": "Sell",
    "fee_currency": "USD",
    "fee_amount": "-18.25",
    "tid": 11970839,
    "order_id": 446913929,
}
KEY_INFO = {"orders": {"read": True, "write": False}, "withdraw": {"read": False, "write": False}}
ADDRESS = {"result": "success", "method": "bitcoin", "currency": "BTC", "address": "1abc"}
READERS = {
    "orders": models_v1.orders,
    "new orders": models_v1.new_orders,
    "result": models_v1.result,
    "book": models_v1.book,
    "trade": lambda members: models_v1.trade(members, "tBTCUSD"),
    "fill": lambda members: models_v1.fill(members, "tBTCUSD"),
    "permissions": models_v1.permissions,
    "deposit address": models_v1.deposit_address,
    "message": models_v1.message,
    "withdrawal id": models_v1.withdrawal_id,
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
    if (reader, members) in ((models_v1.orders, []), (models_v1.permissions, {})):
        # None at all is an answer too.
        assert reader(members) == []
        return
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


def test_a_book_has_bids_above_and_asks_below_zero():
    bid, ask = models_v1.book(BOOK)

    assert (bid.price, bid.amount, bid.count) == (Decimal(36500), Decimal("0.5"), 1)
    assert (ask.price, ask.amount) == (Decimal(36501), Decimal("-0.5"))
    assert (bid.price_text, bid.amount_text) == ("36500.0", "0.50")
    assert (ask.price_text, ask.amount_text) == ("36501.0", "-0.50")


def test_a_trade_has_the_sign_of_what_the_taker_did():
    sold = models_v1.trade(TRADE, "tBTCUSD")
    bought = models_v1.trade(TRADE | {"type": "buy"}, "tBTCUSD")

    assert (sold.id, sold.amount, sold.price) == (11988919, Decimal("-0.5"), Decimal(36500))
    assert sold.time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert bought.amount == Decimal("0.5")


def test_a_fill_becomes_the_fill_of_v2():
    fill = models_v1.fill(FILL, "tBTCUSD")

    assert (fill.id, fill.order_id, fill.symbol) == (11970839, 446913929, "tBTCUSD")
    assert (fill.amount, fill.price) == (Decimal("-0.5"), Decimal(36500))
    assert (fill.fee, fill.fee_currency) == (Decimal("-18.25"), "USD")
    assert fill.time == datetime(2023, 11, 14, 22, 13, 20, 500000, tzinfo=UTC)
    assert (fill.is_maker, fill.cid) == (None, None)


def test_permissions_are_listed_by_scope():
    first, second = models_v1.permissions(KEY_INFO)

    assert (first.scope, first.read, first.write) == ("orders", True, False)
    assert (second.scope, second.read) == ("withdraw", False)


def test_an_address_shared_by_many_has_a_tag():
    own = models_v1.deposit_address(ADDRESS)
    shared = models_v1.deposit_address(ADDRESS | {"address": "42", "address_pool": "rPool"})

    assert (own.address, own.tag) == ("1abc", None)
    assert (shared.address, shared.tag) == ("rPool", "42")


def test_answers_to_writes_are_read():
    assert [order.id for order in models_v1.orders([ORDER])] == [57334010955]
    assert [order.id for order in models_v1.new_orders({"order_ids": [ORDER]})] == [57334010955]
    assert models_v1.result({"result": "None to cancel"}) == "None to cancel"
    assert models_v1.message({"message": "1.0 USD"}) == "1.0 USD"
    assert models_v1.withdrawal_id({"withdrawal_id": 7}) == 7


@pytest.mark.parametrize("wallet_type", WalletType)
def test_wallets_have_other_names_in_v1(wallet_type):
    name = models_v1.v1_wallet(wallet_type)
    wallet = {"type": name, "currency": "usd", "amount": "1", "available": "1"}

    assert models_v1.wallet(wallet).type is wallet_type
