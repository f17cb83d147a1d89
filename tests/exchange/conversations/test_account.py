"""What an account is and keeps, as our client reads it from the paper exchange."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from exchange.errors import InvalidRequest
from exchange.models.account import Alert
from exchange.models.wallets import WalletType
from exchange.new_order import NewOrder
from exchange.paper import PaperExchange
from exchange.rest_v2 import RestV2


def buy(v2: RestV2, amount: str) -> None:
    v2.submit_order(NewOrder(symbol="tBTCUSD", type="EXCHANGE MARKET", amount=Decimal(amount)))


def is_recent(moment: datetime) -> bool:
    return timedelta(0) <= datetime.now(UTC) - moment < timedelta(minutes=10)


def test_a_new_account_owns_what_everybody_starts_with(v2: RestV2) -> None:
    wallets = {(wallet.type, wallet.currency): wallet for wallet in v2.wallets()}
    dollars = wallets[WalletType.EXCHANGE, "USD"]

    assert (dollars.balance, dollars.available) == (50_000, 50_000)
    assert dollars.last_change == "Deposit (PAPER)"
    assert wallets[WalletType.MARGIN, "USD"].balance == 5_000
    assert wallets[WalletType.FUNDING, "USD"].balance == 2_500


def test_the_user_trades_on_paper(v2: RestV2) -> None:
    user = v2.user_info()

    assert user.is_paper
    assert user.is_verified
    assert user.username == f"paper{user.id}"
    assert user.two_factor_modes == ()
    assert is_recent(user.created)


def test_there_is_one_sign_in(v2: RestV2) -> None:
    user, (login,) = v2.user_info(), v2.logins(limit=5)

    assert (login.time, login.address) == (user.created, "127.0.0.1")
    assert v2.logins(start_ms=int(user.created.timestamp() * 1000) + 1000) == []


def test_a_key_learns_what_it_may_do(v2: RestV2) -> None:
    permissions = {permission.scope: permission for permission in v2.permissions()}

    assert permissions["withdraw"].write
    assert permissions["wallets"].read


def test_the_summary_counts_what_was_traded(v2: RestV2) -> None:
    before = v2.summary()
    buy(v2, "0.1")
    after = v2.summary()
    paid = sum(fill.fee or 0 for fill in v2.fills())

    assert before.fees == after.fees == v2.fee_summary()
    assert (after.fees.maker, after.fees.taker) == (Decimal("0.001"), Decimal("0.002"))
    assert before.volumes == {"Total (USD)": 0}
    assert after.volumes["BTC"] == Decimal("0.1")
    assert after.volumes["Total (USD)"] > 1_000
    assert before.fees_paid == {}
    assert after.fees_paid == {"BTC": -paid}
    assert after.fees_paid_total > before.fees_paid_total == 0


def test_a_trade_is_in_the_ledger_with_its_fee(v2: RestV2) -> None:
    buy(v2, "0.1")
    fills = v2.fills()
    fees = v2.ledgers("BTC", category=201)
    cost = sum(entry.amount for entry in v2.ledgers("USD", category=5, limit=2_500))
    balances = {(str(w.type), w.currency): w.balance for w in v2.wallets()}

    assert sum(entry.amount for entry in fees) == sum(fill.fee or 0 for fill in fills)
    assert cost == -sum(fill.amount * fill.price for fill in fills)
    assert fees[0].balance == balances["exchange", "BTC"]
    assert fees[0].wallet == "exchange"
    assert fees[0].description.endswith("on BFX (0.2%) on wallet exchange")
    assert is_recent(fees[0].time)


def test_the_whole_ledger_adds_up_to_the_wallets(v2: RestV2) -> None:
    for amount in ("0.1", "-0.05"):
        buy(v2, amount)
    sums: dict[tuple[str | None, str], Decimal] = {}
    seen = []
    for entry in v2.every_ledger_entry(progress=lambda count, oldest: seen.append(count)):
        name = entry.wallet, entry.currency
        sums[name] = sums.get(name, Decimal(0)) + entry.amount

    assert sums == {(str(w.type), w.currency): w.balance for w in v2.wallets()}
    assert seen[-1] >= 8 + 6


def test_a_ledger_ends_where_it_is_told_to(v2: RestV2) -> None:
    first = min(entry.time for entry in v2.ledgers())
    earlier = int(first.timestamp() * 1000) - 1_000

    assert v2.ledgers(end_ms=earlier) == []
    assert len(v2.ledgers("USD", start_ms=earlier, limit=2)) == 2
    with pytest.raises(InvalidRequest, match="limit: invalid"):
        v2.ledgers(limit=2_501)


def test_what_can_be_traded_is_what_the_wallets_allow(v2: RestV2) -> None:
    buy_at = v2.available_to_trade("tBTCUSD", "buy", Decimal(50_000))
    sell_at = v2.available_to_trade("tBTCUSD", "sell", Decimal(50_000))
    on_margin = v2.available_to_trade("tBTCUSD", "buy", Decimal(50_000), wallet="MARGIN")

    assert (buy_at, sell_at) == (1, Decimal("-0.5"))
    assert on_margin == v2.margin_symbol("tBTCUSD").buy
    assert v2.available_to_lend("fUSD") == 2_500


def test_alerts_are_set_read_and_taken_away(v2: RestV2) -> None:
    made = v2.set_alert("tETHUSD", Decimal("0.00000025"), count=7)
    listed = v2.alerts()
    was_there = v2.delete_alert("tETHUSD", Decimal("2.5E-7"))
    again = v2.delete_alert("tETHUSD", Decimal("2.5E-7"))

    assert made == Alert(
        key="price:tETHUSD:2.5e-7",
        type="price",
        symbol="tETHUSD",
        price=Decimal("2.5E-7"),
        count=7,
    )
    assert listed == [made]
    assert (was_there, again) == (True, False)
    assert v2.alerts() == []


def test_nobody_lends_or_borrows(v2: RestV2) -> None:
    info = v2.funding_info("fUSD")

    assert info.symbol == "fUSD"
    assert info.yield_loan == info.yield_lend == info.duration_loan == info.duration_lend == 0
    for symbol in (None, "fUSD"):
        assert v2.funding_offers(symbol) == v2.funding_offer_history(symbol, limit=500) == []
        assert v2.funding_loans(symbol) == v2.funding_loan_history(symbol, limit=500) == []
        assert v2.funding_credits(symbol) == v2.funding_credit_history(symbol, limit=500) == []
        assert v2.funding_fills(symbol, limit=1_000) == []
    with pytest.raises(InvalidRequest, match="limit: invalid"):
        v2.funding_offer_history(limit=501)


def test_a_position_on_margin_is_read_from_its_opening_to_its_end(
    market_place: PaperExchange, v2: RestV2
) -> None:
    bid, ask = market_place.best_prices("tLTCUSD")

    def trade(amount: str, price: Decimal) -> None:
        order = NewOrder(symbol="tLTCUSD", type="LIMIT", amount=Decimal(amount), price=price)
        v2.submit_order(order)

    nothing = v2.margin_base()
    trade("1", ask)
    (position,) = v2.positions()
    base, symbol = v2.margin_base(), v2.margin_symbol("tLTCUSD")
    every = {one.symbol: one for one in v2.margin_symbols()}
    trade("-1", bid)

    assert every["tLTCUSD"] == symbol
    assert v2.positions() == []
    assert (nothing.balance, nothing.net, nothing.minimum) == (5_000, 5_000, 0)
    assert (position.symbol, position.status, position.amount) == ("tLTCUSD", "ACTIVE", 1)
    assert position.base_price == ask
    assert position.profit is not None
    assert position.profit < 0
    assert not position.is_derivative
    assert base.profit == position.profit
    assert base.net == base.balance + base.profit
    assert base.minimum is not None
    assert base.minimum > 0
    assert symbol.buy is not None
    assert symbol.sell is not None
    assert symbol.sell > symbol.buy > 0
    (closed,) = v2.position_history()
    assert (closed.id, closed.status, closed.amount) == (position.id, "CLOSED", 0)
    assert v2.position_audit([position.id]) == [closed]
    assert v2.position_audit([1]) == []
    assert v2.position_snapshots(limit=500) == []
