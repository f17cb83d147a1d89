from __future__ import annotations

import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from exchange import wire
from exchange.models.books import BookLevel, FundingBookLevel, RawBookOrder, RawFundingOffer
from exchange.stream.book import Book, FundingBook, RawBook, RawFundingBook

RECORDED = Path(__file__).with_name("recorded_book.txt")


def levels(text: str) -> list[BookLevel]:
    return [BookLevel.from_wire(row) for row in wire.loads_raw(text)]


def level(price: Any, count: int, amount: Any) -> BookLevel:
    (found,) = levels(f"[[{price},{count},{amount}]]")
    return found


def signed_crc(text: str) -> int:
    return int.from_bytes(zlib.crc32(text.encode()).to_bytes(4), signed=True)


def test_sides_are_sorted_from_the_best():
    book = Book(levels("[[99,1,1],[100,1,2],[98,1,1],[102,1,-1],[101,2,-3]]"))

    assert [bid.price for bid in book.bids()] == [100, 99, 98]
    assert [ask.price for ask in book.asks()] == [101, 102]
    assert book.best_bid == level(100, 1, 2)
    assert book.best_ask == level(101, 2, -3)


def test_an_empty_book_has_no_best():
    book = Book()

    assert (book.best_bid, book.best_ask) == (None, None)
    assert (book.bids(), book.asks()) == ([], [])
    assert not book.is_crossed
    assert book.checksum() == 0


def test_a_level_is_replaced_and_taken_away():
    book = Book(levels("[[100,1,1],[99,1,1],[101,1,-1]]"))
    book.update(level(100, 3, "2.5"))
    book.update(level(99, 0, 1))
    book.update(level(101, 0, -1))

    assert book.bids() == [level(100, 3, "2.5")]
    assert book.asks() == []


def test_taking_away_what_is_not_there_is_nothing():
    book = Book(levels("[[100,1,1]]"))
    book.update(level(98, 0, 1))
    book.update(level(100, 0, -1))

    assert book.bids() == [level(100, 1, 1)]


def test_a_snapshot_forgets_what_was_before():
    book = Book(levels("[[100,1,1],[101,1,-1]]"))
    book.replace(levels("[[50,1,1]]"))

    assert book.bids() == [level(50, 1, 1)]
    assert book.asks() == []


def test_a_book_is_crossed_when_the_best_prices_meet():
    book = Book(levels("[[100,1,1]]"))
    one_sided = book.is_crossed
    book.update(level(101, 1, -1))
    normal = book.is_crossed
    book.update(level(101, 1, 1))

    assert (one_sided, normal, book.is_crossed) == (False, False, True)


def test_the_checksum_is_made_of_the_characters_that_came():
    book = Book(levels("[[7e-7,1,1.50],[6.5e-7,1,2],[8e-7,1,-3.0]]"))

    assert book.checksum() == signed_crc("7e-7:1.50:8e-7:-3.0:6.5e-7:2")


def test_the_checksum_takes_25_levels_of_each_side():
    rows = [[100 - n, 1, n + 1] for n in range(30)] + [[101 + n, 1, -n - 1] for n in range(30)]
    book = Book(levels(str(rows)))
    parts = [f"{100 - n}:{n + 1}:{101 + n}:{-n - 1}" for n in range(25)]

    assert book.checksum() == signed_crc(":".join(parts))


def test_the_checksum_of_a_recorded_book_matches():
    """The exchange's own frames of XRP/BTC, prices below a millionth among them.

    Source: the test data of Bitfinex's client for Go.
    """
    snapshot, change, checksum = RECORDED.read_text().splitlines()
    book = Book(BookLevel.from_wire(row) for row in wire.loads_raw(snapshot)[1])
    book.update(BookLevel.from_wire(wire.loads_raw(change)[1]))

    assert book.checksum() == wire.loads(checksum)[2]


PRICES = st.integers(1, 30)
CHANGES = st.lists(st.tuples(PRICES, st.integers(0, 2), st.sampled_from([-2, -1, 1, 2])))


