"""What happens at the exchange is in the database at once, whoever did it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount
from dashboard.accounts.stream.holder import AccountStreams
from dashboard.orders import journal
from dashboard.orders.models import Fill, Order, Origin
from dashboard.orders.states import State
from dashboard.portfolio.models import Wallet
from exchange.paper import PaperExchange
from tests.dashboard.accounts.stream.conftest import Start, is_heard
from tests.product.running import until

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE_SECONDS = 5


def order_of(exchange_id: int) -> Order | None:
    return Order.objects.filter(exchange_id=exchange_id).first()


def is_in(state: State, exchange_id: int) -> bool:
    order = order_of(exchange_id)
    return order is not None and order.state == state


def test_f49_an_order_made_elsewhere_is_there_at_once_and_is_nobodys_intent(
    hearing: AccountStreams, paper: PaperExchange, paper_account_name: str
) -> None:
    made = paper.place(paper_account_name, "tBTCUSD", "0.1", "50000")
    order = until(lambda: order_of(made), "the order", AT_ONCE_SECONDS)

    assert order.state == State.OPEN
    assert order.origin != Origin.HERE
    assert order.token is None


def test_f48_an_order_that_is_cancelled_elsewhere_is_closed_at_once(
    hearing: AccountStreams, paper: PaperExchange, paper_account_name: str
) -> None:
    made = paper.place(paper_account_name, "tBTCUSD", "0.1", "50000")
    until(lambda: is_in(State.OPEN, made), "the open order", AT_ONCE_SECONDS)
    paper.cancel(made)

    assert until(lambda: is_in(State.CANCELED, made), "the cancellation", AT_ONCE_SECONDS)


def test_f42_fills_are_kept_once_and_add_up_and_get_their_fees(
    hearing: AccountStreams, paper: PaperExchange, paper_account_name: str
) -> None:
    made = paper.place(paper_account_name, "tBTCUSD", "0.3", "100000")
    until(lambda: is_in(State.FILLED, made), "the filled order", AT_ONCE_SECONDS)
    fills = Fill.objects.filter(exchange_order_id=made)
    until(lambda: fills.exists() and not fills.filter(fee=None).exists(), "the fees")

    assert sum(fill.amount for fill in fills) == Decimal("0.3")
    assert len({fill.trade_id for fill in fills}) == fills.count()


def test_f43_a_fill_that_comes_before_the_reply_settles_the_order_that_waits_for_it(
    hearing: AccountStreams,
    paper: PaperExchange,
    account: ExchangeAccount,
    paper_account_name: str,
) -> None:
    order = journal.record_draft(
        account=account,
        symbol="tBTCUSD",
        side="buy",
        type="EXCHANGE LIMIT",
        amount=Decimal("0.1"),
        price=Decimal(100000),
    )
    journal.declare_intent(order)
    journal.claim(order)
    made = paper.place(paper_account_name, "tBTCUSD", "0.1", "100000", cid=order.cid)
    until(lambda: is_in(State.FILLED, made), "the filled order", AT_ONCE_SECONDS)
    order.refresh_from_db()

    assert order.exchange_id == made
    assert order.remaining == 0
    assert Order.objects.count() == 1


def test_wallets_follow_with_what_is_available_in_them(
    hearing: AccountStreams, paper: PaperExchange, paper_account_name: str
) -> None:
    paper.place(paper_account_name, "tBTCUSD", "0.1", "50000")
    held = paper.available(paper_account_name, "USD")

    def dollars() -> Wallet:
        return Wallet.objects.get(type="exchange", currency="USD")

    assert until(lambda: dollars().available == held, "what is left", AT_ONCE_SECONDS)
    assert dollars().balance == paper.balance(paper_account_name, "USD")


def test_what_happened_while_nobody_heard_is_made_up_for(
    start: Start, paper: PaperExchange, account: ExchangeAccount, paper_account_name: str
) -> None:
    first = start()
    until(lambda: is_heard(account), "the account's stream")
    first.stop()
    made = paper.place(paper_account_name, "tBTCUSD", "0.1", "50000")
    start()

    assert until(lambda: is_in(State.OPEN, made), "the order")


def test_a_socket_that_is_cut_comes_back_by_itself(
    hearing: AccountStreams, paper: PaperExchange, paper_account_name: str
) -> None:
    cut = paper.cut_sockets(by_reset=True)
    made = paper.place(paper_account_name, "tBTCUSD", "0.1", "50000")

    assert cut == 1
    assert until(lambda: is_in(State.OPEN, made), "the order")


def test_an_older_view_never_overwrites_a_newer_one(
    hearing: AccountStreams, paper: PaperExchange, paper_account_name: str
) -> None:
    made = paper.place(paper_account_name, "tBTCUSD", "0.1", "50000")
    until(lambda: is_in(State.OPEN, made), "the open order", AT_ONCE_SECONDS)
    Order.objects.filter(exchange_id=made).update(
        exchange_updated_at=timezone.now() + timedelta(hours=1), status="as a later answer said"
    )
    paper.cut_sockets()
    following = paper.place(paper_account_name, "tBTCUSD", "0.1", "49000")
    until(lambda: is_in(State.OPEN, following), "what was told after the snapshots")

    assert Order.objects.get(exchange_id=made).status == "as a later answer said"
