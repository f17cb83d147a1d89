from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.depth import BookView, levels
from dashboard.orders.estimate import (
    Basis,
    Walk,
    affordable,
    limit_estimate,
    market_estimate,
    walk,
)

BOOK = BookView(
    symbol="tBTCUSD",
    at_ms=0,
    bids=levels([(Decimal(99), Decimal(1), 1), (Decimal(98), Decimal(2), 1)]),
    asks=levels([(Decimal(100), Decimal(1), 1), (Decimal(102), Decimal(1), 1)]),
)


def test_a_limit_order_costs_at_most_its_limit() -> None:
    estimate = limit_estimate(amount=Decimal("0.5"), price=Decimal(100))

    assert estimate.basis is Basis.LIMIT
    assert estimate.total == 50


def test_a_market_purchase_walks_the_asks() -> None:
    estimate = market_estimate(side="buy", amount=Decimal("1.5"), book=BOOK, last=None)

    assert estimate.basis is Basis.BOOK
    assert estimate.total == Decimal("151")
    assert estimate.covered == Decimal("1.5")


def test_a_market_sale_walks_the_bids() -> None:
    estimate = market_estimate(side="sell", amount=Decimal(2), book=BOOK, last=None)

    assert estimate.total == Decimal(197)
    assert estimate.price == Decimal("98.5")


def test_what_the_book_lacks_goes_at_its_worst_price_and_is_told() -> None:
    estimate = market_estimate(side="buy", amount=Decimal(4), book=BOOK, last=None)

    assert estimate.total == Decimal(100 + 102 * 3)
    assert estimate.covered == Decimal(2)


def test_without_a_book_the_last_price_has_to_do() -> None:
    estimate = market_estimate(side="buy", amount=Decimal(2), book=None, last=Decimal(50))

    assert estimate.basis is Basis.LAST
    assert estimate.total == 100


def test_an_empty_side_counts_as_no_book() -> None:
    empty = BookView(symbol="tBTCUSD", at_ms=0, bids=(), asks=())
    estimate = market_estimate(side="buy", amount=Decimal(2), book=empty, last=Decimal(50))

    assert estimate.basis is Basis.LAST


def test_without_any_price_nothing_is_invented() -> None:
    estimate = market_estimate(side="buy", amount=Decimal(2), book=None, last=None)

    assert estimate.basis is Basis.NOTHING
    assert estimate.price is None
    assert estimate.total is None


@given(st.decimals("0.00000001", "2", places=8))
def test_the_average_lies_between_the_best_and_the_worst_price(amount: Decimal) -> None:
    estimate = market_estimate(side="buy", amount=amount, book=BOOK, last=None)

    assert estimate.price is not None
    assert 100 <= estimate.price <= 102


def test_a_walk_stops_at_the_limit_and_tells_average_and_worst() -> None:
    asks = levels([(Decimal(100), Decimal(1), 1), (Decimal(102), Decimal(1), 1)])

    whole = walk(asks, Decimal(2), limit=Decimal(102))
    part = walk(asks, Decimal(2), limit=Decimal(101))

    assert whole == Walk(
        covered=Decimal(2), average=Decimal(101), worst=Decimal(102), total=Decimal(202)
    )
    assert part is not None
    assert (part.covered, part.worst) == (1, 100)
    assert walk(asks, Decimal(2), limit=Decimal(99)) is None


def test_a_sale_walks_down_to_its_limit() -> None:
    bids = levels([(Decimal(100), Decimal(1), 1), (Decimal(98), Decimal(1), 1)])
    taken = walk(bids, Decimal(2), side="sell", limit=Decimal(99))

    assert taken is not None
    assert (taken.covered, taken.impact(Decimal(101))) == (1, Decimal(1) / Decimal(101))


PRICES = st.decimals(min_value="0.0001", max_value="99999", places=4)
AMOUNTS = st.decimals(min_value="0.00000001", max_value="1000", places=8)


@given(
    rows=st.lists(st.tuples(PRICES, AMOUNTS), min_size=1, max_size=8),
    budget=st.decimals(min_value=0, max_value="100000", places=8),
)
def test_what_is_affordable_never_costs_more_than_there_is(
    rows: list[tuple[Decimal, Decimal]], budget: Decimal
) -> None:
    asks = levels([(price, amount, 1) for price, amount in sorted(rows)])
    amount = affordable(asks, budget)
    taken = walk(asks, amount) if amount else None
    covered, cost = (taken.covered, taken.total) if taken else (Decimal(0), Decimal(0))

    assert cost + (amount - covered) * asks[-1].price <= budget
    assert amount == amount.quantize(Decimal("0.00000001"))
