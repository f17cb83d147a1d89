"""On the narrowest phones nothing is cut off and nothing scrolls sideways."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.product.running import Tidewatch

# Also what a window of 1280 pixels has at four times the size.
NARROWEST = {"width": 320, "height": 640}
PAGES = ["/", "/markets/", "/markets/tBTCUSD/", "/portfolio/", "/orders/", "/alerts/", "/settings/"]
CUT_OFF = """() => [...document.querySelectorAll('.top a, .top button, .navigation a')].filter(
  (each) => {
    const { left, right } = each.getBoundingClientRect();
    return left < 0 || right > innerWidth || each.scrollWidth > each.clientWidth;
  }).map((each) => each.textContent.trim())"""


def test_every_page_fits_a_width_of_320_pixels(page: Page, tidewatch: Tidewatch) -> None:
    page.set_viewport_size(NARROWEST)

    for path in PAGES:
        page.goto(f"{tidewatch.url}{path}")

        width = page.evaluate("document.documentElement.scrollWidth")
        assert (path, width) == (path, NARROWEST["width"])
        assert (path, page.evaluate(CUT_OFF)) == (path, [])
