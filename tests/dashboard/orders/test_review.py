from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dashboard.accounts.models import ExchangeAccount
from dashboard.live.board import board
from dashboard.live.depth import BookView, levels
from dashboard.markets.models import Instrument
from dashboard.orders.journal import record_draft
from dashboard.orders.models import Order
from dashboard.orders.review import Review, review_of
from dashboard.portfolio.models import Wallet
from exchange.models.orders import OrderType
from tests.dashboard.conftest import SetPrice

pytestmark = pytest.mark.usefixtures("live_bitcoin")


def draft(account: ExchangeAccount, **changes: Any) -> Order:
    members: dict[str, Any] = {
        "symbol": "tBTCUSD",
        "side": "buy",
        "type": OrderType.LIMIT,
        "amount": Decimal("0.1"),
        "price": Decimal(60000),
    }
    return record_draft(account=account, **members | changes)


def reviewed(account: ExchangeAccount, **changes: Any) -> Review:
    review = review_of(draft(account, **changes))
    assert review is not None
    return review


def test_a_purchase_pays_quote_and_receives_base_less_the_fee(funded: ExchangeAccount) -> None:
    review = reviewed(funded)

    assert (review.paid.currency, review.paid.amount) == ("USD", Decimal(-6000))
    assert review.paid.after == Decimal(44000)
    assert (review.received.currency, review.received.amount) == ("BTC", Decimal("0.0999"))
    assert (review.outlook.is_maker, review.fee) == (True, Decimal("0.0001"))


def test_a_sale_pays_base_and_receives_quote_less_the_fee(funded: ExchangeAccount) -> None:
    review = reviewed(funded, side="sell")

    assert (review.paid.currency, review.paid.after) == ("BTC", Decimal("0.4"))
    assert (review.received.currency, review.received.amount) == ("USD", Decimal(5988))
    assert review.fee == Decimal(12)


HIDDEN = 64


@pytest.mark.parametrize(
    ("changes", "is_maker"),
    [
        ({}, True),
        ({"price": Decimal(61000)}, False),
        ({"flags": HIDDEN}, False),
        ({"type": OrderType.MARKET, "price": None}, False),
        ({"type": OrderType.FILL_OR_KILL}, False),
        ({"type": OrderType.STOP, "price": Decimal(62000)}, False),
    ],
)
def test_what_rests_is_charged_as_a_maker_and_all_else_as_a_taker(
    funded: ExchangeAccount, changes: dict[str, Any], is_maker: bool
) -> None:
    review = reviewed(funded, **changes)

    assert review.outlook.is_maker is is_maker
    assert review.fee == Decimal("0.1") * (Decimal("0.001") if is_maker else Decimal("0.002"))


def test_a_review_walks_the_book_as_far_as_the_limit_goes(funded: ExchangeAccount) -> None:
    asks = levels([(Decimal(61000), Decimal("0.05"), 1), (Decimal(61200), Decimal(1), 1)])
    bids = levels([(Decimal(60800), Decimal(1), 1)])
    board.replace_book(BookView(symbol="tBTCUSD", at_ms=0, bids=bids, asks=asks))

    outlook = reviewed(funded, price=Decimal(61100)).outlook
    whole = reviewed(funded, price=Decimal(61200)).outlook

    assert (outlook.share, outlook.impact) == (Decimal("0.5"), Decimal(100) / Decimal(60900))
    assert whole.walk is not None
    assert (whole.share, whole.walk.average, whole.walk.worst) == (1, 61100, 61200)


def test_a_stale_book_is_not_walked_and_says_so(funded: ExchangeAccount) -> None:
    asks = levels([(Decimal(61000), Decimal("0.05"), 1)])
    book = BookView(symbol="tBTCUSD", at_ms=0, bids=(), asks=asks, age_at_arrival_ms=18_000)
    board.replace_book(book)
    outlook = reviewed(funded, price=Decimal(61100)).outlook

    assert outlook.walk is None
    assert not outlook.has_book


