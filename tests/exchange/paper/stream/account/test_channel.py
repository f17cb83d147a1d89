from __future__ import annotations

from typing import Any

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.stream.framing import SEQUENCE, TIMESTAMP
from exchange.paper.trading.orders import ONE_CANCELS_OTHER, Kind, Ticket
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.stream.talking import KEY, Talk
from tests.exchange.paper.tickets import SYMBOL, place


def codes(frames: list[Any]) -> list[str]:
    return [frame[1] for frame in frames]


def told(talk: Talk) -> list[Any]:
    """Publish what has happened on the desk, and return what that brings."""
    talk.stream.commit()
    return talk.heard()


def test_snapshots_show_wallets_without_what_is_available(talk: Talk, engine: Engine) -> None:
    _, _, (_, _, wallets), *_ = talk.authenticate()

    assert ["exchange", "USD", 50_000, 0, None, None, None] in [
        [*row[:5], None, None] for row in wallets
    ]
    assert {len(row) for row in wallets} == {7}


def test_snapshots_show_open_orders_and_no_others(talk: Talk, engine: Engine) -> None:
    waiting = place(engine, "0.01", "50000")
    place(engine, "0.001")
    frames = talk.authenticate()

    (row,) = frames[3][2]
    assert frames[3][1] == "os"
    assert (row[0], row[13], len(row)) == (waiting.id, "ACTIVE", 32)


def test_an_order_that_waits_is_new_and_then_closed(ann: Talk, engine: Engine) -> None:
    order = place(engine, "0.01", "50000")
    new = told(ann)
    engine.cancel(order)
    closed = told(ann)

    assert [(frame[1], frame[2][0], frame[2][13]) for frame in new + closed] == [
        ("on", order.id, "ACTIVE"),
        ("oc", order.id, "CANCELED"),
    ]


def test_an_order_that_fills_at_once_is_never_new(ann: Talk, engine: Engine) -> None:
    order = place(engine, "0.001")
    frames = told(ann)

    assert codes(frames) == ["oc", "te", "wu", "wu", "wu"]
    assert frames[0][2][0] == order.id
    assert frames[0][2][13].startswith("EXECUTED @ ")


def test_an_order_that_fills_in_part_at_once_is_told_as_changed(ann: Talk, engine: Engine) -> None:
    best = engine.markets[SYMBOL].book.asks.best() // UNIT
    size = engine.markets[SYMBOL].book.asks.at(best * UNIT)[1]
    order = place(engine, f"{size / UNIT + 0.1:.8f}", f"{best}")
    frames = told(ann)

    assert order.is_open
    assert frames[0][1] == "ou"
    assert frames[0][2][13].startswith("PARTIALLY FILLED @ ")
    assert "on" not in codes(frames)


def test_a_waiting_order_that_fills_is_told_before_its_fills(ann: Talk, engine: Engine) -> None:
    order = place(engine, "0.01", "60000")
    told(ann)
    engine.move_price(SYMBOL, 59_000 * UNIT)
    frames = told(ann)

    assert codes(frames)[:2] == ["oc", "te"]
    assert frames[1][2][3] == order.id


def test_the_fee_comes_a_second_after_the_fill(ann: Talk, engine: Engine) -> None:
    place(engine, "0.001")
    (executed,) = [frame[2] for frame in told(ann) if frame[1] == "te"]
    early = ann.after(999)
    ((_, code, charged),) = ann.after(1)

    assert early == []
    assert code == "tu"
    assert executed[9:11] == [None, None]
    assert charged[:9] + charged[11:] == executed[:9] + executed[11:]
    assert (charged[9], charged[10]) == (-0.000002, "BTC")
    assert len(executed) == len(charged) == 12


def test_wallets_are_told_movement_by_movement(ann: Talk, engine: Engine) -> None:
    place(engine, "0.001")
    paid, received, fee = [frame[2] for frame in told(ann) if frame[1] == "wu"]

    assert (paid[1], received[1:3], fee[1:3]) == ("USD", ["BTC", 0.501], ["BTC", 0.500998])
    assert paid[4] is received[4] is fee[4] is None
    assert fee[5].startswith("Trading fees for 0.001 BTC (BTCUSD)")
    assert paid[6]["reason"] == "TRADE"


def test_all_sockets_of_an_account_hear_the_same(ann: Talk, engine: Engine) -> None:
    other = Talk(engine, ann.clock, stream=ann.stream)
    other.authenticate()
    place(engine, "0.001")
    frames = told(ann)

    assert frames
    assert other.heard() == frames


def test_another_account_hears_nothing(ann: Talk, engine: Engine) -> None:
    place(engine, "0.001", who="bob")

    assert told(ann) == []


