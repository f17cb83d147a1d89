"""Every order type, as its owner meets it."""

from __future__ import annotations

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT, parse_units
from exchange.paper.refusals import Refusal
from exchange.paper.trading.orders import (
    HIDDEN,
    ONE_CANCELS_OTHER,
    POST_ONLY,
    Kind,
    Order,
    Ticket,
)
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.tickets import SYMBOL, check_laws, place


def best(engine: Engine, *, is_buy: bool) -> int:
    found = engine.markets[SYMBOL].book.side(is_buy=is_buy).best()
    assert found is not None
    return found // UNIT


def last(engine: Engine) -> int:
    return engine.markets[SYMBOL].day.last // UNIT


def available(engine: Engine, currency: str, who: str = "ann") -> int:
    return engine.desk.account(who).wallet(currency).available


def pair(engine: Engine, amount: str, price: int, stop: int, **members: int) -> list[Order]:
    ticket = Ticket(
        market=engine.markets[SYMBOL].market,
        kind=Kind.LIMIT,
        amount=parse_units(amount),
        price=price * UNIT,
        oco_stop=stop * UNIT,
        flags=ONE_CANCELS_OTHER | members.pop("flags", 0),
        **members,
    )
    return engine.submit("ann", ticket)


def test_a_stop_sells_at_market_once_its_price_was_traded(engine: Engine) -> None:
    order = place(engine, "-0.1", f"{last(engine) - 500}", kind=Kind.STOP)
    engine.move_price(SYMBOL, (last(engine) - 100) * UNIT)
    still = (order.status(), str(order.kind))
    engine.move_price(SYMBOL, (order.price // UNIT - 50) * UNIT)
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=None)

    assert still == ("ACTIVE", "EXCHANGE STOP")
    assert order.status().startswith("EXECUTED @ ")
    assert (str(order.kind), str(order.previous_kind)) == ("EXCHANGE MARKET", "EXCHANGE STOP")
    assert available(engine, "BTC") == parse_units("0.4")
    check_laws(engine)


def test_a_waiting_stop_is_in_no_book(engine: Engine) -> None:
    live = engine.markets[SYMBOL]
    before = live.book.version
    place(engine, "-0.1", f"{last(engine) - 500}", kind=Kind.STOP)

    assert live.book.version == before
    assert available(engine, "BTC") == parse_units("0.4")


def test_a_stop_whose_price_is_there_already_goes_off_at_once(engine: Engine) -> None:
    order = place(engine, "0.1", f"{last(engine) - 1}", kind=Kind.STOP)

    assert order.status().startswith("EXECUTED @ ")


def test_a_buying_stop_pays_no_more_than_there_is(engine: Engine) -> None:
    price = last(engine) + 200
    order = place(engine, "0.8", f"{price}", kind=Kind.STOP)
    engine.move_price(SYMBOL, 90_000 * UNIT)
    engine.bots_trade(SYMBOL, is_buy=True, amount=1_000, limit=None)

    assert order.status().startswith("INSUFFICIENT BALANCE (G1) was: PARTIALLY FILLED @ ")
    assert order.executed > parse_units("0.5")
    assert 0 <= available(engine, "USD") < 91_000
    check_laws(engine)


def test_a_stop_limit_waits_in_the_book_after_its_price_came(engine: Engine) -> None:
    trigger = last(engine) - 500
    order = place(
        engine,
        "-0.1",
        f"{trigger}",
        kind=Kind.STOP_LIMIT,
        auxiliary=(trigger + 400) * UNIT,
    )
    engine.move_price(SYMBOL, (trigger - 20) * UNIT)
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=None)

    assert order.is_open
    assert (str(order.kind), str(order.previous_kind)) == ("EXCHANGE LIMIT", "EXCHANGE STOP LIMIT")
    assert order.price == (trigger + 400) * UNIT
    engine.move_price(SYMBOL, (trigger + 450) * UNIT)
    assert order.status() == f"EXECUTED @ {trigger + 400}(-0.1)"


def test_a_buying_stop_limit_holds_its_limit_back(engine: Engine) -> None:
    place(engine, "0.1", "70000", kind=Kind.STOP_LIMIT, auxiliary=71_000 * UNIT)

    assert available(engine, "USD") == parse_units("42900")


