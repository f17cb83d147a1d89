"""What is told of markets that closed, against a real exchange and against one that misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from dashboard.live import listing
from dashboard.live.listing import Listing
from dashboard.live.quotes import Standing
from dashboard.live.tickers import AllTickers
from exchange import NoBudget, RestV2
from exchange.paper import running_paper
from exchange.paper.faults import DelistedPair
from tests.exchange.loopback import answering, serving

BTC, ETH = "tBTCUSD", "tETHUSD"
NOTHING: frozenset[str] = frozenset()
FAILED = (500, ["error", 10_020, "nothing"])


@contextmanager
def listing_by_script(*answers: tuple[int, Any]) -> Iterator[Listing]:
    with serving(answering(*answers)) as server, closing(client(server.url)) as rest:
        yield Listing(rest)


def client(url: str) -> RestV2:
    return RestV2(url, budget=NoBudget(), deadline_seconds=60)


def pairs(*names: str) -> tuple[int, Any]:
    return 200, [list(names)]


def test_a_pair_that_the_exchange_drops_is_on_no_list_until_it_is_listed_again() -> None:
    with running_paper(seed=5) as paper, closing(AllTickers(client(paper.rest_url))) as source:
        paper.pause()
        before = source.poll(watched=NOTHING, streamed=NOTHING)
        with paper.fault(DelistedPair(ETH), must_strike=False):
            meanwhile = source.poll(watched=NOTHING, streamed=NOTHING)
        after = source.poll(watched=NOTHING, streamed=NOTHING)

    assert before.closed == meanwhile.closed == after.closed == {}
    assert before.listed - meanwhile.listed == {ETH}
    assert after.listed == before.listed


def test_a_pair_that_is_listed_without_a_price_is_halted() -> None:
    with listing_by_script(pairs("BTCUSD", "ETHUSD"), pairs()) as known:
        assert known.closed(frozenset({BTC})) == {ETH: Standing.HALTED}


def test_the_list_is_read_again_when_a_price_came_or_went_and_not_with_every_poll() -> None:
    with listing_by_script(pairs("BTCUSD", "ETHUSD"), pairs(), pairs("BTCUSD"), pairs()) as known:
        assert known.closed(frozenset({BTC, ETH})) == {}
        assert known.closed(frozenset({BTC, ETH})) == {}
        assert known.closed(frozenset({BTC})) == {}


def test_now_and_then_it_is_read_although_nothing_seems_to_have_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "ASK_AGAIN_SECONDS", 0.0)
    with listing_by_script(
        pairs("BTCUSD", "ETHUSD"), pairs(), pairs("BTCUSD", "ETHUSD", "SOLUSD"), pairs()
    ) as known:
        known.closed(frozenset({BTC, ETH}))

        assert known.closed(frozenset({BTC, ETH})) == {"tSOLUSD": Standing.HALTED}


@pytest.mark.parametrize("problem", [FAILED, pairs()])
def test_without_a_list_nothing_is_known_until_one_comes(problem: tuple[int, Any]) -> None:
    empty = [problem] if problem is FAILED else [problem, problem]
    with listing_by_script(*empty, pairs("BTCUSD", "ETHUSD"), pairs()) as known:
        assert known.closed(frozenset({BTC})) is None
        assert known.closed(frozenset({BTC})) == {ETH: Standing.HALTED}


def test_while_the_list_cannot_be_read_what_was_known_stays() -> None:
    with listing_by_script(pairs("BTCUSD", "ETHUSD"), pairs(), FAILED) as known:
        known.closed(frozenset({BTC, ETH}))

        assert known.closed(frozenset({BTC})) == {ETH: Standing.HALTED}