@given(CHANGES)
def test_a_book_is_what_a_plain_mapping_says(changes):
    book = Book()
    expected: dict[tuple[bool, int], int] = {}
    for price, count, amount in changes:
        book.update(level(price, count, amount))
        key = (amount > 0, price)
        expected.pop(key, None)
        if count:
            expected[key] = amount
    bids = {price: amount for (is_bid, price), amount in expected.items() if is_bid}
    asks = {price: amount for (is_bid, price), amount in expected.items() if not is_bid}

    assert [(bid.price, bid.amount) for bid in book.bids()] == sorted(bids.items(), reverse=True)
    assert [(ask.price, ask.amount) for ask in book.asks()] == sorted(asks.items())


def test_prices_that_are_equal_are_one_level_however_written():
    book = Book(levels("[[1.0,1,1]]"))
    book.update(level("1.00", 2, 5))

    assert [(bid.price, bid.amount) for bid in book.bids()] == [(Decimal(1), Decimal(5))]


def orders(text: str) -> list[RawBookOrder]:
    return [RawBookOrder.from_wire(row) for row in wire.loads_raw(text)]


def test_orders_of_one_price_stand_in_line_by_their_ids():
    book = RawBook(orders("[[7,100,1],[5,100,2],[6,101,1],[9,102,-1],[8,102,-2],[4,103,-1]]"))

    assert [bid.id for bid in book.bids()] == [6, 5, 7]
    assert [ask.id for ask in book.asks()] == [8, 9, 4]


def test_an_order_may_change_its_price_and_goes_with_a_price_of_nothing():
    book = RawBook(orders("[[1,100,1],[2,99,1],[3,101,-1]]"))
    for order in orders("[[2,100.5,1],[3,0,-1],[9,0,1]]"):
        book.update(order)

    assert [(bid.id, str(bid.price)) for bid in book.bids()] == [(2, "100.5"), (1, "100")]
    assert book.asks() == []


def test_the_checksum_of_a_raw_book_is_made_of_ids():
    book = RawBook(orders("[[7,100,1.50],[5,100,2],[9,102,-3.0]]"))

    assert book.checksum() == signed_crc("5:2:9:-3.0:7:1.50")


def test_who_offers_funding_asks_although_the_amount_is_positive():
    rows = [[0.0002, 30, 1, 100], [0.0002, 2, 2, 50], [0.0003, 2, 1, 10], [0.0001, 2, 1, -70]]
    book = FundingBook(FundingBookLevel.from_wire(row) for row in wire.loads(str(rows)))
    book.update(FundingBookLevel.from_wire([wire.loads("0.0002"), 2, 0, 1]))

    assert [(ask.rate, ask.period) for ask in book.asks()] == [
        (Decimal("0.0002"), 30),
        (Decimal("0.0003"), 2),
    ]
    assert [bid.amount for bid in book.bids()] == [-70]
    assert not book.is_crossed


def test_an_offer_of_less_than_one_is_an_offer():
    rates = FundingBook([FundingBookLevel.from_wire([1, 2, 1, wire.loads("0.5")])])
    offers = RawFundingBook([RawFundingOffer.from_wire([7, 2, 1, wire.loads("0.5")])])

    assert (rates.best_bid, offers.best_bid) == (None, None)
    assert rates.best_ask is not None
    assert offers.best_ask is not None


def test_a_raw_funding_book_lists_every_offer():
    rows = [[5, 30, 0.0003, 100], [4, 2, 0.0003, 50], [3, 2, 0.0002, -10], [2, 2, 0.0004, -20]]
    book = RawFundingBook(RawFundingOffer.from_wire(row) for row in wire.loads(str(rows)))
    crossed = book.is_crossed
    # By its id alone, whatever the amount says of its side.
    for row in ([2, 2, 0, 1], [5, 30, 0, -1], [9, 2, 0, 1]):
        book.update(RawFundingOffer.from_wire(row))

    assert [ask.id for ask in book.asks()] == [4]
    assert [bid.id for bid in book.bids()] == [3]
    assert (crossed, book.is_crossed) == (True, False)
