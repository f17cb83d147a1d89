"""Every method of v1 about markets and orders, held against v2 where v2 knows the same."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from exchange.errors import InvalidRequest
from exchange.paper import PaperExchange
from exchange.rest_v1 import OrderV1, RestV1
from exchange.rest_v2 import RestV2

SYMBOL = "tETHUSD"


def wanted(
    price: str, side: str = "buy", amount: str = "0.5", kind: str = "exchange limit"
) -> OrderV1:
    return OrderV1(
        symbol=SYMBOL, side=side, amount=Decimal(amount), price=Decimal(price), type=kind
    )


def test_both_tell_the_same_ticker(v1: RestV1, v2: RestV2) -> None:
    by_v1, by_v2 = v1.pubticker("tDOGE:USD"), v2.ticker("tDOGE:USD")

    assert (by_v1.bid, by_v1.ask, by_v1.last) == (by_v2.bid, by_v2.ask, by_v2.last)
    assert (by_v1.low, by_v1.high, by_v1.volume) == (by_v2.low, by_v2.high, by_v2.volume)
    assert by_v1.mid == ((by_v1.bid + by_v1.ask) / 2).quantize(Decimal("1e-8"), "ROUND_DOWN")


def test_both_list_the_same_pairs_and_sizes(v1: RestV1, v2: RestV2) -> None:
    details, infos = v1.symbols_details(), v2.pair_infos()

    assert set(v1.symbols()) == set(details) == set(infos)
    for pair, info in infos.items():
        assert (details[pair].minimum, details[pair].maximum) == (info.minimum, info.maximum)


def test_both_tell_the_same_book(v1: RestV1, v2: RestV2) -> None:
    by_v1, by_v2 = v1.book(SYMBOL, bids=25, asks=25), v2.book(SYMBOL)

    assert [(level.price, level.amount) for level in by_v1] == [
        (level.price, level.amount) for level in by_v2
    ]


def test_a_book_can_be_told_order_by_order(v1: RestV1, v2: RestV2) -> None:
    orders, levels = v1.book(SYMBOL, bids=500, asks=0, group=False), v1.book(SYMBOL, bids=50)
    best = levels[0]

    assert all(level.amount > 0 for level in orders)
    assert sum(one.amount for one in orders if one.price == best.price) == best.amount


def test_both_tell_the_same_trades(market_place: PaperExchange, v1: RestV1, v2: RestV2) -> None:
    for amount in ("0.01", "-0.02"):
        market_place.trade(SYMBOL, amount)
    by_v1, by_v2 = v1.trades(SYMBOL, limit=10), v2.trades(SYMBOL, limit=10)
    later = v1.trades(SYMBOL, since_seconds=int(by_v2[0].time.timestamp()) + 1)

    assert [(t.id, t.amount, t.price) for t in by_v1] == [(t.id, t.amount, t.price) for t in by_v2]
    assert by_v1[0].amount == Decimal("-0.02")
    assert by_v1[0].time == by_v2[0].time.replace(microsecond=0)
    assert later == []


def test_both_tell_the_same_wallets_and_permissions(v1: RestV1, v2: RestV2) -> None:
    by_v2 = {permission.scope: permission for permission in v2.permissions()}

    assert [(w.type, w.currency, w.balance, w.available) for w in v1.balances()] == [
        (w.type, w.currency, w.balance, w.available) for w in v2.wallets()
    ]
    assert all(by_v2[permission.scope] == permission for permission in v1.key_info())
    assert len(v1.key_info()) == 7


def test_an_order_is_placed_followed_and_cancelled(v1: RestV1, v2: RestV2) -> None:
    placed = v1.new_order(SYMBOL, side="buy", amount=Decimal("0.5"), price=Decimal(1_000))
    (by_v2,) = v2.open_orders()
    (listed,) = v1.orders()
    cancelled = v1.cancel_order(placed.id)
    ended = v1.order_status(placed.id)

    assert (placed.symbol, placed.type, placed.status) == (SYMBOL, "EXCHANGE LIMIT", "ACTIVE")
    assert (by_v2.id, by_v2.amount, by_v2.price) == (placed.id, Decimal("0.5"), 1_000)
    assert listed == placed
    assert cancelled.is_open
    assert ended.status_keyword == "CANCELED"
    assert [order.id for order in v1.order_history(limit=10)] == [placed.id]


def test_hidden_and_post_only_orders_are_what_v2_shows(v1: RestV1, v2: RestV2) -> None:
    v1.new_order(
        SYMBOL,
        side="sell",
        amount=Decimal(1),
        price=Decimal(9_000),
        is_hidden=True,
        is_postonly=True,
    )
    (order,) = v2.open_orders(SYMBOL)
    (by_v1,) = v1.orders()

    assert order.flags == 64 + 4096
    assert (by_v1.flags, by_v1.side) == (64, "sell")


def test_orders_of_several_types_come_in_by_one_call(v1: RestV1, v2: RestV2) -> None:
    stop = OrderV1(
        symbol=SYMBOL, side="sell", amount=Decimal(1), price=Decimal(500), type="exchange stop"
    )
    trailing = OrderV1(
        symbol=SYMBOL,
        side="sell",
        amount=Decimal(1),
        price=Decimal(90),
        type="exchange trailing-stop",
    )
    placed = v1.new_orders([wanted("1000"), stop, trailing])
    by_v2 = {order.id: order for order in v2.open_orders()}

    assert [order.type for order in placed] == [
        "EXCHANGE LIMIT",
        "EXCHANGE STOP",
        "EXCHANGE TRAILING STOP",
    ]
    assert [by_v2[order.id].type for order in placed] == [order.type for order in placed]
    assert by_v2[placed[1].id].price == 500
    assert by_v2[placed[2].id].price_trailing == 90


def test_several_orders_are_cancelled_by_one_call(v1: RestV1) -> None:
    ids = [order.id for order in v1.new_orders([wanted("1000"), wanted("1001"), wanted("1002")])]
    some = v1.cancel_orders(ids[:2])
    left = [order.id for order in v1.orders()]

    assert (some, left) == ("Orders cancelled", ids[2:])
    assert v1.cancel_all_orders() == "All orders cancelled"
    assert v1.orders() == []


def test_an_order_is_replaced(v1: RestV1) -> None:
    old = v1.new_orders([wanted("1000")])[0]
    new = v1.replace_order(old.id, wanted("1100", amount="0.4"))

    assert new.id != old.id
    assert (new.price, new.amount) == (1_100, Decimal("0.4"))
    assert v1.orders() == [new]
    assert not v1.order_status(old.id).is_open


def test_both_tell_the_same_fills(v1: RestV1, v2: RestV2) -> None:
    v1.new_order(
        SYMBOL, side="sell", amount=Decimal("0.3"), price=Decimal(1), type="exchange market"
    )
    by_v1, by_v2 = v1.fills(SYMBOL), v2.fills(SYMBOL)
    oldest = v1.fills(SYMBOL, limit=1, oldest_first=True)
    second = timedelta(seconds=1)
    made = int(by_v2[0].time.timestamp())

    assert [(f.id, f.order_id, f.amount, f.price, f.fee, f.fee_currency) for f in by_v1] == [
        (f.id, f.order_id, f.amount, f.price, f.fee, f.fee_currency) for f in by_v2
    ]
    assert sum(fill.amount for fill in by_v1) == Decimal("-0.3")
    assert abs(by_v1[0].time - by_v2[0].time) < second
    assert oldest == by_v1[-1:]
    assert v1.fills(SYMBOL, since_seconds=made - 60, until_seconds=made) == by_v1
    assert v1.fills(SYMBOL, since_seconds=made + 60) == []


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (wanted("1000.55"), "precision"),
        (wanted("1000", amount="1000"), "not enough exchange balance"),
        (wanted("1000", amount="0.00001"), "minimum size"),
    ],
    ids=range(3),
)
def test_what_v1_refuses_is_refused_in_its_words(v1: RestV1, order: OrderV1, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        v1.new_orders([order])

    assert v1.orders() == []
