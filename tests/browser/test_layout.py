"""Prices change all the time, and nothing else on a page moves for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.story import LAST, MARKET, PATIENCE_MS
from tests.product.running import Tidewatch

pytestmark = pytest.mark.timeout(240)
WATCH = """() => {
  window.moved = [];
  window.prices = new Set();
  new PerformanceObserver((list) => {
    for (const { sources } of list.getEntries()) {
      window.moved.push(...sources.map(({ node }) =>
        (node?.parentElement?.outerHTML ?? "gone").slice(0, 200)));
    }
  }).observe({ type: "layout-shift" });
}"""

NO_NOTICES = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".main > .notice { display: none !important; }");
  document.adoptedStyleSheets = [sheet];
}"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/markets/", f"/markets/{MARKET}/"])
def test_no_price_moves_anything(page: Page, tidewatch: Tidewatch, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{tidewatch.url}{path}")
    page.wait_for_selector(f'{LAST}[data-state="live"]', state="attached", timeout=PATIENCE_MS)
    if MARKET in path:  # a chart that is drawn for the first time makes room for its axis
        page.wait_for_selector('#chart[data-state="live"]', timeout=PATIENCE_MS)
    # What a page says of a feed that stopped may move it; that is told elsewhere.
    page.evaluate(NO_NOTICES)
    page.evaluate(WATCH)

    page.wait_for_function(
        """(selector) => {
            window.prices.add(document.querySelector(selector).dataset.value);
            return window.prices.size > 15;
        }""",
        arg=LAST,
        timeout=2 * PATIENCE_MS,
    )

    assert page.evaluate("window.moved") == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_words_of_the_days_range_stand_still_from_its_low_to_its_high(
    page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    ends = page.evaluate(
        """() => {
            const words = document.querySelector(".range-words");
            return [0, 7, 42, 100].map((percent) => {
                words.textContent = words.textContent.replace(/^\\d+/, percent);
                const { left, right } = words.getBoundingClientRect();
                return `${left} ${right} ${words.scrollWidth <= words.clientWidth}`;
            });
        }"""
    )

    assert len(set(ends)) == 1
    assert ends[0].endswith("true")
