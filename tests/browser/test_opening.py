"""A page's socket is opened before the page is read, and there is never more than one."""

from __future__ import annotations

import json

from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect

from tests.browser.story import MARKET, PATIENCE_MS
from tests.product.running import Tidewatch

LIVE_PRICE = f'.cell[data-symbol="{MARKET}"][data-field="last"][data-state="live"]'


def sockets_of(tab: Page) -> tuple[list[WebSocket], list[str]]:
    """Return what fills with the tab's sockets, and with all that is said through them."""
    opened: list[WebSocket] = []
    said: list[str] = []

    def opens(socket: WebSocket) -> None:
        opened.append(socket)
        socket.on("framesent", lambda words: said.append(str(words)))

    tab.on("websocket", opens)
    return opened, said


def see_a_live_price(tab: Page, tidewatch: Tidewatch) -> None:
    tab.goto(f"{tidewatch.url}/markets/")
    expect(tab.locator(LIVE_PRICE).first).to_be_visible(timeout=PATIENCE_MS)


def test_a_page_opens_one_socket_and_its_first_words_are_all_it_shows(
    tab: Page, tidewatch: Tidewatch
) -> None:
    opened, said = sockets_of(tab)

    see_a_live_price(tab, tidewatch)

    assert len(opened) == 1
    shown = tab.locator(".markets-row[data-watch]").evaluate_all(
        "rows => rows.filter((row) => row.getBoundingClientRect().top < innerHeight)"
        ".map((row) => row.dataset.watch)"
    )
    assert shown
    assert set(shown) <= set(json.loads(said[0])["watch"])


def test_the_socket_does_not_wait_for_the_scripts_that_use_it(
    tab: Page, tidewatch: Tidewatch
) -> None:
    tab.route("**/js/tidewatch*.js", lambda asked: asked.abort())
    tab.route("**/htmx-2*.js", lambda asked: asked.abort())

    with tab.expect_websocket() as opened:
        tab.goto(f"{tidewatch.url}/markets/")

    assert opened.value.url.endswith("/live/")


def test_a_page_without_the_early_socket_opens_its_own(tab: Page, tidewatch: Tidewatch) -> None:
    tab.route("**/js/opening*.js", lambda asked: asked.abort())
    opened, _ = sockets_of(tab)

    see_a_live_price(tab, tidewatch)

    assert len(opened) == 1


def test_an_early_socket_that_was_refused_is_followed_by_another(
    tab: Page, tidewatch: Tidewatch
) -> None:
    met: list[WebSocketRoute] = []

    def meet(socket: WebSocketRoute) -> None:
        met.append(socket)
        if len(met) == 1:
            socket.close(code=1012)
        else:
            socket.connect_to_server()

    tab.route_web_socket("**/live/", meet)

    see_a_live_price(tab, tidewatch)

    assert len(met) == 2
