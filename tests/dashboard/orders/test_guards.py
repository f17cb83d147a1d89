from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.live.board import board
from dashboard.live.depth import BookView, levels
from dashboard.live.quotes import Quote
from dashboard.markets.models import Instrument
from dashboard.orders import services
from dashboard.orders.guards import AGAIN, Guard, guards_of, unconfirmed
from dashboard.orders.kinds import Flag
from dashboard.orders.models import Order
from dashboard.orders.outlook import outlook_of
from dashboard.orders.sizing import available
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Review, ticket, token_in
from tests.dashboard.quotes import show

pytestmark = pytest.mark.usefixtures("live_bitcoin")


def order_with(account: ExchangeAccount, **changes: Any) -> Order:
    members: dict[str, Any] = {
        "symbol": "tBTCUSD",
        "side": "buy",
        "type": "EXCHANGE LIMIT",
        "amount": Decimal("0.1"),
        "price": Decimal(60000),
        "state": State.DRAFT,
    }
    return Order(user=account.user, account=account, **members | changes)


def found(account: ExchangeAccount, **changes: Any) -> dict[str, Guard]:
    order = order_with(account, **changes)
    instrument = Instrument.objects.get(symbol="tBTCUSD")
    held = available(order, instrument)
    return {guard.code: guard for guard in guards_of(order, instrument, outlook_of(order), held)}


def show_book(*, bid: str = "60990", ask: str = "61000", amount: str = "1") -> None:
    bids = levels([(Decimal(bid), Decimal(amount), 1)])
    asks = levels([(Decimal(ask), Decimal(amount), 1)])
    board.replace_book(BookView(symbol="tBTCUSD", at_ms=0, bids=bids, asks=asks))


def test_an_order_that_rests_near_the_market_asks_nothing(account: ExchangeAccount) -> None:
    show_book()

    assert found(account) == {}


def test_a_limit_that_crosses_the_book_asks_and_says_how_much_would_trade(
    account: ExchangeAccount,
) -> None:
    show_book(amount="0.04")
    (guard,) = found(account, price=Decimal(61001)).values()

    assert guard.code == "crosses"
    assert "would trade 0.04 BTC at once" in guard.sentence
    assert not guard.is_hard


def test_a_post_only_order_that_crosses_is_told_its_fate(account: ExchangeAccount) -> None:
    show_book()
    guards = found(account, price=Decimal(61001), flags=int(Flag.POST_ONLY))

    assert "would cancel it at once" in guards["crosses"].sentence


@pytest.mark.parametrize("type", ["EXCHANGE FOK", "EXCHANGE IOC"])
def test_an_order_that_is_meant_to_take_is_not_asked_about_it(
    account: ExchangeAccount, type: str
) -> None:
    show_book()

    assert "crosses" not in found(account, type=type, price=Decimal(61001))


@pytest.mark.parametrize(
    ("side", "price", "code", "is_hard"),
    [
        ("buy", "62200", None, None),
        ("buy", "62300", "away", False),
        ("buy", "67000", "away", False),
        ("buy", "67200", "far", True),
        ("buy", "25000", None, None),
        ("buy", "24000", "away", False),
        ("sell", "59800", None, None),
        ("sell", "59700", "away", False),
        ("sell", "54800", "far", True),
        ("sell", "97000", None, None),
        ("sell", "98000", "away", False),
    ],
)
def test_a_price_away_from_the_market_asks_the_harder_the_more_it_costs(
    account: ExchangeAccount, side: str, price: str, code: str | None, is_hard: bool | None
) -> None:
    guards = found(account, side=side, price=Decimal(price))
    guards.pop("crosses", None)

    assert list(guards) == ([] if code is None else [code])
    assert code is None or guards[code].is_hard is is_hard


def test_the_limit_of_a_stop_is_held_against_its_stop(account: ExchangeAccount) -> None:
    stop = {"type": "EXCHANGE STOP LIMIT", "side": "sell", "price": Decimal(50000)}

    assert found(account, **stop, price_aux_limit=Decimal(49900)) == {}
    assert found(account, **stop, price_aux_limit=Decimal(4990))["far"].is_hard


def test_a_market_order_that_would_move_the_market_asks(account: ExchangeAccount) -> None:
    bids = levels([(Decimal(60990), Decimal(1), 1)])
    asks = levels([(Decimal(61000), Decimal("0.01"), 1), (Decimal(70000), Decimal("0.05"), 1)])
    board.replace_book(BookView(symbol="tBTCUSD", at_ms=0, bids=bids, asks=asks))
    guards = found(account, type="EXCHANGE MARKET", price=None)

    assert guards["impact"].is_hard
    assert "holds only 0.06 BTC" in guards["beyond"].sentence


