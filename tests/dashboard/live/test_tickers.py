"""Both ways of asking for tickers, against a real exchange and against one that misbehaves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from operator import attrgetter
from typing import Any

import pytest

from dashboard.live import tickers
from dashboard.live.tickers import AllTickers, Polled, Tickers, TickersInTurn
from exchange import NoAnswer, NoBudget, RateLimited, RestV1, RestV2
from exchange.paper import PaperExchange, running_paper
from tests.exchange.loopback import Server, answering, serving

BTC, ETH, SOL, DOGE = "tBTCUSD", "tETHUSD", "tSOLUSD", "tDOGE:USD"
NOTHING: frozenset[str] = frozenset()
TOLD = {
    "mid": "1.5",
    "bid": "1",
    "ask": "2",
    "last_price": "1",
    "low": "1",
    "high": "2",
    "volume": "7",
    "timestamp": "1700000000.0",
}


@pytest.fixture(scope="module")
def paper() -> Iterator[PaperExchange]:
    with running_paper(seed=5) as paper:
        paper.pause()
        yield paper


@contextmanager
def in_turn(url: str, *held: str) -> Iterator[TickersInTurn]:
    with closing(TickersInTurn(RestV1(url, budget=NoBudget()), lambda listed: held)) as source:
        yield source


@contextmanager
def in_turn_by_script(*answers: tuple[int, Any]) -> Iterator[tuple[TickersInTurn, Server]]:
    with serving(answering(*answers)) as server, in_turn(server.url) as source:
        yield source, server


def symbols(polled: Polled) -> list[str]:
    return [figures.symbol for figures in polled.figures]


def ask(source: TickersInTurn, times: int, *, watched: Collection[str] = ()) -> list[str]:
    """Poll several times, and return which symbols were told of."""
    return [
        symbol
        for _ in range(times)
        for symbol in symbols(source.poll(watched=frozenset(watched), streamed=NOTHING))
    ]


def test_v2_tells_of_all_pairs_at_once_with_the_change_of_the_day(paper: PaperExchange) -> None:
    with closing(AllTickers(RestV2(paper.rest_url, budget=NoBudget()))) as source:
        polled = source.poll(watched=NOTHING, streamed=NOTHING)

    assert {BTC, ETH, DOGE} < set(symbols(polled)) == polled.listed
    assert {figures.change is None for figures in polled.figures} == {False}


def test_v1_tells_of_one_pair_the_same_as_v2_but_for_the_change(paper: PaperExchange) -> None:
    same = attrgetter("symbol", "last", "bid", "ask", "volume", "high", "low")
    with closing(AllTickers(RestV2(paper.rest_url, budget=NoBudget()))) as source:
        polled = source.poll(watched=NOTHING, streamed=NOTHING)
        with in_turn(paper.rest_url, DOGE) as source_v1:
            polled_v1 = source_v1.poll(watched=NOTHING, streamed=NOTHING)
        after = source.poll(watched=NOTHING, streamed=NOTHING)

    (told,) = polled_v1.figures
    told_by_v2 = [
        same(figures) for figures in (*polled.figures, *after.figures) if figures.symbol == DOGE
    ]
    # Trade stands still, but a minute of the day before may fall out of the day meanwhile.
    assert same(told) in told_by_v2
    assert told.change is None
    # v1 knows no perpetuals.
    assert polled_v1.listed == {symbol for symbol in polled.listed if "F0" not in symbol}


def test_what_is_held_and_what_is_watched_take_turns(paper: PaperExchange) -> None:
    with in_turn(paper.rest_url, ETH, DOGE) as source:
        told = ask(source, 6, watched=[BTC])

    assert told[:3] == told[3:]
    assert sorted(told[:3]) == sorted([BTC, ETH, DOGE])


def test_who_joins_late_comes_next(paper: PaperExchange) -> None:
    with in_turn(paper.rest_url, ETH, DOGE) as source:
        ask(source, 5)

        assert ask(source, 1, watched=[SOL]) == [SOL]


def test_what_is_streamed_needs_no_turn(paper: PaperExchange) -> None:
    with in_turn(paper.rest_url, BTC, ETH) as source:
        polled = [source.poll(watched=NOTHING, streamed=frozenset({BTC})) for _ in range(3)]

    assert [symbols(each) for each in polled] == [[ETH]] * 3


def test_one_price_is_asked_for_though_nobody_wants_any(paper: PaperExchange) -> None:
    with in_turn(paper.rest_url) as source:
        assert ask(source, 2) == [BTC, BTC]


def test_what_is_not_listed_is_never_asked_for(paper: PaperExchange) -> None:
    asked = len(paper.ledger.requests)
    with in_turn(paper.rest_url, "tXXXUSD", ETH) as source:
        told = ask(source, 3, watched=["tNOSUCH"])

    assert told == [ETH] * 3
    paths = {each.path for each in paper.ledger.requests[asked:]}
    assert paths == {"/v1/symbols", "/v1/pubticker/ethusd"}


def test_the_list_decides_what_what_is_held_is_valued_by(paper: PaperExchange) -> None:
    seen: list[frozenset[str]] = []

    def held(listed: frozenset[str]) -> list[str]:
        seen.append(listed)
        return [ETH]

    with closing(TickersInTurn(RestV1(paper.rest_url, budget=NoBudget()), held)) as source:
        listed = source.poll(watched=NOTHING, streamed=NOTHING).listed

    assert seen == [listed]


@pytest.mark.parametrize(
    "odd",
    [
        (400, {"message": "Unknown symbol"}),
        (200, {"message": "of a new kind"}),
        (200, TOLD | {"last_price": None}),
    ],
)
def test_a_pair_without_figures_keeps_no_other_from_its_turn(odd: tuple[int, Any]) -> None:
    with in_turn_by_script((200, ["btcusd", "ethusd"]), odd, (200, TOLD)) as (source, server):
        told = ask(source, 2, watched=[BTC, ETH])

    assert told == [ETH]
    assert [each.target for each in server.requests[1:]] == [
        "/v1/pubticker/btcusd",
        "/v1/pubticker/ethusd",
    ]


def test_an_exchange_that_lists_nothing_is_asked_for_no_price() -> None:
    with in_turn_by_script((200, [])) as (source, server):
        polled = source.poll(watched=frozenset({BTC}), streamed=NOTHING)

    assert (polled.figures, polled.listed) == ((), NOTHING)
    assert [each.target for each in server.requests] == ["/v1/symbols"]


def test_without_any_list_nothing_is_told() -> None:
    with in_turn_by_script((503, b"down"), (200, ["btcusd"]), (200, TOLD)) as (source, _):
        with pytest.raises(NoAnswer):
            ask(source, 1)

        assert ask(source, 1) == [BTC]


def test_the_list_stands_where_it_cannot_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickers, "LIST_SECONDS", 0.0)
    answers = [(200, ["btcusd"]), (200, TOLD), (503, b"down"), (200, TOLD)]
    with in_turn_by_script(*answers) as (source, server):
        told = ask(source, 2)

    assert told == [BTC, BTC]
    assert [each.target for each in server.requests].count("/v1/symbols") == 2


def test_over_v1_a_list_without_a_single_pair_says_nothing_about_any() -> None:
    for listed, closed in ((["btcusd"], {}), ([], None)):
        with in_turn_by_script((200, listed), (200, TOLD)) as (source, _):
            assert source.poll(watched=NOTHING, streamed=NOTHING).closed == closed


def test_a_list_that_was_read_is_good_for_a_while() -> None:
    with in_turn_by_script((200, ["btcusd"]), (200, TOLD)) as (source, server):
        ask(source, 3)

    assert [each.target for each in server.requests].count("/v1/symbols") == 1


def poll_times(source: Tickers, times: int) -> None:
    for _ in range(times):
        source.poll(watched=NOTHING, streamed=NOTHING)


@pytest.mark.parametrize(
    "make",
    [
        lambda url: AllTickers(RestV2(url)),
        lambda url: TickersInTurn(RestV1(url), lambda listed: ()),
    ],
    ids=["v2", "v1"],
)
def test_the_pauses_keep_within_what_polls_may_use(
    paper: PaperExchange, make: Callable[[str], Tickers]
) -> None:
    with closing(make(paper.rest_url)) as source:
        poll_times(source, int(60 / source.pause_seconds))
        with pytest.raises(RateLimited):
            poll_times(source, 30)
