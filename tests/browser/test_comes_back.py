"""F82, F87, F89: the page's socket comes back from whatever ended it, or the page says why not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.live.flushes import say
from tests.dashboard.live.serving import Server, serving
from tests.product.running import until

BTC = "tBTCUSD"
LAST = '.cell[data-field="last"]'
# Waits are drawn at random; here each is the shortest.
SHORTEST = "Math.random = () => 0;"
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("daphne")) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(SHORTEST)
    yield page
    context.close()
    until(lambda: not server.told()["pages"], "all pages are gone")


def see(page: Page, server: Server, last: str) -> None:
    """Say a price until the page shows it, as a relay does; only one whose socket is open can."""
    price = page.locator(LAST)

    def is_shown() -> bool:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, say(BTC, last=last)).result()
        return price.get_attribute("data-value") == last

    until(lambda: server.told()["topics"] == [BTC], "the page is open and looks at it")
    until(is_shown, f"the price {last} is shown", PATIENCE_SECONDS)
    expect(price).to_have_attribute("data-state", "live")


def open_on(page: Page, server: Server) -> None:
    page.goto(f"http://localhost:{server.port}/page/")
    see(page, server, "2")


def close_all(server: Server, code: int) -> None:
    until(lambda: server.told(f"/close/{code}")["pages"] == 0, "the socket is closed")


@pytest.mark.parametrize("code", [1000, 1001, 1009, 1012])
def test_a_closed_socket_is_opened_again(page: Page, server: Server, code: int) -> None:
    open_on(page, server)
    opened = server.told()["opened"]

    close_all(server, code)

    see(page, server, "3")
    assert server.told()["opened"] == opened + 1


def test_f82_pages_come_back_to_a_server_that_was_started_again(page: Page, tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        open_on(page, server)
    with serving(tmp_path, port=server.port) as server:
        see(page, server, "3")


def test_f82_first_waits_are_spread_over_five_seconds_and_later_ones_are_longer(
    browser: Browser, server: Server
) -> None:
    with contextlib.closing(browser.new_page()) as page:
        page.goto(f"http://localhost:{server.port}/page/")
        waits = page.evaluate(
            """() => [0, 1, 2, 3, 50].map((tries) =>
                Array.from({ length: 2000 }, () => htmx.config.wsReconnectDelay(tries)))"""
        )

    assert 500 <= min(waits[0]) < 1_000
    assert 4_500 < max(waits[0]) <= 5_000
    # Of two hundred pages no more than sixty or so come in any second.
    in_each = [
        sum(1 for wait in waits[0] if second <= wait / 1000 < second + 1) for second in range(6)
    ]
    assert max(in_each) / 2000 < 0.3
    means = [sum(each) / len(each) for each in waits[:4]]  # from then on they are alike
    assert means == sorted(means)
    assert max(map(max, waits)) <= 7_000  # a page is live again within ten seconds


@pytest.mark.parametrize(
    ("code", "notice", "words"),
    [
        (4401, "#signed-out", "sign in from another tab"),
        (4400, "#page-outdated", "load it again"),
    ],
)
def test_f89_a_page_that_will_not_come_back_says_why_and_what_to_do(
    page: Page, server: Server, code: int, notice: str, words: str
) -> None:
    page.clock.install()
    open_on(page, server)

    opened = server.told()["opened"]

    close_all(server, code)

    expect(page.locator(notice)).to_be_visible()
    expect(page.locator(notice)).to_contain_text(words)
    page.clock.fast_forward(120_000)
    expect(page.locator(LAST)).to_have_attribute("data-state", "stale")
    assert server.told()["opened"] == opened


def test_b62_a_page_too_many_says_so_and_goes_on_when_another_closes(
    page: Page, tmp_path: Path
) -> None:
    with serving(tmp_path, PAGES_A_PERSON="1") as server:
        other = server.open_page()
        page.clock.install()
        page.goto(f"http://localhost:{server.port}/page/")
        notice = page.locator("#too-many-pages")
        expect(notice).to_be_visible()
        expect(notice).to_contain_text("Close some of the others")

        other.close()
        until(lambda: not server.told()["pages"], "the other is gone")
        page.clock.fast_forward(16_000)

        see(page, server, "3")
        expect(notice).to_be_hidden()


def test_f87_a_page_that_slept_shows_nothing_as_live_and_opens_a_new_socket(
    page: Page, server: Server
) -> None:
    open_on(page, server)
    opened = server.told()["opened"]

    # As a laptop's sleep looks to a page: only the clock on the wall has gone on.
    state = page.evaluate(
        """() => {
            const before = Date.now.bind(Date);
            Date.now = () => before() + 3600000;
            return window.tidewatchAges.state("tBTCUSD");
        }"""
    )

    assert state == "stale"
    expect(page.locator(LAST)).to_have_attribute("data-state", "stale")
    until(lambda: server.told()["opened"] > opened, "a new socket was opened")
    see(page, server, "3")


def test_f87_a_socket_that_fell_silent_is_replaced(page: Page, server: Server) -> None:
    opened: list[object] = []
    # It opens, and then nothing comes through.
    page.route_web_socket("**/live/", lambda socket: opened.append(socket))
    page.clock.install()
    page.goto(f"http://localhost:{server.port}/page/")
    page.wait_for_function("document.readyState === 'complete'")
    until(lambda: (page.evaluate("1"), opened)[1], "a first socket")

    page.clock.fast_forward(21_000)
    page.clock.run_for(2_000)

    until(lambda: (page.evaluate("1"), len(opened) == 2)[1], "a second socket")
