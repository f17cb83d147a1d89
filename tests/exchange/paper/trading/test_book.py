from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exchange.paper.numbers import UNIT
from exchange.paper.trading.book import Book, Resting


def book_of(*orders: tuple[int, bool, int, int]) -> Book:
    book = Book()
    for order_id, is_buy, price, amount in orders:
        book.add(Resting(order_id, is_buy, price * UNIT, amount))
    return book


def taken(book: Book, **asked: int | bool | None) -> list[tuple[int, int]]:
    return [(e.resting.id, e.amount) for e in book.take(**asked)]  # type: ignore[arg-type]


def test_the_best_price_is_taken_first_then_the_oldest_order() -> None:
    book = book_of((1, False, 101, 5), (2, False, 100, 5), (3, False, 100, 5))

    assert taken(book, is_buy=True, amount=12) == [(2, 5), (3, 5), (1, 2)]
    assert book.asks.at(101 * UNIT) == (1, 3)


def test_a_limit_stops_the_taking() -> None:
    book = book_of((1, True, 99, 5), (2, True, 98, 5))

    assert taken(book, is_buy=False, amount=12, limit=99 * UNIT) == [(1, 5)]
    assert book.bids.best() == 98 * UNIT


def test_an_empty_side_gives_nothing() -> None:
    book = Book()

    assert taken(book, is_buy=True, amount=1) == []
    assert book.version == 0
    assert book.bids.best() is None


def test_a_removed_order_is_gone() -> None:
    book = book_of((1, True, 99, 5))
    order = next(book.bids.orders())
    book.remove(order)

    assert len(book.bids) == 0


def test_what_could_be_traded_is_told_without_trading() -> None:
    book = book_of((1, False, 100, 5), (2, False, 102, 5))

    assert book.available(is_buy=True, amount=7, limit=None) == (7, 5 * 100 + 2 * 102)
    assert book.available(is_buy=True, amount=7, limit=101 * UNIT) == (5, 500)
    assert len(book.asks) == 2


def test_crossing_is_seen_from_both_sides() -> None:
    book = book_of((1, True, 99, 5), (2, False, 101, 5))

    assert book.crosses(is_buy=True, limit=101 * UNIT)
    assert not book.crosses(is_buy=True, limit=100 * UNIT)
    assert book.crosses(is_buy=False, limit=99 * UNIT)
    assert not Book().crosses(is_buy=False, limit=1)


def test_levels_are_merged_away_from_the_middle() -> None:
    book = book_of(
        (1, True, 99_99, 1), (2, True, 99_91, 2), (3, False, 100_01, 4), (4, False, 100_09, 8)
    )

    bids = book.levels(is_buy=True, count=25, digits=3)
    asks = book.levels(is_buy=False, count=25, digits=4)
    assert bids == {9990 * UNIT: (2, 3)}
    assert asks == {10010 * UNIT: (2, 12)}


def test_the_last_level_that_fits_is_complete() -> None:
    book = book_of((1, True, 101, 1), (2, True, 98, 2), (3, True, 97, 4))

    assert book.levels(is_buy=True, count=1, digits=2) == {100 * UNIT: (1, 1)}
    assert book.levels(is_buy=True, count=2, digits=1) == {
        100 * UNIT: (1, 1),
        90 * UNIT: (2, 6),
    }


orders = st.lists(st.tuples(st.booleans(), st.integers(90, 110), st.integers(1, 9)), max_size=40)


@given(orders)
def test_a_book_that_takes_before_it_adds_is_never_crossed(incoming: list) -> None:
    book, total, traded = Book(), 0, 0
    for order_id, (is_buy, price, amount) in enumerate(incoming):
        total += amount
        executions = book.take(is_buy=is_buy, amount=amount, limit=price * UNIT)
        part = sum(execution.amount for execution in executions)
        traded += 2 * part
        if amount > part:
            book.add(Resting(order_id, is_buy, price * UNIT, amount - part))
        bid, ask = book.bids.best(), book.asks.best()

        assert bid is None or ask is None or bid < ask
    waiting = sum(order.amount for side in (book.bids, book.asks) for order in side.orders())
    by_level = sum(side.at(p)[1] for side in (book.bids, book.asks) for p in side.prices())

    assert waiting == by_level == total - traded
