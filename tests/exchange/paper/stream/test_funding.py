"""The public channels of funding and of perpetuals."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.paper.engine import Engine
from exchange.paper.numbers import UNIT
from exchange.paper.stream.framing import CHECKSUM
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.stream.talking import Talk


@pytest.fixture
def talk(everything: Engine, clock: Clock) -> Talk:
    return Talk(everything, clock)


def lend(engine: Engine) -> None:
    live = engine.showcase["fUSD"]
    amount = live.book.asks.at(live.book.asks.best() or 0)[1] * 3
    engine.desk.bots_take(live, is_buy=True, amount=amount, limit=None)


def test_a_currency_is_named_where_a_pair_would_be(talk: Talk) -> None:
    ack, (_, row) = talk.subscribe("ticker", "fUSD")

    assert (ack["symbol"], ack["currency"], "pair" in ack) == ("fUSD", "USD", False)
    assert len(row) == 16
    assert row[2] in range(2, 121)


def test_a_perpetual_is_a_pair_like_others(talk: Talk) -> None:
    ack, (_, row) = talk.subscribe("ticker", "tBTCF0:USTF0")

    assert (ack["pair"], len(row)) == ("BTCF0:USTF0", 11)


def test_loans_are_told_twice_under_names_of_their_own(talk: Talk, everything: Engine) -> None:
    _, (_, snapshot) = talk.subscribe("trades", "fUSD")
    lend(everything)
    first, second = talk.after(100), talk.after(100)

    assert {len(row) for row in snapshot} == {5}
    assert {frame[1] for frame in first} == {"fte"}
    assert [frame[2] for frame in second if frame[1] == "ftu"] == [frame[2] for frame in first]
    assert {len(frame[2]) for frame in first} == {5}


Told = dict[Any, list[float]]


def apply(told: Told, row: list[float], *, is_raw: bool) -> None:
    name = row[0] if is_raw else (row[0], row[1])
    is_gone = not row[2]
    if is_gone:
        assert (told.pop(name)[3] > 0) == (row[3] == 1)
    else:
        told[name] = row


@pytest.mark.parametrize("precision", ["P0", "P2", "R0"])
def test_changes_keep_a_listener_s_book_of_loans_right(
    talk: Talk, everything: Engine, precision: str
) -> None:
    _, (channel_id, snapshot) = talk.subscribe("book", "fUSD", prec=precision)
    told: Told = {}
    for row in snapshot:
        apply(told, row, is_raw=precision == "R0")
    for _ in range(20):
        for _ in range(5):
            everything.step()
        lend(everything)
        for frame in talk.after(100):
            apply(told, frame[1], is_raw=precision == "R0")
    talk.say(event="unsubscribe", chanId=channel_id)
    _, (_, fresh) = talk.subscribe("book", "fUSD", prec=precision)

    assert sorted(told.values()) == sorted(fresh)
    assert {row[3] > 0 for row in fresh} == {True, False}


def test_offers_to_lend_are_above_zero_and_cost_more_than_bids(talk: Talk) -> None:
    _, (_, rows) = talk.subscribe("book", "fUSD", prec="R0")
    offers = [row[2] for row in rows if row[3] > 0]
    bids = [row[2] for row in rows if row[3] < 0]

    assert min(offers) > max(bids)
    assert rows[0][3] < 0


def test_a_book_of_loans_has_no_checksum(talk: Talk, everything: Engine) -> None:
    talk.say(event="conf", flags=CHECKSUM)
    talk.subscribe("book", "fUSD")
    lend(everything)
    frames = talk.after(2_500)

    assert frames
    assert "cs" not in [frame[1] for frame in frames]


def test_raw_books_of_pairs_are_acknowledged_and_checked(talk: Talk, everything: Engine) -> None:
    talk.say(event="conf", flags=CHECKSUM)
    ack, (_, rows) = talk.subscribe("book", "tBTCUSD", prec="R0", len="100")
    everything.move_price("tBTCUSD", 62_000 * UNIT)
    frames = talk.after(2_500)

    assert (ack["prec"], ack["len"]) == ("R0", "100")
    assert len(rows) > 100
    assert [frame[1] for frame in frames].count("cs") == 1
