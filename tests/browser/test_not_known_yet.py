"""Pages opened before the exchange told its markets: they fill and live without another load."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import LAST, PATIENCE_MS, see_three_changes
from tests.product.running import Tidewatch

pytestmark = pytest.mark.timeout(240)

FORGET = "from dashboard.markets.models import Instrument; Instrument.objects.all().delete()"
HEAR = "from dashboard.markets.services import refresh_instruments; refresh_instruments()"


@pytest.fixture
def untold(tidewatch: Tidewatch) -> Iterator[Tidewatch]:
    """As it is in the first seconds of a new Tidewatch: the exchange was not heard yet."""
    tidewatch.manage("shell", "--command", HEAR)  # or a worker that still tries would tell them
    tidewatch.manage("shell", "--command", FORGET)
    yield tidewatch
    tidewatch.manage("shell", "--command", HEAR)


def test_every_page_fills_and_lives_once_the_markets_are_told(tab: Page, untold: Tidewatch) -> None:
    prices = {
        "/": LAST,
        "/markets/": f".markets {LAST}",
        "/portfolio/": f".strip {LAST}",
        "/markets/side-by-side/": f".beside-market {LAST}",
    }
    pages = {path: tab.context.new_page() for path in prices}
    for path, page in pages.items():
        page.goto(f"{untold.url}{path}")
        expect(page.locator(LAST)).to_have_count(0)
        page.evaluate("window.neverReloaded = true")
    expect(pages["/markets/side-by-side/"].locator(".error")).to_have_count(0)

    untold.manage("shell", "--command", HEAR)

    for path, page in pages.items():
        page.bring_to_front()
        see_three_changes(page, prices[path])
        assert page.evaluate("window.neverReloaded"), path
    charts = pages["/markets/side-by-side/"].locator("[data-candles]")
    pages["/markets/side-by-side/"].bring_to_front()
    expect(charts).to_have_count(2)
    for chart in charts.all():
        expect(chart).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)


def test_a_market_and_a_ticket_that_could_not_be_opened_open_by_themselves(
    tab: Page, untold: Tidewatch
) -> None:
    choice = tab.context.new_page()
    choice.goto(f"{untold.url}/orders/new/")
    expect(choice.get_by_text("No markets are known yet")).to_be_visible()
    tab.goto(f"{untold.url}/markets/tBTCUSD/")
    expect(tab.get_by_text("has not told us its markets yet")).to_be_visible()

    untold.manage("shell", "--command", HEAR)

    expect(choice.get_by_label("Market")).to_be_visible(timeout=PATIENCE_MS)
    expect(tab.get_by_label("Amount, BTC")).to_be_visible(timeout=PATIENCE_MS)
    see_three_changes(tab)