def test_a_trailing_stop_follows_the_market_and_never_goes_back(engine: Engine) -> None:
    start = last(engine)
    order = place(engine, "-0.1", kind=Kind.TRAILING_STOP, trailing=300 * UNIT)
    first = order.price
    engine.move_price(SYMBOL, (start + 1_000) * UNIT)
    engine.bots_trade(SYMBOL, is_buy=True, amount=1_000, limit=None)
    raised = order.price
    engine.move_price(SYMBOL, (start + 800) * UNIT)
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=None)

    assert abs(first - (start - 300) * UNIT) <= UNIT
    assert abs(raised - (start + 700) * UNIT) < 30 * UNIT
    assert order.price == raised
    assert order.is_open
    engine.move_price(SYMBOL, (start + 600) * UNIT)
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=None)
    assert order.status().startswith("EXECUTED @ ")
    assert str(order.previous_kind) == "EXCHANGE TRAILING STOP"
    check_laws(engine)


def test_stops_go_off_nearest_first(engine: Engine) -> None:
    start = last(engine)
    far = place(engine, "-0.1", f"{start - 300}", kind=Kind.STOP)
    near = place(engine, "-0.1", f"{start - 200}", kind=Kind.STOP)
    engine.move_price(SYMBOL, (start - 1_000) * UNIT)
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=None)
    fills = engine.desk.fills_of("ann")

    assert [fills[0].order_id, fills[-1].order_id] == [near.id, far.id]


def test_a_stop_can_set_off_another(engine: Engine) -> None:
    start = last(engine)
    depth = engine.markets[SYMBOL].book
    found, _ = depth.available(is_buy=False, amount=10**12, limit=(start - 60) * UNIT)
    engine.desk.account("ann").wallet("BTC").balance += 2 * found
    place(engine, f"-{(found + 1) / UNIT:.8f}", f"{start}", kind=Kind.STOP)
    second = place(engine, "-0.1", f"{start - 50}", kind=Kind.STOP)

    assert second.status().startswith("EXECUTED @ ")


def test_of_a_pair_the_one_that_trades_cancels_the_other(engine: Engine) -> None:
    limit, stop = pair(engine, "-0.2", last(engine) + 300, last(engine) - 300)
    held = available(engine, "BTC")
    engine.move_price(SYMBOL, limit.price + 10 * UNIT)

    assert held == parse_units("0.3")
    assert limit.status().startswith("EXECUTED @ ")
    assert (stop.status(), str(stop.kind), stop.placed_by) == (
        "CANCELED",
        "EXCHANGE STOP",
        limit.id,
    )
    check_laws(engine)


def test_of_a_pair_the_stop_cancels_the_limit(engine: Engine) -> None:
    limit, stop = pair(engine, "-0.2", last(engine) + 300, last(engine) - 300)
    engine.move_price(SYMBOL, stop.price - 100 * UNIT)
    engine.bots_trade(SYMBOL, is_buy=False, amount=1_000, limit=None)

    assert limit.status() == "CANCELED"
    assert stop.status().startswith("EXECUTED @ ")
    assert available(engine, "BTC") == parse_units("0.3")
    check_laws(engine)


def test_a_buying_pair_holds_back_the_dearer_of_both(engine: Engine) -> None:
    limit, stop = pair(engine, "0.1", 50_000, 70_000)
    held = available(engine, "USD")
    engine.cancel(stop)

    assert held == parse_units("43000")
    assert limit.status() == stop.status() == "CANCELED"
    assert available(engine, "USD") == parse_units("50000")


def test_a_part_of_one_cancels_the_whole_other(engine: Engine) -> None:
    ask = best(engine, is_buy=False)
    limit, stop = pair(engine, "-0.2", ask - 1, ask - 400)
    engine.bots_trade(SYMBOL, is_buy=True, amount=parse_units("0.05"), limit=(ask - 1) * UNIT)

    assert limit.status() == f"PARTIALLY FILLED @ {ask - 1}(-0.05)"
    assert stop.status() == "CANCELED"
    assert available(engine, "BTC") == parse_units("0.3")
    check_laws(engine)