def test_who_has_left_hears_nothing(ann: Talk, engine: Engine) -> None:
    ann.session.end()
    place(engine, "0.001")

    assert told(ann) == []


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (None, {"on", "oc", "te", "tu", "wu"}),
        ([], {"on", "oc", "te", "tu", "wu"}),
        (["trading"], {"on", "oc", "te", "tu"}),
        (["trading-tBTCUSD"], {"on", "oc", "te", "tu"}),
        (["trading-tETHUSD"], set()),
        (["wallet"], {"wu"}),
        (["wallet-exchange-BTC", 5], {"wu"}),
        (["wallet-margin", "notify"], set()),
    ],
)
def test_a_filter_lets_through_what_it_names(
    talk: Talk, engine: Engine, names: Any, kinds: set[str]
) -> None:
    talk.authenticate(filter=names)
    place(engine, "0.001")
    place(engine, "0.001", "50000")
    frames = told(talk) + talk.after(1_000)

    assert set(codes(frames)) == kinds
    if names == ["wallet-exchange-BTC", 5]:
        assert {frame[2][1] for frame in frames} == {"BTC"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["trading-tETHUSD"], {"ps": 0, "os": 0}),
        (["trading-tBTCUSD"], {"ps": 0, "os": 1}),
        (["wallet-exchange-BTC"], {"ws": 1}),
        (["funding-fUSD"], {"fos": 0, "fcs": 0, "fls": 0}),
        (["notify"], {}),
    ],
)
def test_snapshots_are_filtered_too(
    talk: Talk, engine: Engine, names: list[str], expected: dict[str, int]
) -> None:
    place(engine, "0.01", "50000")
    _, *snapshots = talk.authenticate(filter=names)

    assert {frame[1]: len(frame[2]) for frame in snapshots} == expected


def test_two_counters_run_over_the_account(talk: Talk, engine: Engine, clock: Clock) -> None:
    talk.say(event="conf", flags=SEQUENCE | TIMESTAMP)
    talk.authenticate()
    place(engine, "0.01", "50000")
    place(engine, "0.001")
    frames = told(talk)
    (heartbeat,) = [frame for frame in talk.after(15_000) if frame[1] == "hb"]

    assert [frame[3:5] for frame in frames] == [
        [7 + place, 1 + place] for place in range(len(frames))
    ]
    assert {frame[5] for frame in frames} == {clock.ms - 15_000}
    assert len(heartbeat) == 4


def test_a_narrowed_key_hears_less(ann: Talk, engine: Engine) -> None:
    ann.stream.keyring.narrow(KEY.key, {"wallets": (1, 0)})
    ann.after(100)
    place(engine, "0.001")

    assert set(codes(told(ann))) == {"wu"}


def test_orders_of_an_earlier_run_are_not_new(engine: Engine, clock: Clock) -> None:
    order = place(engine, "0.01", "50000")
    engine.desk.take_changes()
    talk = Talk(engine, clock)
    talk.authenticate()

    assert codes(talk.ask("ou", {"id": order.id, "price": "50100"})) == ["n", "ou"]


@pytest.mark.parametrize("flag", [4, None])
def test_a_dead_mans_switch_cancels_all_orders_when_the_socket_ends(
    talk: Talk, engine: Engine, flag: int | None
) -> None:
    mine, other = place(engine, "0.01", "50000"), place(engine, "0.01", "50000", who="bob")
    watching = Talk(engine, talk.clock, stream=talk.stream)
    watching.authenticate()
    talk.authenticate(dms=flag)
    talk.session.end()

    assert mine.is_open is (flag is None)
    assert other.is_open
    assert codes(watching.heard()) == ([] if flag is None else ["oc"])


def test_a_dead_mans_switch_cancels_a_pair_once(talk: Talk, engine: Engine) -> None:
    pair = engine.submit(
        "ann",
        Ticket(
            market=engine.markets[SYMBOL].market,
            kind=Kind.LIMIT,
            amount=UNIT // 100,
            price=50_000 * UNIT,
            oco_stop=70_000 * UNIT,
            flags=ONE_CANCELS_OTHER,
        ),
    )
    talk.authenticate(dms=4)
    talk.session.end()

    assert [order.status() for order in pair] == ["CANCELED", "CANCELED"]


def test_whoever_has_no_account_hears_of_none(talk: Talk, engine: Engine) -> None:
    watching = Talk(engine, talk.clock, stream=talk.stream)
    talk.stream.join("ann", watching.session)
    place(engine, "0.01", "50000")

    assert told(watching) == []
