from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from exchange.paper.numbers import UNIT
from exchange.paper.trading.book import Book, Resting


def book_of(*orders: tuple[int, bool, int, int]) -> Book:
    book = Book()
    for order_id, is_buy, price, amount in orders:
        book.add(Resting(order_id, is_buy, price * UNIT, amount))
    return book


def taken_by(
    book: Book, *, is_buy: bool, amount: int, limit: int | None = None
) -> list[tuple[int, int]]:
    found = []
    while amount and (resting := book.next_for(is_buy=is_buy, limit=limit)):
        part = min(amount, resting.amount)
        book.reduce(resting, part)
        found.append((resting.id, part))
        amount -= part
    return found


def test_the_best_price_is_taken_first_then_the_oldest_order() -> None:
    book = book_of((1, False, 101, 5), (2, False, 100, 5), (3, False, 100, 5))

    assert taken_by(book, is_buy=True, amount=12) == [(2, 5), (3, 5), (1, 2)]
    assert book.asks.at(101 * UNIT) == (1, 3)


def test_a_limit_stops_the_taking() -> None:
    book = book_of((1, True, 99, 5), (2, True, 98, 5))

    assert taken_by(book, is_buy=False, amount=12, limit=99 * UNIT) == [(1, 5)]
    assert book.bids.best() == 98 * UNIT


def test_an_empty_side_gives_nothing() -> None:
    book = Book()

    assert taken_by(book, is_buy=True, amount=1) == []
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


def hidden(order_id: int, is_buy: bool, price: int, amount: int) -> Resting:
    return Resting(order_id, is_buy, price * UNIT, amount, is_hidden=True)


def test_a_hidden_order_is_not_seen_but_met() -> None:
    book = book_of((1, False, 101, 5))
    book.add(hidden(2, False, 100, 5))

    assert book.asks.best() == 101 * UNIT
    assert list(book.levels(is_buy=False, count=25, digits=5)) == [101 * UNIT]
    assert book.best(is_buy=False) == 100 * UNIT
    assert book.crosses(is_buy=True, limit=100 * UNIT)
    assert book.available(is_buy=True, amount=7, limit=None) == (7, 5 * 100 + 2 * 101)
    assert taken_by(book, is_buy=True, amount=7) == [(2, 5), (1, 2)]


def test_a_hidden_order_comes_after_all_visible_ones_of_its_price() -> None:
    book = Book()
    book.add(hidden(1, True, 100, 5))
    book.add(Resting(2, True, 100 * UNIT, 5))

    assert book.available(is_buy=False, amount=10, limit=None) == (10, 1_000)
    assert taken_by(book, is_buy=False, amount=10) == [(2, 5), (1, 5)]


def test_a_hidden_order_can_be_removed() -> None:
    book, order = Book(), hidden(1, True, 100, 5)
    book.add(order)
    book.remove(order)

    assert book.next_for(is_buy=False) is None


def test_less_of_an_order_keeps_its_place() -> None:
    book = book_of((1, False, 100, 5), (2, False, 100, 5))
    book.reduce(next(book.asks.orders()), 3)

    assert taken_by(book, is_buy=True, amount=4) == [(1, 2), (2, 2)]


@given(
    st.lists(st.tuples(st.integers(90, 110), st.integers(1, 9), st.booleans()), max_size=30),
    st.booleans(),
)
def test_what_is_told_to_be_available_is_what_is_met(waiting: list, is_buy: bool) -> None:
    book = Book()
    for order_id, (price, amount, is_hidden) in enumerate(waiting):
        book.add(Resting(order_id, not is_buy, price * UNIT, amount, is_hidden=is_hidden))
    prices = {place: price for place, (price, _, _) in enumerate(waiting)}
    promised = book.available(is_buy=is_buy, amount=60, limit=None)
    met = taken_by(book, is_buy=is_buy, amount=60)
    ranks = [prices[place] * (1 if is_buy else -1) for place, _ in met]

    assert promised == (
        sum(amount for _, amount in met),
        sum(prices[place] * amount for place, amount in met),
    )
    assert all(one <= other for one, other in pairwise(ranks))


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
        part = sum(
            taken for _, taken in taken_by(book, is_buy=is_buy, amount=amount, limit=price * UNIT)
        )
        traded += 2 * part
        if amount > part:
            book.add(Resting(order_id, is_buy, price * UNIT, amount - part))
        bid, ask = book.bids.best(), book.asks.best()

        assert bid is None or ask is None or bid < ask
    waiting = sum(order.amount for side in (book.bids, book.asks) for order in side.orders())
    by_level = sum(side.at(p)[1] for side in (book.bids, book.asks) for p in side.prices())

    assert waiting == by_level == total - traded
