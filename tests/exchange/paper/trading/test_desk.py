from __future__ import annotations

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT, parse_units
from exchange.paper.refusals import Refusal
from exchange.paper.trading.orders import POST_ONLY, Kind
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.tickets import SYMBOL, place, totals


def test_a_market_order_trades_at_once(engine: Engine) -> None:
    best = engine.markets[SYMBOL].book.asks.best()
    order = place(engine, "0.001")

    assert order.status().startswith("EXECUTED @ ")
    assert order.price == best
    assert engine.desk.fills_of("ann")[-1].is_maker is False


def test_a_limit_order_waits_and_holds_its_money_back(engine: Engine) -> None:
    order = place(engine, "0.1", "50000")
    wallet = engine.desk.account("ann").wallet("USD")

    assert order.is_open
    assert (wallet.balance, wallet.available) == (parse_units("50000"), parse_units("45000"))
    assert engine.desk.open_orders("ann") == [order]


def test_a_cancelled_order_gives_its_money_back(engine: Engine) -> None:
    order = place(engine, "0.1", "50000")
    engine.cancel(order)
    wallet = engine.desk.account("ann").wallet("USD")

    assert order.status() == "CANCELED"
    assert wallet.available == wallet.balance == parse_units("50000")
    assert engine.desk.open_orders("ann") == []


def test_a_waiting_order_fills_when_the_price_comes(engine: Engine) -> None:
    order = place(engine, "0.1", "60000")
    engine.move_price(SYMBOL, 59_990 * UNIT)
    account = engine.desk.account("ann")

    assert order.status() == "EXECUTED @ 60000(0.1)"
    assert account.wallet("USD").balance == parse_units("44000")
    assert account.wallet("BTC").balance == parse_units("0.5999")
    assert engine.desk.fills_of("ann")[-1].is_maker is True


def test_two_people_trade_with_each_other(engine: Engine) -> None:
    # Inside the spread, so that no bot is nearer.
    ask = engine.markets[SYMBOL].book.asks.best()
    waiting = place(engine, "-0.1", f"{(ask - UNIT) // UNIT}", who="ann")
    taking = place(engine, "0.1", f"{ask // UNIT}", who="bob")
    first, second = (engine.desk.fills_of(who)[-1] for who in ("ann", "bob"))

    assert waiting.ending == taking.ending == "EXECUTED"
    assert first.id == second.id
    assert first.amount == -second.amount
    assert {first.is_maker, second.is_maker} == {True, False}


def test_own_orders_may_meet(engine: Engine) -> None:
    before = totals(engine)
    ask = engine.markets[SYMBOL].book.asks.best() // UNIT
    engine.desk.account("ann")
    before = totals(engine)
    place(engine, "-0.1", f"{ask - 1}")
    place(engine, "0.1", f"{ask - 1}")

    assert totals(engine) == before
    assert engine.desk.account("ann").wallet("BTC").balance == parse_units("0.4998")


def test_post_only_never_takes(engine: Engine) -> None:
    order = place(engine, "0.1", "70000", flags=POST_ONLY)

    assert order.status() == "POSTONLY CANCELED"
    assert order.executed == 0
    assert order.meta == {"$F7": 1}
    assert engine.desk.account("ann").wallet("USD").reserved == 0


def test_post_only_may_wait(engine: Engine) -> None:
    assert place(engine, "0.1", "50000", flags=POST_ONLY).is_open


def test_an_immediate_order_leaves_nothing_behind(engine: Engine) -> None:
    before = engine.markets[SYMBOL].book.bids.best()
    order = place(engine, "0.5", f"{before // UNIT}", kind=Kind.IMMEDIATE)

    assert order.status() == "IOC CANCELED"
    assert engine.desk.open_orders("ann") == []


def test_fill_or_kill_takes_all_or_nothing(engine: Engine) -> None:
    ask = engine.markets[SYMBOL].book.asks.best() // UNIT
    killed = place(engine, "0.7", f"{ask - 1}", kind=Kind.FILL_OR_KILL)
    filled = place(engine, "0.001", f"{ask}", kind=Kind.FILL_OR_KILL)

    assert (killed.status(), killed.executed) == ("FILLORKILL CANCELED", 0)
    assert filled.ending == "EXECUTED"


@pytest.mark.parametrize(
    ("amount", "price", "words"),
    [
        ("0.00003999", "50000", "minimum size for BTC/USD is 0.00004"),
        ("2000.00000001", "1", "maximum size for BTC/USD is 2000"),
        ("1.1", "50000", "not enough exchange balance for 1.1 BTCUSD at 50000.0"),
        ("-0.6", "70000", "not enough exchange balance for -0.6 BTCUSD at 70000.0"),
        ("1.5", None, "not enough exchange balance for 1.5 BTCUSD at "),
    ],
)
def test_what_does_not_fit_is_refused(
    engine: Engine, amount: str, price: str | None, words: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        place(engine, amount, price)

    assert refusal.value.code == 10001
    assert refusal.value.reason.startswith(f"Invalid order: {words}")
    assert engine.desk.orders == {}


def test_money_held_back_cannot_be_spent_again(engine: Engine) -> None:
    place(engine, "0.8", "50000")

    with pytest.raises(Refusal, match="not enough exchange balance"):
        place(engine, "0.3", "50000")


def test_an_order_without_client_id_gets_its_time(engine: Engine, clock: Clock) -> None:
    assert place(engine, "0.1", "50000").cid == clock.ms
    assert place(engine, "0.1", "50000", cid=77).cid == 77


def test_client_ids_may_repeat(engine: Engine) -> None:
    first, second = (place(engine, "0.1", "50000", cid=77) for _ in range(2))

    assert first.id < second.id


def test_changes_are_handed_out_once(engine: Engine) -> None:
    order = place(engine, "0.001")
    changes = engine.desk.take_changes()

    assert list(changes.orders) == [order.id]
    assert {"ann", "house", "fees"} == set(changes.accounts)
    assert changes.fills == list(engine.desk.fills_of("ann"))
    assert not engine.desk.take_changes()


def test_every_fill_moves_money_three_times_and_says_why(engine: Engine) -> None:
    engine.desk.account("ann")
    engine.desk.take_changes()
    order = place(engine, "0.001")
    fill, entries = engine.desk.fills_of("ann")[0], engine.desk.take_changes().entries
    wallets = engine.desk.account("ann").wallets

    assert [(entry.currency, entry.amount) for entry in entries] == [
        ("USD", -fill.price * fill.amount // UNIT),
        ("BTC", fill.amount),
        ("BTC", -fill.fee),
    ]
    assert [entry.text.split()[0] for entry in entries] == ["Exchange", "Exchange", "Trading"]
    assert {entry.meta["order_id"] for entry in entries if entry.meta} == {order.id}
    assert entries[0].balance == wallets["exchange", "USD"].balance
    assert entries[2].balance == wallets["exchange", "BTC"].balance