def test_more_than_half_of_the_balance_asks(funded: ExchangeAccount) -> None:
    assert "balance" not in found(funded, amount=Decimal("0.4"))
    assert (
        "51 % of your available USD" in found(funded, amount=Decimal("0.425"))["balance"].sentence
    )
    assert "balance" in found(funded, side="sell", amount=Decimal("0.3"), price=Decimal(61500))


def test_a_part_of_a_days_volume_that_moves_markets_asks(account: ExchangeAccount) -> None:
    price = Decimal(61000)
    show(Quote(symbol="tBTCUSD", last=price, bid=price, ask=price, volume=Decimal(5)))

    assert "2.0 % of all BTC traded here in a day" in found(account)["volume"].sentence


def test_thresholds_are_settings(account: ExchangeAccount, settings: Any) -> None:
    settings.GUARD_FAR_PERCENT = 1

    assert "away" in found(account)


def test_f25_the_same_order_a_moment_ago_asks_whether_again(
    account: ExchangeAccount, settings: Any
) -> None:
    now = timezone.now()
    earlier = order_with(account, state=State.INTENT, created_at=now, saved_at=now)
    earlier.save()

    assert found(account)["again"].tick == "Yes, again"
    assert "again" not in found(account, amount=Decimal("0.2"))
    assert "again" not in found(account, side="sell", price=Decimal(61500))
    Order.objects.update(saved_at=now - timedelta(seconds=settings.GUARD_AGAIN_SECONDS + 1))
    assert "again" not in found(account)


@pytest.mark.parametrize(
    ("ticks", "amount", "left"),
    [
        ([], "", ["soft", "hard"]),
        (["soft"], "", ["hard"]),
        (["soft", "hard"], "", ["hard"]),
        (["soft"], "0.2", ["hard"]),
        (["soft"], "0.1", []),
        (["soft"], " 0.10 ", []),
        ([], "0.1", ["soft"]),
        (["soft"], "1e-1", ["hard"]),
    ],
)
def test_ticks_pass_soft_guards_and_only_the_amount_passes_hard_ones(
    account: ExchangeAccount, ticks: list[str], amount: str, left: list[str]
) -> None:
    guards = [Guard(code="soft", sentence=""), Guard(code="hard", sentence="", is_hard=True)]
    missing = unconfirmed(order_with(account), guards, ticks=ticks, amount=amount)

    assert [guard.code for guard in missing] == left


# On the page


def test_a_guard_holds_the_order_until_it_is_ticked_and_is_kept_with_it(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    token = review(price="61500")
    refused = owner_client.post("/orders/place/", {"token": token})

    assert refused.status_code == 422
    assert "Nothing was sent: tick this to go on." in refused.content.decode()
    assert not paper.ledger.orders

    owner_client.post("/orders/place/", {"token": token, "confirm": "crosses"})

    assert len(paper.ledger.orders) == 1
    assert "pay for taking" in Order.objects.get().reference


def test_a_hard_guard_holds_the_order_until_the_amount_is_typed(
    owner_client: Client, review: Review, paper: PaperExchange
) -> None:
    token = review(side="sell", price="610")
    ticked = {"token": token, "confirm": ["crosses", "far"]}

    assert owner_client.post("/orders/place/", ticked).status_code == 422
    assert owner_client.post("/orders/place/", ticked | {"typed": "0.1"}).status_code == 422
    assert not paper.ledger.orders
    assert owner_client.post("/orders/place/", ticked | {"typed": "0.01"}).status_code == 303
    assert len(paper.ledger.orders) == 1


def test_f25_two_tabs_with_the_same_order_need_a_second_yes(
    owner_client: Client, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    tokens = [
        token_in(owner_client.post("/orders/new/", ticket(), follow=True).content.decode())
        for _ in range(2)
    ]
    first, second = (owner_client.post("/orders/place/", {"token": token}) for token in tokens)

    assert (first.status_code, second.status_code) == (303, 422)
    assert len(paper.ledger.orders) == 1
    assert "Yes, again" in second.content.decode()

    owner_client.post("/orders/place/", {"token": tokens[1], "confirm": "again"})

    assert len(paper.ledger.orders) == 2


def test_f25_a_repetition_that_no_review_could_see_is_held_where_presses_take_turns(
    account: ExchangeAccount, live_bitcoin: Instrument, paper: PaperExchange
) -> None:
    now = timezone.now()
    first, second = (order_with(account, created_at=now) for _ in range(2))
    first.save()
    second.save()

    assert services.place_order(first) == ""
    assert "the same order a moment ago" in services.place_order(second)
    assert len(paper.ledger.orders) == 1
    second.reference = json.dumps([AGAIN])
    assert services.place_order(second) == ""
    assert len(paper.ledger.orders) == 2
