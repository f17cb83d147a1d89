"""Take the pictures in docs/ from the running product: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import launch
from tests.browser.story import MARKET, place_a_limit_order_that_fills, see_three_changes
from tests.product.running import ROOT, running

DOCS = ROOT / "docs"


def market_with_an_order(page: Page, url: str) -> None:
    page.goto(f"{url}/markets/{MARKET}/")
    see_three_changes(page)
    place_a_limit_order_that_fills(page, "0.05")
    page.reload()
    see_three_changes(page)
    expect(page.locator("#orders tr[data-order]").first).to_be_visible()


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="tidewatch-pictures-") as home,
        running(Path(home)) as tidewatch,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        page = browser.new_page(
            viewport={"width": 1440, "height": 900}, color_scheme="dark", device_scale_factor=1
        )
        page.goto(tidewatch.welcome_url())
        market_with_an_order(page, tidewatch.url)
        page.screenshot(path=DOCS / "market.png")
        browser.close()


if __name__ == "__main__":
    main()