def test_a_hidden_order_trades_unseen_and_pays_as_a_taker(engine: Engine) -> None:
    ask = best(engine, is_buy=False)
    order = place(engine, "-0.1", f"{ask - 1}", flags=HIDDEN)
    seen = best(engine, is_buy=False)
    engine.bots_trade(SYMBOL, is_buy=True, amount=parse_units("0.1"), limit=(ask - 1) * UNIT)
    (fill,) = engine.desk.fills_of("ann")

    assert seen == ask
    assert order.ending == "EXECUTED"
    assert fill.is_maker
    assert fill.fee == (ask - 1) * parse_units("0.1") // 500


def test_a_hidden_order_shows_itself_when_hit_if_it_wants_to(engine: Engine) -> None:
    ask = best(engine, is_buy=False)
    order = place(engine, "-0.1", f"{ask - 1}", flags=HIDDEN, meta={"make_visible": 1})
    engine.bots_trade(SYMBOL, is_buy=True, amount=parse_units("0.04"), limit=(ask - 1) * UNIT)

    assert engine.markets[SYMBOL].book.asks.at((ask - 1) * UNIT) == (1, parse_units("0.06"))
    assert order.flags == 0
    check_laws(engine)


def test_f47_an_order_may_refuse_to_meet_its_owner(engine: Engine) -> None:
    ask = best(engine, is_buy=False)
    waiting = place(engine, "-0.1", f"{ask - 1}")
    taking = place(engine, "0.2", f"{ask}", meta={"protect_selfmatch": 1})

    assert (waiting.status(), taking.status()) == ("ACTIVE", "CANCELED")
    assert not engine.desk.fills_of("ann")
    check_laws(engine)


def test_an_order_expires_when_its_time_is_over(engine: Engine, clock: Clock) -> None:
    order = place(engine, "0.1", "50000", tif_ms=clock.ms + 1_000)
    engine.step()
    before = order.is_open
    clock.ms += 1_000
    engine.step()

    assert before
    assert order.status() == "CANCELED"
    assert available(engine, "USD") == parse_units("50000")


def test_a_pair_expires_together(engine: Engine, clock: Clock) -> None:
    orders = pair(engine, "0.1", 50_000, 70_000, tif_ms=clock.ms + 5)
    clock.ms += 5
    engine.step()

    assert [order.status() for order in orders] == ["CANCELED", "CANCELED"]


def test_a_market_order_takes_what_there_is_and_no_more(engine: Engine) -> None:
    live = engine.markets[SYMBOL]
    found, _ = live.book.available(is_buy=False, amount=10**15, limit=None)
    engine.desk.account("ann").wallet("BTC").balance += 2 * found
    order = place(engine, f"-{(found + UNIT) / UNIT:.8f}")

    assert order.executed == found
    assert order.status().startswith("CANCELED was: PARTIALLY FILLED @ ")
    assert live.book.bids.best() is None


def test_post_only_counts_hidden_orders_too(engine: Engine) -> None:
    ask = best(engine, is_buy=False)
    place(engine, "-0.1", f"{ask - 1}", who="bob", flags=HIDDEN)
    order = place(engine, "0.1", f"{ask - 1}", flags=POST_ONLY)

    assert order.status() == "POSTONLY CANCELED"


def test_a_stop_that_cannot_be_paid_is_refused(engine: Engine) -> None:
    with pytest.raises(Refusal, match="not enough exchange balance for 1 BTCUSD at 70000.0"):
        place(engine, "1", "70000", kind=Kind.STOP)

    assert engine.desk.orders == {}


def test_all_or_nothing_is_nothing_where_an_order_would_meet_its_owner(engine: Engine) -> None:
    price = f"{best(engine, is_buy=False) - 1}"
    waiting = place(engine, "-0.1", price)
    refusing = {"protect_selfmatch": 1}
    taking = place(engine, "0.1", price, kind=Kind.FILL_OR_KILL, meta=refusing)

    assert (waiting.status(), taking.status()) == ("ACTIVE", "FILLORKILL CANCELED")
    assert not engine.desk.fills_of("ann")
    check_laws(engine)
