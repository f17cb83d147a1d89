"""The chart of the market page in a real browser, on the running product."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.story import LAST, MARKET, PATIENCE_MS, place_a_limit_order_that_fills, value
from tests.product.running import Tidewatch

pytestmark = pytest.mark.timeout(240)
LISTEN = """window.violations = [];
document.addEventListener("securitypolicyviolation",
    (event) => window.violations.push(event.violatedDirective));"""
# How many different colours the candles' own canvas holds: a blank one has one or none.
COLOURS = """() => Math.max(...[...document.querySelectorAll("#chart canvas")].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set(new Uint32Array(data.buffer));
    return seen.size;
}))"""
CLOSE = '#chart [data-chart="close"]'
CANDLES = f"**/markets/{MARKET}/candles/**"


@pytest.fixture
def tab(browser: Browser, tidewatch: Tidewatch) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    tab = context.new_page()
    tab.add_init_script(LISTEN)
    tab.goto(tidewatch.fresh_link())
    yield tab
    context.close()


def opened(tab: Page, tidewatch: Tidewatch) -> Page:
    tab.goto(f"{tidewatch.url}/markets/{MARKET}/")
    wait_for_candles(tab)
    return tab


def wait_for_candles(tab: Page, more_than: int = 0) -> int:
    tab.wait_for_function(
        "(least) => Number(document.getElementById('chart').dataset.count) > least",
        arg=more_than,
        timeout=PATIENCE_MS,
    )
    return count(tab)


def count(tab: Page) -> int:
    return int(tab.locator("#chart").get_attribute("data-count") or 0)


def test_candles_are_drawn_under_the_strict_policy_and_the_last_one_moves(
    tab: Page, tidewatch: Tidewatch
) -> None:
    opened(tab, tidewatch)

    expect(tab.locator("#chart")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    tab.wait_for_function(f"() => ({COLOURS})() > 4", timeout=PATIENCE_MS)
    before = tab.locator(CLOSE).get_attribute("data-value")
    expect(tab.locator(CLOSE)).not_to_have_attribute(
        "data-value", before or "", timeout=PATIENCE_MS
    )
    assert tab.evaluate("window.violations") == []
    assert tab.locator("#tv-attr-logo").count() == 0
    expect(tab.get_by_role("link", name="TradingView")).to_be_visible()


def test_the_keyboard_goes_back_and_older_candles_are_loaded(
    tab: Page, tidewatch: Tidewatch
) -> None:
    opened(tab, tidewatch)
    first = count(tab)
    canvas = tab.locator('#chart [data-chart="canvas"]')

    canvas.focus()
    canvas.press("Home")

    assert wait_for_candles(tab, first) > first


def test_the_length_is_chosen_with_buttons_and_remembered(tab: Page, tidewatch: Tidewatch) -> None:
    opened(tab, tidewatch)
    day = tab.get_by_role("button", name="1D", exact=True)

    with tab.expect_response(lambda answer: "timeframe=1D" in answer.url):
        day.press("Enter")
    expect(day).to_have_attribute("aria-pressed", "true")
    expect(tab.locator("#chart [aria-pressed=true]")).to_have_count(1)
    with tab.expect_response(lambda answer: "timeframe=1D" in answer.url):
        tab.reload()

    expect(day).to_have_attribute("aria-pressed", "true")
    expect(tab.locator("#chart")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)


def test_an_open_order_becomes_a_line_and_a_trade_a_dot(tab: Page, tidewatch: Tidewatch) -> None:
    opened(tab, tidewatch)
    chart = tab.locator("#chart")
    lines = int(chart.get_attribute("data-lines") or 0)
    dots = int(chart.get_attribute("data-dots") or 0)
    tab.get_by_label("Buy", exact=True).check()
    tab.get_by_label("Price, USD").fill(str(round(value(tab, LAST) / 2)))
    tab.get_by_label("Amount, BTC").fill("0.0107")
    tab.get_by_role("button", name="Review order").click()
    tab.locator("#ticket-review").get_by_role("button", name="Buy 0.0107 BTC").click()

    expect(chart).to_have_attribute("data-lines", str(lines + 1), timeout=PATIENCE_MS)

    opened(tab, tidewatch)
    place_a_limit_order_that_fills(tab, "0.0108")
    tab.wait_for_function(
        "(before) => Number(document.getElementById('chart').dataset.dots) > before",
        arg=dots,
        timeout=PATIENCE_MS,
    )
    expect(chart).to_have_attribute("data-lines", str(lines + 1))


def test_an_exchange_that_is_down_is_said_in_a_sentence_until_it_is_back(
    tab: Page, tidewatch: Tidewatch
) -> None:
    def refuse(route: Route) -> None:
        body = '{"problem": "The exchange cannot be reached.", "retry_seconds": 5}'
        route.fulfill(status=503, content_type="application/json", body=body)

    tab.route(CANDLES, refuse)
    tab.goto(f"{tidewatch.url}/markets/{MARKET}/")
    problem = tab.locator('#chart [data-chart="problem"]')
    expect(problem).to_contain_text("The exchange cannot be reached.", timeout=PATIENCE_MS)
    assert count(tab) == 0

    tab.unroute(CANDLES)

    wait_for_candles(tab)
    expect(problem).to_be_hidden()


def test_a_dead_feed_makes_the_chart_stale_and_its_return_makes_it_live(
    tab: Page, tidewatch: Tidewatch
) -> None:
    opened(tab, tidewatch)
    chart = tab.locator("#chart")
    expect(chart).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    paper = sorted(tidewatch.children())[0]

    os.kill(paper, signal.SIGSTOP)
    try:
        expect(chart).to_have_attribute("data-state", "stale", timeout=22_000)
    finally:
        os.kill(paper, signal.SIGCONT)

    expect(chart).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)


def test_changing_the_length_again_and_again_leaves_nothing_behind(
    tab: Page, tidewatch: Tidewatch
) -> None:
    opened(tab, tidewatch)
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("Performance.enable")

    def nodes_and_listeners() -> list[float]:
        devtools.send("HeapProfiler.collectGarbage")
        told = devtools.send("Performance.getMetrics")["metrics"]
        found = {each["name"]: each["value"] for each in told}
        return [found["Nodes"], found["JSEventListeners"]]

    press = """(times) => { for (let n = 0; n < times; n++)
        document.querySelectorAll("#chart [data-timeframe]")[n % 2 ? 4 : 5].click(); }"""
    tab.evaluate(press, 10)
    wait_for_candles(tab)
    canvases = tab.locator("#chart canvas").count()
    nodes, listeners = nodes_and_listeners()

    tab.evaluate(press, 100)
    wait_for_candles(tab)

    assert tab.locator("#chart canvas").count() == canvases
    later_nodes, later_listeners = nodes_and_listeners()
    assert later_listeners <= listeners + 10
    assert later_nodes <= nodes + 2_000


def test_the_chart_fits_a_phone(browser: Browser, tidewatch: Tidewatch) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light")
    phone = context.new_page()
    phone.goto(tidewatch.fresh_link())
    opened(phone, tidewatch)

    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    phone.wait_for_function(f"() => ({COLOURS})() > 4", timeout=PATIENCE_MS)
    context.close()


def test_without_scripts_the_candles_are_a_table(browser: Browser, tidewatch: Tidewatch) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(tidewatch.fresh_link())
    plain.goto(f"{tidewatch.url}/markets/{MARKET}/")

    plain.get_by_role("link", name="the candles as a table").click()

    expect(plain.locator("table tbody tr").nth(100)).to_be_attached()
    context.close()
