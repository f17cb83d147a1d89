from __future__ import annotations

from exchange.paper.market.markets import catalogue
from exchange.paper.numbers import UNIT
from exchange.paper.trading.orders import Ending, Fill, Kind, Order
from exchange.paper.trading.state.archive import HISTORY_MS, KEPT_FILLS, KEPT_ORDERS, Archive


def order(order_id: int, account: str = "ann") -> Order:
    return Order(
        id=order_id,
        account=account,
        market=catalogue()[0],
        kind=Kind.LIMIT,
        amount=UNIT,
        price=UNIT,
        cid=order_id,
        created_ms=1,
        updated_ms=1,
        remaining=UNIT,
    )


def ended(archive: Archive, order_id: int, now_ms: int) -> Order:
    made = order(order_id)
    archive.add(made)
    made.end(Ending.CANCELED, now_ms)
    archive.close(made)
    return made


def test_everybody_sees_their_own_orders() -> None:
    archive = Archive()
    first, other, second = order(1), order(2, "bob"), order(3)
    for made in (first, other, second):
        archive.add(made)

    assert archive.open_of("ann") == [first, second]
    assert archive.open_of("bob") == [other]
    assert archive.open_of("cem") == []


def test_a_closed_order_moves_to_the_past() -> None:
    archive = Archive()
    made = ended(archive, 1, 5)

    assert archive.open_of("ann") == []
    assert list(archive.past_of("ann")) == [made]
    assert archive.orders == {1: made}


def test_what_is_older_than_the_history_is_forgotten() -> None:
    archive = Archive()
    for order_id, now_ms in ((1, 5), (2, 6), (3, HISTORY_MS + 6)):
        ended(archive, order_id, now_ms)

    assert list(archive.orders) == [2, 3]


def test_only_so_many_orders_and_fills_are_kept() -> None:
    archive = Archive()
    for order_id in range(KEPT_ORDERS + 3):
        ended(archive, order_id, 5)
    for fill_id in range(KEPT_FILLS + 3):
        archive.add_fill(fill(fill_id))

    assert min(archive.orders) == 3
    assert len(archive.past_of("ann")) == KEPT_ORDERS
    assert len(archive.fills_of("ann")) == KEPT_FILLS
    assert archive.fills_of("ann")[0].id == 3


def fill(fill_id: int) -> Fill:
    return Fill(
        id=fill_id,
        order_id=1,
        account="ann",
        market=catalogue()[0],
        made_ms=1,
        amount=UNIT,
        price=UNIT,
        is_maker=False,
        fee=0,
        fee_currency="BTC",
        kind=Kind.LIMIT,
        order_price=UNIT,
        cid=1,
    )
