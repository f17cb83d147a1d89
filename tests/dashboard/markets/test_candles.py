"""Candles by HTTP, from a paper exchange over a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from dashboard.accounts import clients
from dashboard.live.board import board
from dashboard.live.candles import CandlesView
from dashboard.markets import candles, services
from dashboard.markets.candles_shelf import FAILURE_SECONDS, Shelf
from dashboard.markets.models import Instrument
from exchange.errors import NoAnswer
from exchange.models.markets import Timeframe
from exchange.paper import PaperExchange, faults, running_paper
from exchange.rest_v2 import RestV2
from tests.dashboard.markets.conftest import AnsweringServer
from tests.dashboard.pages.page import Page

pytestmark = pytest.mark.django_db

ADDRESS = "/markets/tBTCUSD/candles/"
JSON = {"accept": "application/json"}
HOUR = 3_600_000
NEWEST = candles.Asked(timeframe=Timeframe.ONE_HOUR, end_ms=None)
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def _empty_shelf() -> Iterator[None]:
    candles.shelf.clear()
    yield
    services.public_client.cache_clear()


@pytest.fixture
def exchange(bitcoin: Instrument, settings: LazySettings) -> Iterator[PaperExchange]:
    """A paper exchange whose market stands still, as the public one."""
    services.public_client.cache_clear()
    with running_paper() as paper:
        paper.pause()
        settings.EXCHANGE_PUBLIC_URL = paper.rest_url
        yield paper


def asked(client: Client, status: int = 200, **query: Any) -> dict[str, Any]:
    response = client.get(ADDRESS, query, headers=JSON)
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    body: dict[str, Any] = json.loads(response.content)
    return body


def starts(body: dict[str, Any]) -> list[int]:
    return [int(candle.split(" ")[0]) for candle in body["candles"]]


def test_nobody_sees_them_without_signing_in(bitcoin: Instrument) -> None:
    assert Client().get(ADDRESS).status_code == 302


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_every_length_comes_with_each_digit_as_the_exchange_has_it(
    owner_client: Client, exchange: PaperExchange, timeframe: Timeframe
) -> None:
    body = asked(owner_client, timeframe=timeframe)

    client = RestV2(exchange.rest_url)
    told = client.candles("tBTCUSD", timeframe, limit=len(body["candles"]), end_ms=None)
    client.close()
    for text, candle in zip(body["candles"], reversed(told), strict=True):
        at, *figures = text.split(" ")
        exact = (candle.open, candle.high, candle.low, candle.close, candle.volume)
        assert figures == [format(value, "f") for value in exact]
        assert int(at) == candle.time.timestamp() * 1000
    assert (body["symbol"], body["timeframe"]) == ("tBTCUSD", timeframe)
    assert 0 <= body["age_ms"] < 60_000


def test_older_pages_follow_without_a_gap_or_a_repeat(
    owner_client: Client, exchange: PaperExchange
) -> None:
    client = RestV2(exchange.rest_url)
    told = client.candles("tBTCUSD", Timeframe.ONE_HOUR, limit=1000)
    client.close()

    body = asked(owner_client)
    found = starts(body)
    for _ in range(2):
        body = asked(owner_client, end=body["next_end"])
        assert starts(body) == sorted(starts(body))
        found = starts(body) + found

    expected = [round(candle.time.timestamp() * 1000) for candle in reversed(told)]
    assert found == expected[-len(found) :]
    assert len(found) >= 2 * candles.PER_PAGE


def test_the_last_page_says_that_the_market_began_there(
    owner_client: Client, exchange: PaperExchange
) -> None:
    body = asked(owner_client, timeframe="1D")
    pages = 1
    while body["next_end"] is not None:
        body = asked(owner_client, timeframe="1D", end=body["next_end"])
        pages += 1

    assert 1 < pages < 10
    assert len(body["candles"]) < candles.PER_PAGE
    before = starts(body)[0] if body["candles"] else 1
    assert asked(owner_client, timeframe="1D", end=before)["candles"] == []


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"timeframe": "2h"}, candles.BAD_TIMEFRAME),
        ({"timeframe": ""}, candles.BAD_TIMEFRAME),
        ({"timeframe": "1h:tETHUSD"}, candles.BAD_TIMEFRAME),
        ({"end": "-5"}, candles.BAD_END),
        ({"end": "0"}, candles.BAD_END),
        ({"end": "1e9"}, candles.BAD_END),
        ({"end": "٣"}, candles.BAD_END),
        ({"end": "9" * 13}, candles.BAD_END),
        ({"end": "9" * 5000}, candles.BAD_END),
        ({"end": "yesterday"}, candles.BAD_END),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(
    owner_client: Client, bitcoin: Instrument, query: dict[str, str], problem: str
) -> None:
    assert asked(owner_client, 400, **query) == {"problem": problem}


@pytest.mark.parametrize("symbol", ["tNOTUSD", "fUSD", "tBTCUSD:x", "'", "tbtcusd"])
def test_only_listed_markets_have_candles(
    owner_client: Client, bitcoin: Instrument, symbol: str
) -> None:
    response = owner_client.get(f"/markets/{symbol}/candles/", headers=JSON)

    assert response.status_code == 404
    assert "no market" in response.json()["problem"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_address_takes_nothing(owner_client: Client, method: str) -> None:
    assert getattr(owner_client, method)(ADDRESS).status_code == 405


def test_an_exchange_that_is_down_gives_a_sentence_and_when_to_ask_again(
    owner_client: Client, bitcoin: Instrument, settings: LazySettings
) -> None:
    services.public_client.cache_clear()
    with running_paper() as paper:
        settings.EXCHANGE_PUBLIC_URL = paper.rest_url

    body = asked(owner_client, 503)

    assert body == {"problem": "The exchange cannot be reached.", "retry_seconds": 5}


def test_a_used_up_budget_says_how_long_to_wait(
    owner_client: Client, exchange: PaperExchange
) -> None:
    for _ in range(24):
        clients.budget().spend("candles")

    body = asked(owner_client, 503)

    assert 5 <= body["retry_seconds"] <= 60
    assert "slow down" in body["problem"]


def test_ten_tabs_cost_one_call(answering: AnsweringServer, settings: LazySettings) -> None:
    answering.answer = [[3_600_000 * n, 10, 11, 12, 9, 1] for n in range(300, 0, -1)]
    settings.EXCHANGE_PUBLIC_URL = f"http://127.0.0.1:{answering.server_port}"
    services.public_client.cache_clear()
    asking = candles.Asked(timeframe=Timeframe.ONE_HOUR, end_ms=3_600_000 * 301)
    found: list[candles.CandlePage] = []

    def open_tab() -> None:
        page, _ = candles.page("tBTCUSD", asking)
        found.append(page)

    tabs = [threading.Thread(target=open_tab) for _ in range(10)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert len(answering.paths) == 1
    assert len(found) == 10
    assert len(set(map(id, found))) == 1


def test_a_past_page_is_served_while_the_exchange_is_down(
    owner_client: Client, exchange: PaperExchange
) -> None:
    end = asked(owner_client)["next_end"]
    past = asked(owner_client, end=end)

    with exchange.fault(faults.Status(500), must_strike=False):
        assert asked(owner_client, end=end)["candles"] == past["candles"]


def candle(number: int, volume: int = 1) -> str:
    return f"{HOUR * number} 10 11 12 9 {volume}"


class TestCarriedOn:
    """The newest page was read with candles one to five, a while ago; then the stream spoke."""

    @pytest.fixture
    def now(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
        now = [0.0]
        answers = iter([tuple(map(candle, range(1, 6))), ("1 asked anew",)])
        monkeypatch.setattr(candles, "shelf", Shelf(2, steady=lambda: now[0]))
        monkeypatch.setattr(
            candles,
            "read",
            lambda symbol, asked: candles.CandlePage(candles=next(answers), next_end_ms=HOUR),
        )
        candles.page("tBTCUSD", NEWEST)
        now[0] = 60.0
        yield now
        board.clear()

    def hear(self, *rows: str, age_ms: int = 0) -> None:
        view = CandlesView(
            topic="candles:1h:tBTCUSD", candles=rows, at_ms=0, age_at_arrival_ms=age_ms
        )
        board.replace_candles(view)

    @pytest.mark.usefixtures("now")
    def test_by_the_stream_with_its_figures_and_nothing_is_asked(self) -> None:
        self.hear(candle(4, volume=2), candle(5, volume=7), candle(6))

        page, age_ms = candles.page("tBTCUSD", NEWEST)

        before = map(candle, range(1, 4))
        assert page.candles == (*before, candle(4, volume=2), candle(5, volume=7), candle(6))
        assert page.next_end_ms == HOUR
        assert age_ms < 5_000

    @pytest.mark.usefixtures("now")
    @pytest.mark.parametrize(
        ("numbers", "age_ms"),
        [([], 0), ([4, 5], 5_000), ([6, 7, 8], 0), ([5, 6, 7], 0)],
        ids=["empty", "silent", "with a gap", "without the last but one, which may be revised"],
    )
    def test_not_by_a_stream_that_is_silent_or_may_have_left_some_out(
        self, numbers: list[int], age_ms: int
    ) -> None:
        self.hear(*map(candle, numbers), age_ms=age_ms)

        assert candles.page("tBTCUSD", NEWEST)[0].candles == ("1 asked anew",)

    def test_not_for_ever(self, now: list[float]) -> None:
        now[0] = candles.PAST_SECONDS
        self.hear(candle(4), candle(5))

        assert candles.page("tBTCUSD", NEWEST)[0].candles == ("1 asked anew",)

    def test_not_by_a_word_from_before_it_was_read(self, now: list[float]) -> None:
        now[0] = 1.0
        self.hear(candle(4, volume=9), candle(5, volume=9), age_ms=2_000)

        assert candles.page("tBTCUSD", NEWEST)[0].candles[-1] == candle(5)

    def test_keeping_a_candle_that_the_stream_has_not_told_yet(self, now: list[float]) -> None:
        now[0] = 1.0
        self.hear(candle(3), candle(4, volume=3))

        assert candles.page("tBTCUSD", NEWEST)[0].candles[-2:] == (candle(4, volume=3), candle(5))


def test_the_edge_of_the_newest_page_stays_while_candles_are_added() -> None:
    hour = 3_600_000
    rows = [[hour * n, 10, 11, 12, 9, 1] for n in range(600)]
    told = [candles.Candle.from_wire(row) for row in rows]

    edges = {
        candles.start_ms(candles.from_a_common_edge(told[count - 300 : count], hour)[0])
        for count in range(451, 600)
    }

    assert edges == {hour * 300}


def test_a_thin_market_keeps_every_candle_that_was_read() -> None:
    hour = 3_600_000
    told = [candles.Candle.from_wire([hour * n * 40, 1, 1, 1, 1, 1]) for n in range(300)]

    assert candles.from_a_common_edge(told, hour) == told


class TestShelf:
    def test_asks_again_when_the_time_is_over_and_tells_the_age(self) -> None:
        now = [0.0]
        shelf: Shelf[int] = Shelf(2, steady=lambda: now[0])
        answers = iter([1, 2])

        first = shelf.get("a", lambda: next(answers), keep_seconds=3)
        now[0] = 2.5
        again = shelf.get("a", lambda: next(answers), keep_seconds=3)
        now[0] = 3.0
        later = shelf.get("a", lambda: next(answers), keep_seconds=3)

        assert [first, again, later] == [(1, 0.0), (1, 2.5), (2, 0.0)]

    def test_forgets_what_was_unused_for_longest(self) -> None:
        shelf: Shelf[str] = Shelf(2)
        for key in "abac":
            shelf.get(key, lambda key=key: key, keep_seconds=60)  # type: ignore[misc]

        assert len(shelf) == 2
        assert shelf.get("a", lambda: "anew", keep_seconds=60)[0] == "a"
        assert shelf.get("b", lambda: "anew", keep_seconds=60)[0] == "anew"

    def test_tells_a_failure_to_all_who_waited_and_asks_again_a_moment_later(self) -> None:
        now = [0.0]
        calls = []
        shelf: Shelf[int] = Shelf(2, steady=lambda: now[0])

        def fail() -> int:
            calls.append(now[0])
            raise NoAnswer("nothing")

        for at in (0.0, 0.1, FAILURE_SECONDS):
            now[0] = at
            with pytest.raises(NoAnswer):
                shelf.get("a", fail, keep_seconds=60)

        assert calls == [0.0, FAILURE_SECONDS]

    def test_keeps_an_old_answer_that_still_will_do_through_failures(self) -> None:
        now = [0.0]
        shelf: Shelf[int] = Shelf(2, steady=lambda: now[0])
        will_do = [False]

        def get() -> tuple[int, float]:
            return shelf.get("a", ask, keep_seconds=3, is_good=lambda value, age: will_do[0])

        def ask() -> int:
            if now[0]:
                raise NoAnswer("nothing")
            return 1

        assert get() == (1, 0.0)
        now[0] = 4.0
        with pytest.raises(NoAnswer):
            get()
        will_do[0] = True
        assert get() == (1, 4.0)
        will_do[0] = False
        with pytest.raises(NoAnswer):
            get()


class TestTable:
    def test_shows_the_newest_candle_first_with_ways_to_older_ones_and_other_lengths(
        self, owner_client: Client, exchange: PaperExchange
    ) -> None:
        newest = asked(owner_client)

        response = owner_client.get(ADDRESS, headers=HTML)

        page = Page(response.content.decode())
        assert response.status_code == 200
        assert page.html.count("<tr>") == 1 + len(newest["candles"])
        assert f"end={newest['next_end']}" in page.html
        for timeframe in Timeframe:
            assert page.all_with(href=f"?timeframe={timeframe}")

    def test_says_that_the_exchange_is_down(
        self, owner_client: Client, bitcoin: Instrument, settings: LazySettings
    ) -> None:
        services.public_client.cache_clear()
        with running_paper() as paper:
            settings.EXCHANGE_PUBLIC_URL = paper.rest_url

        response = owner_client.get(ADDRESS, headers=HTML)

        assert response.status_code == 503
        assert b"The exchange cannot be reached." in response.content

    def test_says_what_may_be_asked_for(self, owner_client: Client, bitcoin: Instrument) -> None:
        response = owner_client.get(f"{ADDRESS}?timeframe=2h", headers=HTML)

        assert response.status_code == 400
        assert b"Candles come in these lengths" in response.content

    def test_of_an_unknown_market_leads_to_the_page_that_says_which_was_meant(
        self, owner_client: Client, bitcoin: Instrument
    ) -> None:
        response = owner_client.get("/markets/btcusd/candles/", headers=HTML)

        assert response["Location"] == "/markets/btcusd/"

    def test_before_the_first_trade_says_so(
        self, owner_client: Client, exchange: PaperExchange
    ) -> None:
        response = owner_client.get(f"{ADDRESS}?end=1000", headers=HTML)

        assert b"do not reach back so far" in response.content
