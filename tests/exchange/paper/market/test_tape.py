from __future__ import annotations

from itertools import islice, pairwise

from exchange.paper.market.tape import KEPT_TRADES, Tape
from exchange.paper.market.trades import Trade
from tests.exchange.paper.clock import START_MS
from tests.exchange.paper.market.pasts import LAST_ID, chart


def tape(made: int = 0) -> Tape:
    """A tape with so many trades made since the start, one in a tenth of a second."""
    past = chart()
    found = Tape(past, next(past.trades()))
    for number in range(1, made + 1):
        trade = Trade(LAST_ID + number, START_MS + number * 100, 1, 61_000 * 10**8)
        past.add(trade)
        found.append(trade)
    return found


def test_it_is_never_empty() -> None:
    assert tape().newest == tape()[-1]
    assert len(tape()) == 1


def test_backwards_it_goes_on_into_the_past() -> None:
    found = list(islice(reversed(tape(made=5)), 300))

    assert [trade.id for trade in found[:6]] == [LAST_ID + n for n in (5, 4, 3, 2, 1)] + [
        tape()[0].id
    ]
    for later, earlier in pairwise(found):
        assert (earlier.made_ms, earlier.id) < (later.made_ms, later.id)


def test_forwards_it_tells_what_is_at_hand() -> None:
    found = list(tape(made=KEPT_TRADES + 10))

    assert len(found) == KEPT_TRADES
    assert (found[0].id, found[-1].id) == (LAST_ID + 11, LAST_ID + KEPT_TRADES + 10)


def test_what_is_no_longer_at_hand_is_made_up_within_its_minutes() -> None:
    past = tape(made=KEPT_TRADES + 1_000)
    found = list(past.trades(START_MS, oldest_first=True))

    assert len(found) == KEPT_TRADES + 1_000
    assert [trade.id for trade in found] == sorted({trade.id for trade in found})
    assert sum(trade.amount for trade in found[-KEPT_TRADES:]) == KEPT_TRADES
    assert {abs(trade.amount) for trade in found[:-KEPT_TRADES]} == {1}


def test_a_window_is_the_same_from_either_end() -> None:
    past = tape(made=50)
    window = (START_MS - 20_000, START_MS + 3_000)
    forward = list(past.trades(*window, oldest_first=True))

    assert forward == list(past.trades(*window))[::-1]
    assert forward[-1].id == LAST_ID + 30
    assert forward[0].made_ms >= window[0]
