"""Rows as the exchange sends them become models; anything else becomes the one DecodeError."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange import models, wire
from exchange.errors import DecodeError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=35) | st.dictionaries(st.text(max_size=5), inner),
)
READERS: dict[str, Callable[[Any], Any]] = {
    "ticker": lambda row: models.Ticker.from_wire("tBTCUSD", row),
    "wallet": models.Wallet.from_wire,
    "order": models.Order.from_wire,
    "fill": models.Fill.from_wire,
    "trade": lambda row: models.PublicTrade.from_wire("tBTCUSD", row),
    "level": models.BookLevel.from_wire,
    "pair info": models.PairInfo.from_wire,
    "permission": models.Permission.from_wire,
    "fees": models.FeeSummary.from_wire,
    "notification": models.Notification.from_wire,
}

TICKER = "[61003,9.81,61005,9.14,-2271,-0.0359,61005.5,1158.6,63614,60390,1364774820000]"
# Recorded in 2022: an order that was filled at once, and the trade of another.
ORDER = (
    '[97084883506,null,1655110144596,"tLTCUST",1655110144596,1655110144598,0,0.1,'
    '"EXCHANGE MARKET",null,null,null,0,"EXECUTED @ 42.821(0.1)",null,null,42.799,42.821,0,0,'
    'null,null,null,0,0,null,null,null,"BFX",null,null,{}]'
)
FILL = (
    '[1133411090,"tLTCUST",1655110144598,97084883506,0.1,42.821,"EXCHANGE MARKET",42.799,-1,'
    '-0.0002,"LTC",1655110144596]'
)
WALLET = (
    '["exchange","LTC",0.06729727,0,0.06729727,"Exchange 0.4 LTC for UST @ 65.075",'
    '{"reason":"TRADE"}]'
)
GOOD = {
    "ticker": TICKER,
    "wallet": WALLET,
    "order": ORDER,
    "fill": FILL,
    "trade": "[1,1700000000123,-0.5,61000]",
    "level": "[61000,2,-0.5]",
    "pair info": '["BTCUSD",[null,null,null,"0.00004","2000.0",null,null,null,0.2,0.1,null,null]]',
    "permission": '["orders",1,0]',
    "fees": "[null,null,null,null,[[0.001,0.0011,0.0012,null,null,0],[0.002,0.0021,0.0022]]]",
    "notification": '[1700000000,"on-req",null,null,[],null,"SUCCESS","Submitting 1 orders."]',
}


def read(kind: str) -> Any:
    return READERS[kind](wire.loads(GOOD[kind]))


def test_a_ticker_has_its_numbers_in_place():
    assert read("ticker") == models.Ticker(
        symbol="tBTCUSD",
        bid=Decimal(61003),
        bid_size=Decimal("9.81"),
        ask=Decimal(61005),
        ask_size=Decimal("9.14"),
        daily_change=Decimal(-2271),
        daily_change_relative=Decimal("-0.0359"),
        last=Decimal("61005.5"),
        volume=Decimal("1158.6"),
        high=Decimal(63614),
        low=Decimal(60390),
    )


def test_a_wallet_keeps_every_digit():
    assert read("wallet") == models.Wallet(
        type=models.WalletType.EXCHANGE,
        currency="LTC",
        balance=Decimal("0.06729727"),
        unsettled_interest=Decimal(0),
        available=Decimal("0.06729727"),
        last_change="Exchange 0.4 LTC for UST @ 65.075",
    )


def test_a_wallet_may_lack_its_available_part_and_its_last_change():
    wallet = models.Wallet.from_wire(["margin", "USD", 5, 0, None])

    assert wallet.available is None
    assert wallet.last_change is None


def test_a_filled_order_is_told_by_its_status():
    order = read("order")

    assert order.id == 97084883506
    assert order.cid == 1655110144596
    assert order.gid is None
    assert order.created == datetime(2022, 6, 13, 8, 49, 4, 596000, tzinfo=UTC)
    assert order.updated > order.created
    assert (order.side, order.amount, order.amount_orig) == ("buy", 0, Decimal("0.1"))
    assert order.executed == Decimal("0.1")
    assert (order.price, order.price_avg) == (Decimal("42.799"), Decimal("42.821"))
    assert order.status_keyword == "EXECUTED"
    assert order.is_filled
    assert not order.is_open
    assert order.routing == "BFX"
    assert order.meta == {}


def test_a_selling_order_is_told_by_the_sign_of_what_was_asked():
    row = wire.loads(ORDER)
    row[6], row[7] = Decimal("-0.4"), Decimal("-1")
    order = models.Order.from_wire(row)

    assert order.side == "sell"
    assert order.executed == Decimal("0.6")


def test_histories_send_flags_and_groups_as_text():
    row = wire.loads(ORDER)
    row[1], row[12], row[10] = "77", "4096", 1700000000000
    order = models.Order.from_wire(row)

    assert (order.gid, order.flags) == (77, 4096)
    assert order.expires == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("length", [14, 18, 26, 31, 32])
def test_old_orders_are_shorter_and_lack_only_the_end(length):
    order = models.Order.from_wire(wire.loads(ORDER)[:length])

    assert order.status == "EXECUTED @ 42.821(0.1)"
    assert (order.price is None) == (length < 17)
    assert (order.meta is None) == (length < 32)


@pytest.mark.parametrize(
    ("status", "keyword", "is_open", "is_filled"),
    [
        ("ACTIVE", "ACTIVE", True, False),
        ("ACTIVE (note:POSCLOSE)", "ACTIVE", True, False),
        ("PARTIALLY FILLED @ 578.81(-0.1)", "PARTIALLY FILLED", True, False),
        ("EXECUTED @ 916.2(0.78): was PARTIALLY FILLED @ 915.9(0.22)", "EXECUTED", False, True),
        ("EXECUTED @ 1.0(1) was ACTIVE (note:POSCLOSE)", "EXECUTED", False, True),
        ("FORCED EXECUTED @ 1.0(1)", "FORCED EXECUTED", False, True),
        ("CANCELED", "CANCELED", False, False),
        ("CANCELED was: PARTIALLY FILLED @ 1.0(1)", "CANCELED", False, False),
        ("POSTONLY CANCELED", "POSTONLY CANCELED", False, False),
        ("IOC CANCELED", "IOC CANCELED", False, False),
        ("FILLORKILL CANCELED", "FILLORKILL CANCELED", False, False),
        ("INSUFFICIENT BALANCE (G1) was: ACTIVE", "INSUFFICIENT BALANCE", False, False),
        ("RSN_DUST (amount is less than 0.00000001)", "RSN_DUST", False, False),
    ],
)
def test_the_state_is_the_words_before_the_details(status, keyword, is_open, is_filled):
    row = wire.loads(ORDER)
    row[13] = status
    order = models.Order.from_wire(row)

    assert (order.status_keyword, order.is_open, order.is_filled) == (keyword, is_open, is_filled)


def test_a_fill_names_its_fee_and_side_of_the_book():
    fill = read("fill")

    assert (fill.amount, fill.price) == (Decimal("0.1"), Decimal("42.821"))
    assert (fill.fee, fill.fee_currency) == (Decimal("-0.0002"), "LTC")
    assert fill.is_maker is False
    assert fill.cid == 1655110144596


def test_a_fill_of_one_order_lacks_what_the_order_says():
    row = wire.loads(FILL)[:10]
    row[6] = row[7] = row[8] = None
    fill = models.Fill.from_wire(row)

    assert (fill.order_type, fill.order_price, fill.is_maker) == (None, None, None)
    assert (fill.fee_currency, fill.cid) == (None, None)


def test_a_trade_has_its_time_and_sign():
    assert read("trade") == models.PublicTrade(
        id=1,
        symbol="tBTCUSD",
        time=datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=UTC),
        amount=Decimal("-0.5"),
        price=Decimal(61000),
    )


def test_a_level_keeps_the_characters_of_the_wire():
    level = models.BookLevel.from_wire(wire.loads_raw("[7e-7,1,-12.50]"))

    assert (level.price, level.amount) == (Decimal("7E-7"), Decimal("-12.5"))
    assert (level.price_text, level.amount_text) == ("7e-7", "-12.50")


def test_a_level_without_characters_has_plain_ones():
    level = models.BookLevel.from_wire(wire.loads("[7e-7,1,-12]"))

    assert (level.price_text, level.amount_text) == ("0.0000007", "-12")


def test_pair_infos_have_sizes_from_text_and_margins_from_numbers():
    assert read("pair info") == models.PairInfo(
        pair="BTCUSD",
        minimum=Decimal("0.00004"),
        maximum=Decimal(2000),
        initial_margin=Decimal("0.2"),
        minimum_margin=Decimal("0.1"),
    )


def test_pair_infos_may_lack_margins():
    info = models.PairInfo.from_wire(["BTCUSD", [None, None, None, "1", "2"]])

    assert info.initial_margin is None
    assert info.minimum_margin is None


def test_permissions_fees_and_notifications_are_read():
    assert read("permission") == models.Permission(scope="orders", read=True, write=False)
    assert read("fees").maker == Decimal("0.001")
    assert read("fees").taker_fiat == Decimal("0.0022")
    assert read("notification").status == "SUCCESS"


@pytest.mark.parametrize("kind", READERS)
def test_a_longer_row_is_read_all_the_same(kind):
    longer = [*wire.loads(GOOD[kind]), "new", {"and": "newer"}]

    assert READERS[kind](longer) is not None


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("row", [None, {}, [], [1], "row", 5, [True] * 35, [None] * 35], ids=str)
def test_a_wrong_shape_is_a_decode_error(kind, row):
    with pytest.raises(DecodeError):
        READERS[kind](row)


@pytest.mark.parametrize("kind", READERS)
def test_a_bool_is_no_number_in_any_place(kind):
    good = wire.loads(GOOD[kind])
    for place, member in enumerate(good):
        if type(member) is not int and not isinstance(member, Decimal):
            continue
        bad = [*good[:place], member > 0, *good[place + 1 :]]
        try:
            READERS[kind](bad)
        except DecodeError:
            continue
        # What the model does not read, it does not judge.
        assert (kind, place) in UNREAD


UNREAD = {
    ("ticker", 10),
    ("order", 23),
    ("order", 24),
    ("notification", 0),
    ("permission", 1),
    ("permission", 2),
}


@pytest.mark.parametrize("kind", READERS)
@given(row=JSON)
def test_any_json_gives_a_model_or_a_decode_error(kind, row):
    with suppress(DecodeError):
        READERS[kind](wire.loads(json.dumps(row)))


@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
def test_a_good_row_with_one_odd_member_gives_a_model_or_a_decode_error(kind, data):
    row = wire.loads(GOOD[kind])
    row[data.draw(st.integers(0, len(row) - 1))] = data.draw(JSON)
    with suppress(DecodeError):
        READERS[kind](wire.loads(json.dumps(row, default=str)))


def test_models_are_frozen():
    with pytest.raises(AttributeError):
        read("wallet").balance = Decimal(1)
