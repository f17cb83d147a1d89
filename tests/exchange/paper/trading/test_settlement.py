from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exchange.paper.market.markets import catalogue
from exchange.paper.numbers import UNIT, parse_units
from exchange.paper.trading.accounts import Account, starting_account
from exchange.paper.trading.orders import HIDDEN, Kind, Order
from exchange.paper.trading.settlement import (
    MAKER_FEE_MILLIONTHS,
    TAKER_FEE_MILLIONTHS,
    Match,
    Part,
    fee_of,
    held_back,
    hold,
    paid_wallet,
    settle,
    settle_house,
)


def order(amount: int, price: int, account: str = "ann") -> Order:
    return Order(
        id=7,
        account=account,
        market=catalogue()[0],
        kind=Kind.LIMIT,
        amount=amount,
        price=price,
        cid=5,
        created_ms=1,
        updated_ms=1,
        remaining=abs(amount),
    )


def part(order: Order, amount: str, *, is_maker: bool) -> Part:
    return Part(Match(1, 9, 60_000 * UNIT, parse_units(amount)), order, 8, is_maker=is_maker)


def test_a_purchase_pays_its_fee_in_what_it_bought() -> None:
    ann, fees = starting_account("ann", 1), Account("fees")
    bought = order(parse_units("0.1"), 60_000 * UNIT)
    fill = settle(part(bought, "0.1", is_maker=False), ann, fees)

    assert ann.wallet("USD").balance == parse_units("44000")
    assert ann.wallet("BTC").balance == parse_units("0.5998")
    assert fees.wallet("BTC").balance == parse_units("0.0002")
    assert (fill.fee, fill.fee_currency, fill.is_maker) == (parse_units("0.0002"), "BTC", False)


def test_a_sale_pays_its_fee_in_what_it_earned() -> None:
    ann, fees = starting_account("ann", 1), Account("fees")
    sold = order(-parse_units("0.1"), 60_000 * UNIT)
    fill = settle(part(sold, "0.1", is_maker=True), ann, fees)

    assert ann.wallet("USD").balance == parse_units("55994")
    assert ann.wallet("BTC").balance == parse_units("0.4")
    assert (fill.fee, fill.fee_currency, fill.amount) == (
        parse_units("6"),
        "USD",
        -parse_units("0.1"),
    )


def test_wallets_tell_what_last_changed_them() -> None:
    ann = starting_account("ann", 1)
    bought = order(parse_units("0.1"), 60_000 * UNIT)
    settle(part(bought, "0.1", is_maker=False), ann, Account("fees"))

    assert ann.wallet("USD").last_change == "Exchange 6000.0 USD for BTC @ 60000.0"
    assert (
        ann.wallet("BTC").last_change == "Trading fees for 0.1 BTC (BTCUSD) @ 60000.0 on BFX (0.2%)"
    )
    assert ann.wallet("USD").meta == {
        "reason": "TRADE",
        "order_id": 7,
        "order_id_oppo": 8,
        "trade_price": "60000",
        "trade_amount": "0.1",
        "order_cid": 5,
        "order_gid": None,
    }


units = st.integers(1, 10**13)


@given(units, units)
def test_both_sides_of_a_trade_add_up_to_nothing(price: int, amount: int) -> None:
    ann, house, fees = Account("ann"), Account("house"), Account("fees")
    sold = order(-amount, price)
    match = Match(1, 9, price, amount)
    settle(Part(match, sold, 8, is_maker=True), ann, fees)
    settle_house(match, sold, house)

    for currency in ("BTC", "USD"):
        wallets = [account.wallet(currency).balance for account in (ann, house, fees)]
        assert sum(wallets) == 0


@given(units, units, st.lists(units, min_size=1, max_size=5))
def test_what_is_held_back_always_covers_the_rest(price: int, amount: int, parts: list) -> None:
    made = order(amount, price)
    held = held_back(made)
    for part in parts:
        part = min(part, made.remaining)
        held -= price * part // UNIT
        made.record_fill(price, part, 2)

        assert held >= held_back(made) >= 0


def test_holding_back_moves_only_the_difference() -> None:
    ann = starting_account("ann", 1)
    made = order(parse_units("0.1"), 60_000 * UNIT)
    hold(ann, made, held_back(made))
    hold(ann, made, 5)

    assert paid_wallet(ann, made).reserved == 5
    assert made.reserved == 5


def test_fees_are_rounded_half_up_to_a_unit() -> None:
    assert fee_of(249, TAKER_FEE_MILLIONTHS) == 0
    assert fee_of(250, TAKER_FEE_MILLIONTHS) == 1
    assert fee_of(10**9, MAKER_FEE_MILLIONTHS) == 10**6


def test_a_hidden_order_pays_like_a_taker() -> None:
    hidden = order(-UNIT, 100 * UNIT)
    hidden.flags = HIDDEN
    fill = settle(part(hidden, "1", is_maker=True), starting_account("ann", 1), Account("fees"))

    assert fill.is_maker
    assert fill.fee == fee_of(60_000 * UNIT, TAKER_FEE_MILLIONTHS)


def test_what_an_order_holds_back_depends_on_its_type() -> None:
    limit, stop = order(UNIT, 10), order(UNIT, 10)
    stop.kind, stop.auxiliary = Kind.STOP_LIMIT, 12
    pair = order(UNIT, 10)
    pair.cover = 15
    second = order(UNIT, 15)
    second.kind, second.partner = Kind.STOP, 7
    market, margin = order(UNIT, 10), order(-UNIT, 10)
    market.kind, margin.kind = Kind.MARKET, Kind.MARGIN_LIMIT

    assert [held_back(one) for one in (limit, stop, pair, second, market, margin)] == [
        10,
        12,
        15,
        0,
        0,
        0,
    ]
