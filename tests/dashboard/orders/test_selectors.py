from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.markets.models import Instrument
from dashboard.orders import selectors
from dashboard.orders.models import Order
from dashboard.orders.states import UNSETTLED, State
from tests.dashboard.orders.conftest import PROOFS, a_fill


def add_order(
    account: ExchangeAccount, number: int, state: State, symbol: str = "tBTCUSD"
) -> Order:
    return Order.objects.create(
        user=account.user,
        account=account,
        state=state,
        symbol=symbol,
        side="buy",
        type="EXCHANGE LIMIT",
        amount=Decimal(1),
        price=Decimal(1),
        cid=2**44 + number,
        exchange_id=number,
        created_at=timezone.now(),
        **PROOFS,
    )


def add_fill(account: ExchangeAccount, trade_id: int, order_id: int, fee: str | None) -> None:
    told = {"fee": None if fee is None else Decimal(fee), "fee_currency": "UST"}
    a_fill(account, trade_id, exchange_order_id=order_id, symbol="tUSTUSD", **told).save()


@pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT}))
def test_every_order_is_either_open_or_past(
    account: ExchangeAccount, owner: User, state: State
) -> None:
    add_order(account, 1, state)

    assert len(selectors.open_orders(owner)) == (state in UNSETTLED)
    assert len(selectors.past_orders(owner)) == (state not in UNSETTLED)


def test_drafts_are_nowhere(account: ExchangeAccount, owner: User) -> None:
    draft = add_order(account, 1, State.DRAFT)

    assert selectors.open_orders(owner) == selectors.past_orders(owner) == []
    assert selectors.order_of(owner, draft.pk) is None


def test_a_market_that_is_no_longer_listed_keeps_its_symbol(
    account: ExchangeAccount, owner: User
) -> None:
    add_order(account, 1, State.OPEN, symbol="tOLDUSD")

    assert selectors.open_orders(owner)[0].name == "tOLDUSD"


def test_fees_are_added_up_under_public_names(
    account: ExchangeAccount, owner: User, tether: Instrument
) -> None:
    add_order(account, 7, State.FILLED, symbol="tUSTUSD")
    add_fill(account, 1, 7, "0.1")
    add_fill(account, 2, 7, "0.2")
    add_fill(account, 3, 7, None)
    add_fill(account, 4, 8, "9")
    (row,) = selectors.past_orders(owner)

    assert row.fees == (selectors.Fee(amount=Decimal("0.3"), currency="UST", name="USDt"),)


def test_a_fill_without_an_order_of_ours_still_is_a_fill(
    account: ExchangeAccount, owner: User, tether: Instrument
) -> None:
    add_fill(account, 1, 99, "0.1")

    assert [row.name for row in selectors.fills(owner)] == ["USDt/USD"]
    assert selectors.fills(owner, symbol="tBTCUSD") == []


def test_an_order_that_never_got_to_the_exchange_has_no_fills(account: ExchangeAccount) -> None:
    order = add_order(account, 1, State.REJECTED)
    order.exchange_id = None

    assert selectors.fills_of_order(order) == []


def test_a_stranger_has_neither_orders_nor_fills(account: ExchangeAccount, stranger: User) -> None:
    order = add_order(account, 1, State.OPEN)
    add_fill(account, 1, 1, "1")

    assert selectors.open_orders(stranger) == []
    assert selectors.fills(stranger) == []
    assert selectors.order_of(stranger, order.pk) is None
    assert selectors.sync_problem(stranger) is None


def test_only_the_newest_past_orders_are_listed(account: ExchangeAccount, owner: User) -> None:
    for number in range(selectors.MOST_PAST + 3):
        add_order(account, number, State.FILLED)
    listed = selectors.past_orders(owner)

    assert len(listed) == selectors.MOST_PAST
    assert listed[0].order.exchange_id == selectors.MOST_PAST + 2


def test_a_ticket_for_no_market_has_no_figures(account: ExchangeAccount) -> None:
    assert selectors.ticket_market(account, "tXXXUSD") is None
