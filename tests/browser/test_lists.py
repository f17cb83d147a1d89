"""Lists, columns and markets side by side in a real browser."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import PATIENCE_MS, see_three_changes
from tests.product.running import Tidewatch

pytestmark = pytest.mark.timeout(240)
BESIDE = ("tBTCUSD", "tETHUSD")


def is_no_wider_than_its_screen(tab: Page) -> bool:
    found: bool = tab.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return found


def test_a_list_is_made_filled_from_a_market_and_watched_by_keyboard_alone(
    tab: Page, tidewatch: Tidewatch
) -> None:
    tab.goto(f"{tidewatch.url}/markets/lists/")
    tab.get_by_label("Name", exact=True).fill("Majors")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("“Majors” is empty.")).to_be_visible()
    here = tab.url

    tab.goto(f"{tidewatch.url}/markets/tETHUSD/")
    tab.locator("#market-lists summary").focus()
    tab.keyboard.press("Enter")
    majors = tab.locator("#market-lists").get_by_role("button", name="Majors")
    majors.focus()
    tab.keyboard.press("Enter")
    expect(majors).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)

    tab.goto(here)
    expect(tab.locator(".markets-row[data-watch]")).to_have_count(1)
    see_three_changes(tab, '.markets [data-symbol="tETHUSD"][data-field="last"]')
    tab.get_by_role("button", name="ETHUSD").press("Enter")
    expect(tab.get_by_text("“Majors” is empty.")).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("width", [390, 1280])
def test_chosen_columns_live_and_fit(tab: Page, tidewatch: Tidewatch, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{tidewatch.url}/markets/")
    tab.locator("summary", has_text="Columns").click()
    for title in ("Last", "24 h", "High", "Low", "Bid", "Ask", "Volume"):
        tab.get_by_label(title, exact=True).check()
    tab.get_by_role("button", name="Show these").click()

    expect(tab.locator(".markets-head .column-high")).to_have_count(1)
    see_three_changes(tab, '.markets [data-symbol="tBTCUSD"][data-field="last"]')
    assert is_no_wider_than_its_screen(tab)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_markets_stand_side_by_side_and_all_of_them_live(
    tab: Page, tidewatch: Tidewatch, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(f"{tidewatch.url}/markets/side-by-side/?m=tBTCUSD&m=tETHUSD")

    for symbol in ("tBTCUSD", "tETHUSD"):
        panel = tab.locator(f'.beside-market:has([data-watch="{symbol}"])')
        panel.scroll_into_view_if_needed()
        see_three_changes(tab, f'.beside-market [data-symbol="{symbol}"][data-field="last"]')
        book = panel.locator(f'[data-live-part="book:{symbol}"]')
        book.scroll_into_view_if_needed()
        expect(book).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
        expect(panel.locator(".range-words")).to_contain_text("of the day’s range")
    assert is_no_wider_than_its_screen(tab)


def test_two_tabs_of_one_person_live_and_each_subscribes_to_its_own(
    tab: Page, tidewatch: Tidewatch
) -> None:
    other = tab.context.new_page()
    tab.goto(f"{tidewatch.url}/markets/tBTCUSD/")
    other.goto(f"{tidewatch.url}/markets/tETHUSD/")

    for page, symbol in ((tab, "tBTCUSD"), (other, "tETHUSD")):
        see_three_changes(page, f'.quote [data-symbol="{symbol}"][data-field="last"]')


def test_each_of_several_charts_draws_its_own_candles_and_length(
    tab: Page, tidewatch: Tidewatch
) -> None:
    tab.goto(f"{tidewatch.url}/markets/side-by-side/?m=tBTCUSD&m=tETHUSD")
    of = {symbol: tab.locator(f'[data-symbol="{symbol}"][data-candles]') for symbol in BESIDE}
    for chart in of.values():
        chart.scroll_into_view_if_needed()
        expect(chart).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
        expect(chart.locator('[data-chart="close"]')).to_have_attribute(
            "data-value", re.compile(r"\d"), timeout=PATIENCE_MS
        )
    with tab.expect_response(re.compile(r"tETHUSD/candles/.*timeframe=1m")) as answer:
        of["tETHUSD"].get_by_role("button", name="1m", exact=True).press("Enter")
    newest = answer.value.json()["candles"][-1].split(" ")[0]
    tab.wait_for_function(
        """([symbol, newest]) => Number(document.querySelector(
            `[data-symbol="${symbol}"] [data-chart="time"]`).dataset.ms) >= newest""",
        arg=["tETHUSD", int(newest)],
        timeout=PATIENCE_MS,
    )

    expect(of["tETHUSD"]).to_have_attribute("data-watch", "candles:1m:tETHUSD")
    expect(of["tETHUSD"]).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    expect(of["tBTCUSD"]).to_have_attribute("data-watch", "candles:1h:tBTCUSD")
    closes = [
        Decimal(chart.locator('[data-chart="close"]').get_attribute("data-value") or "")
        for chart in of.values()
    ]
    assert closes[0] > closes[1] * 5  # a bitcoin is worth many times an ether, also on paper

    tab.reload()
    expect(of["tETHUSD"]).to_have_attribute("data-watch", "candles:1m:tETHUSD")
    expect(of["tBTCUSD"]).to_have_attribute("data-watch", "candles:1h:tBTCUSD")
