"""The orders page in two browsers at once, and the stop button under a thumb."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import LAST, MARKET, PATIENCE_MS, value
from tests.product.running import Tidewatch

pytestmark = pytest.mark.timeout(240)
STALE_WITHIN_MS = 20_000
OPEN = '#orders tr[data-order][data-state="OPEN"]'
# Notes when the number of open orders last changed, as the person in front of it would see it.
WATCH = """(selector) => {
    const count = () => document.querySelectorAll(selector).length;
    window.seen = {count: count(), at: 0};
    new MutationObserver(() => {
        if (count() !== window.seen.count) window.seen = {count: count(), at: Date.now()};
    }).observe(document.body, {childList: true, subtree: true, attributes: true});
}"""


@pytest.fixture
def phone(page: Page, tidewatch: Tidewatch) -> Iterator[Page]:
    """A second browser with the orders page, as wide as a small phone."""
    assert page.context.browser is not None
    context = page.context.browser.new_context(viewport={"width": 360, "height": 740})
    second = context.new_page()
    second.goto(tidewatch.fresh_link())
    second.goto(f"{tidewatch.url}/orders/")
    yield second
    context.close()


def place_far_below(page: Page, tidewatch: Tidewatch, amount: str) -> None:
    """Place a buy at half the price, by a link that fills in the ticket."""
    price = round(value(page, LAST) / 200) * 100
    link = f"/orders/new/?symbol={MARKET}&side=buy&amount={amount}&price={price}"
    page.goto(f"{tidewatch.url}{link}")
    page.get_by_role("button", name="Review order").click()
    page.locator("#ticket-review").get_by_role("button", name=f"Buy {amount} BTC").click()
    expect(page.locator('#ticket [data-field="state"]')).to_have_attribute(
        "data-value", "OPEN", timeout=PATIENCE_MS
    )


def test_two_browsers_show_a_cancellation_within_a_second_and_stop_ends_everything(
    page: Page, phone: Page, tidewatch: Tidewatch
) -> None:
    place_far_below(page, tidewatch, "0.0111")
    page.goto(f"{tidewatch.url}/markets/{MARKET}/")
    expect(page.locator(LAST).first).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    place_far_below(page, tidewatch, "0.0112")
    page.goto(f"{tidewatch.url}/orders/")
    expect(page.locator(OPEN)).to_have_count(2, timeout=PATIENCE_MS)
    expect(phone.locator(OPEN)).to_have_count(2, timeout=PATIENCE_MS)
    for each in (page, phone):
        each.evaluate(WATCH, OPEN)

    page.locator(OPEN).first.get_by_role("button", name="Cancel").click()

    expect(page.locator(OPEN)).to_have_count(1, timeout=PATIENCE_MS)
    expect(phone.locator(OPEN)).to_have_count(1, timeout=PATIENCE_MS)
    times = [each.evaluate("() => window.seen.at") for each in (page, phone)]
    assert abs(times[0] - times[1]) <= 1000

    phone.get_by_role("button", name="Stop", exact=True).click()

    expect(phone.get_by_role("heading", name="What became of the orders")).to_be_visible()
    expect(phone.locator(".result")).to_have_text(["Cancelled."], timeout=PATIENCE_MS)
    expect(page.locator(OPEN)).to_have_count(0, timeout=PATIENCE_MS)
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    phone.get_by_role("link", name="Stopped").click()
    phone.get_by_label("Type release").fill("release")
    phone.get_by_role("button", name="Release the kill switch").click()

    expect(phone.get_by_text("The kill switch is released")).to_be_visible()


def test_the_distance_from_the_market_follows_every_price_and_no_dead_one(
    page: Page, tidewatch: Tidewatch
) -> None:
    place_far_below(page, tidewatch, "0.0113")
    page.goto(f"{tidewatch.url}/orders/")
    row = page.locator(OPEN).filter(has=page.locator('[data-field="amount"][data-value="0.0113"]'))
    distance = row.locator("[data-distance]")
    page.route("**/orders/", lambda route: route.abort())  # what moves now, the socket moves
    page.evaluate("() => { window.distances = new Set(); }")
    # The row is looked up each time: a list on its way when the door closed may still replace it.
    page.wait_for_function(
        """(selector) => {
            const row = document.querySelector(selector)?.closest("tr");
            const span = row?.querySelector("[data-distance]");
            if (span) window.distances.add(span.textContent);
            return window.distances.size >= 4;
        }""",
        arg='[data-field="amount"][data-value="0.0113"]',
        timeout=2 * PATIENCE_MS,
    )
    words = page.evaluate("() => [...window.distances]")
    assert all(re.fullmatch(r"−\d\d\.\d\d\s% off the market", each) for each in words), words

    exchange = sorted(tidewatch.children())[0]
    os.kill(exchange, signal.SIGSTOP)
    try:
        expect(distance).to_have_text("market not live", timeout=STALE_WITHIN_MS + 5_000)
    finally:
        os.kill(exchange, signal.SIGCONT)

    expect(distance).to_contain_text("% off the market", timeout=PATIENCE_MS)

    page.unroute("**/orders/")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_have_count(0, timeout=PATIENCE_MS)
