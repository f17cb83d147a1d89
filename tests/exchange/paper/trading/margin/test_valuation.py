from __future__ import annotations

import pytest

from exchange.paper.engine import Engine
from exchange.paper.market.markets import catalogue
from exchange.paper.numbers import UNIT, parse_units, plain_text, quotient
from exchange.paper.refusals import Refusal
from exchange.paper.trading.accounts import DEPOSIT
from exchange.paper.trading.margin.valuation import MarginSymbol
from exchange.paper.trading.orders import CLOSE, REDUCE_ONLY, Kind
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.few import FEW_MARKETS
from tests.exchange.paper.tickets import SYMBOL, check_laws, place, totals
from tests.exchange.paper.trading.test_execution import best, last

# A new trader has 5 000 USD on margin, and BTC may be carried at a fifth of its value.
MARKET, LIMIT = Kind.MARGIN_MARKET, Kind.MARGIN_LIMIT


def position(engine: Engine, who: str = "ann") -> int:
    return engine.desk.positions.amount(who, SYMBOL)


def margin_wallet(engine: Engine, who: str = "ann") -> int:
    return engine.desk.account(who).wallet("USD", "margin").balance


def test_buying_on_margin_opens_a_position_with_borrowed_money(engine: Engine) -> None:
    engine.desk.account("ann")
    before = totals(engine)
    order = place(engine, "0.3", kind=MARKET)
    (held,) = engine.desk.positions.of("ann")
    (fill,) = {fill.fee_currency: fill for fill in engine.desk.fills_of("ann")}.values()
    paid = sum(fill.price * fill.amount // UNIT for fill in engine.desk.fills_of("ann"))
    fees = sum(fill.fee for fill in engine.desk.fills_of("ann"))

    assert order.status().startswith("EXECUTED @ ")
    assert (held.amount, held.cost) == (UNIT * 3 // 10, paid)
    assert held.base_price == quotient(paid, UNIT * 3 // 10)
    assert fill.fee_currency == "USD"
    assert margin_wallet(engine) == parse_units("5000") - fees
    assert engine.desk.account("ann").wallet("USD").balance == parse_units("50000")
    assert totals(engine) == before
    check_laws(engine)


def test_closing_brings_the_profit_into_the_margin_wallet(engine: Engine) -> None:
    place(engine, "0.1", kind=MARKET)
    (held,) = engine.desk.positions.of("ann")
    engine.move_price(SYMBOL, (last(engine) + 1_000) * UNIT)
    before = margin_wallet(engine)
    place(engine, "-0.1", kind=MARKET)
    told = [e.text for e in engine.desk.money_ledger.entries("ann") if e.category == 22]
    fees = sum(fill.fee for fill in engine.desk.fills_of("ann") if fill.amount < 0)

    assert engine.desk.positions.of("ann") == []
    assert margin_wallet(engine) == before + held.profit - fees
    assert 90 * UNIT < held.profit < 110 * UNIT
    assert told[-1].startswith(f"Position #{held.id} closed @ ")
    check_laws(engine)


def test_two_traders_on_margin_may_meet(engine: Engine) -> None:
    ask = best(engine, is_buy=False)
    place(engine, "-0.1", f"{ask - 1}", kind=LIMIT, who="bob")
    place(engine, "0.1", f"{ask - 1}", kind=LIMIT)

    assert (position(engine), position(engine, "bob")) == (UNIT // 10, -UNIT // 10)
    check_laws(engine)


def test_more_than_the_margin_carries_is_refused(engine: Engine) -> None:
    with pytest.raises(Refusal, match="not enough tradable balance for 0.5 BTCUSD at "):
        place(engine, "0.5", kind=MARKET)
    place(engine, "0.4", kind=MARKET)
    with pytest.raises(Refusal, match="not enough tradable balance"):
        place(engine, "0.1", "50000", kind=LIMIT)

    assert position(engine) == parse_units("0.4")


def test_waiting_orders_need_margin_too(engine: Engine) -> None:
    place(engine, "0.4", "50000", kind=LIMIT)

    with pytest.raises(Refusal, match="not enough tradable balance"):
        place(engine, "0.1", kind=MARKET)


def test_what_makes_a_position_smaller_needs_no_margin(engine: Engine) -> None:
    place(engine, "0.4", kind=MARKET)
    order = place(engine, "-0.4", "90000", kind=LIMIT)

    assert order.is_open


def test_a_market_that_nobody_lends_for_is_refused(clock: Clock) -> None:
    market = next(market for market in catalogue() if market.initial_margin is None)
    engine = Engine(seed=1, clock=clock, listed=[market])

    with pytest.raises(Refusal, match=f"{market.shown} is not traded on margin"):
        place(engine, plain_text(market.minimum), kind=MARKET, symbol=market.symbol)


def test_the_figures_of_an_account_agree(engine: Engine) -> None:
    place(engine, "0.3", kind=MARKET)
    (held,) = engine.desk.positions.of("ann")
    base, view = engine.desk.margin.base("ann"), engine.desk.margin.view(held)
    value = UNIT * 3 // 10 * engine.markets[SYMBOL].middle // UNIT

    assert base.balance == margin_wallet(engine)
    assert (base.profit, base.swaps) == (view.profit, 0)
    assert base.net == base.balance + base.profit
    assert abs(base.required - value // 10) <= 1
    assert view.profit == value - held.cost
    assert abs(float(view.leverage) - value / base.net) < 1e-9


@pytest.mark.parametrize("amount", ["0.3", "-0.3"])
def test_liquidation_comes_at_the_price_that_was_told(engine: Engine, amount: str) -> None:
    place(engine, amount, kind=MARKET)
    (held,) = engine.desk.positions.of("ann")
    price = engine.desk.margin.view(held).liquidation_price
    away = 20 if amount.startswith("-") else -20
    assert price is not None
    engine.move_price(SYMBOL, (price // UNIT - away) * UNIT)
    engine.desk.tick()
    before = position(engine)
    engine.move_price(SYMBOL, (price // UNIT + away) * UNIT)
    engine.desk.tick()

    assert before == parse_units(amount)
    assert position(engine) == 0
    assert engine.desk.past_orders("ann")[-1].status().startswith("FORCED EXECUTED @ ")
    assert margin_wallet(engine) > 0
    check_laws(engine)


def test_a_loss_beyond_all_money_is_borne_by_the_lenders(engine: Engine) -> None:
    engine.desk.account("ann")
    before = totals(engine)
    place(engine, "0.3", kind=MARKET)
    waiting = place(engine, "0.01", "30000", kind=LIMIT)
    engine.move_price(SYMBOL, 40_000 * UNIT)
    engine.desk.tick()

    assert (position(engine), margin_wallet(engine)) == (0, 0)
    assert waiting.status() == "CANCELED"
    assert engine.desk.money_ledger.entries("ann")[-1].text == "Settlement"
    assert totals(engine) == before
    check_laws(engine)


def test_other_coins_count_as_margin(engine: Engine) -> None:
    for who, sign in (("ann", 1), ("house", -1)):
        engine.desk.book(who, "margin", "ETH", sign * 2 * UNIT, category=DEPOSIT, text="Transfer")
    place(engine, "0.7", kind=MARKET)

    assert position(engine) == parse_units("0.7")


def test_reduce_only_never_turns_a_position_round(engine: Engine) -> None:
    place(engine, "0.3", kind=MARKET)
    more = place(engine, "0.1", "50000", kind=LIMIT, flags=REDUCE_ONLY)
    beyond = place(engine, "-0.4", "90000", kind=LIMIT, flags=REDUCE_ONLY)
    fits = place(engine, "-0.2", "90000", kind=LIMIT, flags=REDUCE_ONLY)
    together = place(engine, "-0.2", "90000", kind=LIMIT, flags=REDUCE_ONLY)

    assert more.status() == "RSN_POS_REDUCE_INCR"
    assert beyond.status() == together.status() == "RSN_POS_REDUCE_FLIP"
    assert fits.is_open


def test_reduce_only_ends_with_what_it_was_to_reduce(engine: Engine) -> None:
    place(engine, "0.3", kind=MARKET)
    first = place(engine, "-0.1", "90000", kind=LIMIT, flags=REDUCE_ONLY)
    second = place(engine, "-0.2", "90000", kind=LIMIT, flags=REDUCE_ONLY)
    place(engine, "-0.1", kind=MARKET)
    statuses = first.status(), second.status()
    place(engine, "-0.2", kind=MARKET)

    assert statuses == ("ACTIVE", "RSN_POS_REDUCE_FLIP")
    assert first.status().startswith("RSN_POS_REDUCE_")
    check_laws(engine)


def test_one_buyer_meets_only_as_much_as_may_be_reduced(engine: Engine) -> None:
    ask = best(engine, is_buy=False)
    place(engine, "0.3", kind=MARKET)
    plain = place(engine, "-0.2", f"{ask - 2}", kind=LIMIT)
    reducing = place(engine, "-0.3", f"{ask - 1}", kind=LIMIT, flags=REDUCE_ONLY)
    engine.bots_trade(SYMBOL, is_buy=True, amount=UNIT, limit=(ask - 1) * UNIT)

    assert plain.ending == "EXECUTED"
    assert reducing.status() == "RSN_POS_REDUCE_FLIP"
    assert position(engine) == parse_units("0.1")
    check_laws(engine)


def test_a_closing_order_is_as_big_as_the_position(engine: Engine) -> None:
    place(engine, "0.3", kind=MARKET)
    waiting = place(engine, "-0.001", "90000", kind=LIMIT, flags=CLOSE)
    status = waiting.status()
    engine.cancel(waiting)
    order = place(engine, "-0.001", kind=MARKET, flags=CLOSE)

    assert status == "ACTIVE (note:POSCLOSE)"
    assert waiting.status() == "CANCELED was: ACTIVE (note:POSCLOSE)"
    assert order.amount == -parse_units("0.3")
    assert order.status().startswith("EXECUTED @ ")
    assert position(engine) == 0


def test_there_is_nothing_to_close_without_a_position(engine: Engine) -> None:
    order = place(engine, "-0.001", kind=MARKET, flags=CLOSE)

    assert order.status() == "RSN_POS_NOTFOUND was: ACTIVE (note:POSCLOSE)"


def test_a_stop_that_the_margin_no_longer_carries_ends(engine: Engine) -> None:
    start = last(engine)
    order = place(engine, "0.35", f"{start + 100}", kind=Kind.MARGIN_STOP)
    wallet = engine.desk.account("ann").wallet("USD", "margin")
    for who, sign in (("ann", -1), ("house", 1)):
        amount = sign * wallet.balance // 2 if who == "ann" else sign * wallet.balance
        engine.desk.book(who, "margin", "USD", amount, category=DEPOSIT, text="Transfer")
    engine.move_price(SYMBOL, (start + 300) * UNIT)
    engine.bots_trade(SYMBOL, is_buy=True, amount=1_000, limit=None)

    assert order.status() == "INSUFFICIENT MARGIN was: ACTIVE"
    assert position(engine) == 0


def test_what_may_be_traded_is_what_is_accepted(engine: Engine) -> None:
    may = engine.desk.margin.symbol("ann", SYMBOL)
    rate = 1 - 1e-6

    assert may.tradable == may.gross == parse_units("25000")
    with pytest.raises(Refusal, match="tradable"):
        place(engine, f"{may.buy / UNIT + 1e-4:.6f}", "50000", kind=LIMIT)
    assert place(engine, f"{may.buy / UNIT * rate - 1e-6:.6f}", "50000", kind=LIMIT).is_open
    assert engine.desk.margin.symbol("ann", SYMBOL).buy < 10**4


def test_where_nobody_lends_nothing_may_be_traded_on_margin(clock: Clock) -> None:
    market = next(market for market in catalogue() if market.initial_margin is None)
    engine = Engine(seed=1, clock=clock, listed=[market])

    assert engine.desk.margin.symbol("ann", market.symbol) == MarginSymbol(0, 0, 0, 0)


def test_where_nothing_tells_a_quote_s_worth_there_is_no_price_of_liquidation(
    clock: Clock,
) -> None:
    views = []
    for symbols in ({"tETHBTC", "tBTCUSD"}, {"tETHBTC"}):
        listed = [market for market in FEW_MARKETS if market.symbol in symbols]
        engine = Engine(seed=1, clock=clock, listed=listed)
        place(engine, "-1", kind=MARKET, symbol="tETHBTC")
        (short,) = engine.desk.positions.of("ann")
        views.append(engine.desk.margin.view(short))

    assert views[0].liquidation_price is not None
    assert views[1].liquidation_price is None


def test_what_only_reduces_a_position_ends_when_that_is_closed_at_once(engine: Engine) -> None:
    place(engine, "0.0001", kind=MARKET)
    waiting = place(engine, "-0.0001", "90000", kind=LIMIT, flags=REDUCE_ONLY)
    place(engine, "-0.0001", kind=MARKET)

    assert position(engine) == 0
    assert waiting.status() == "RSN_POS_REDUCE_INCR"