def test_a_book_whose_checksum_failed_is_not_walked_and_says_so(funded: ExchangeAccount) -> None:
    asks = levels([(Decimal(61000), Decimal("0.05"), 1)])
    board.replace_book(BookView(symbol="tBTCUSD", at_ms=0, bids=(), asks=asks, is_broken=True))
    review = reviewed(funded, type=OrderType.MARKET, price=None)

    assert review.outlook.walk is None
    assert review.outlook.book_words == "checksum failed, being rebuilt"
    assert review.is_by_last_price


@pytest.mark.parametrize(
    ("checked", "words"),
    [(None, "s, not checked yet"), (900, "s, checksum held")],
)
def test_the_review_says_whether_a_checksum_has_held(
    funded: ExchangeAccount, checked: int | None, words: str
) -> None:
    asks = levels([(Decimal(61000), Decimal("0.05"), 1)])
    board.replace_book(
        BookView(symbol="tBTCUSD", at_ms=0, bids=(), asks=asks, checked_age_at_arrival_ms=checked)
    )

    assert reviewed(funded).outlook.book_words.endswith(words)


def test_the_margin_wallet_is_the_exchanges_to_know(funded: ExchangeAccount) -> None:
    Instrument.objects.update(is_on_margin=True)
    review = reviewed(funded, type="LIMIT", amount=Decimal(100))

    assert (review.paid.after, review.problems) == (None, ())


def test_what_became_impossible_since_is_a_problem(funded: ExchangeAccount) -> None:
    Instrument.objects.update(minimum=Decimal(1))

    assert reviewed(funded).problems == ("The smallest order is 1.00 BTC.",)


def test_a_market_order_is_estimated_by_the_book(funded: ExchangeAccount) -> None:
    asks = levels([(Decimal(61000), Decimal("0.05"), 1), (Decimal(61100), Decimal(1), 1)])
    board.replace_book(BookView(symbol="tBTCUSD", at_ms=0, bids=(), asks=asks))
    review = reviewed(funded, type=OrderType.MARKET, price=None)

    assert review.is_by_book
    assert review.estimate.price == 61050
    assert not review.is_beyond_book


def test_an_amount_beyond_the_book_is_flagged(funded: ExchangeAccount) -> None:
    asks = levels([(Decimal(61000), Decimal("0.05"), 1)])
    board.replace_book(BookView(symbol="tBTCUSD", at_ms=0, bids=(), asks=asks))
    review = reviewed(funded, type=OrderType.MARKET, price=None)

    assert review.is_beyond_book


def test_without_a_book_the_estimate_says_that_it_is_by_the_last_price(
    funded: ExchangeAccount,
) -> None:
    review = reviewed(funded, type=OrderType.MARKET, price=None)

    assert review.is_by_last_price
    assert review.estimate.total == 6100


def test_without_any_price_costs_are_unknown_and_placing_waits(account: ExchangeAccount) -> None:
    board.clear()
    purchase = reviewed(account, type=OrderType.MARKET, price=None)
    sale = reviewed(account, side="sell", type=OrderType.MARKET, price=None)

    assert purchase.estimate.total is None
    assert purchase.paid.amount is None
    assert (sale.received.amount, sale.fee) == (None, None)
    assert purchase.lock


@pytest.mark.parametrize(("age_ms", "is_old"), [(9_000, False), (10_000, True), (17_000, True)])
def test_f88_a_price_older_than_ten_seconds_is_flagged(
    funded: ExchangeAccount, set_price: SetPrice, age_ms: int, is_old: bool
) -> None:
    set_price("tBTCUSD", "61000", age_ms=age_ms)
    review = reviewed(funded)

    assert review.has_old_price is is_old
    assert review.lock == ""


def test_a_balance_that_fell_since_is_flagged(funded: ExchangeAccount) -> None:
    Wallet.objects.filter(type="exchange", currency="USD").update(available=Decimal(5))

    assert reviewed(funded).lacks_balance


def test_balances_nobody_knows_leave_the_effect_open(account: ExchangeAccount) -> None:
    review = reviewed(account)

    assert review.paid.after is None
    assert not review.lacks_balance


def test_a_market_that_is_gone_has_no_review(
    account: ExchangeAccount, live_bitcoin: Instrument
) -> None:
    order = draft(account)
    Instrument.objects.update(is_listed=False)

    assert review_of(order) is None
