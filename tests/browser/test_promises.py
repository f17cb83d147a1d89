"""The promises, tried in a browser: by freezing what feeds the page, and by clicking twice."""

from __future__ import annotations

import os
import signal
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.story import LAST, MARKET, PATIENCE_MS, see_three_changes, value
from tests.product.running import Tidewatch

pytestmark = pytest.mark.timeout(240)
STALE_WITHIN_MS = 20_000
BACK_WITHIN_MS = 10_000
# The order in which the supervisor starts them.
CHILDREN = ("paper", "web", "worker")


@pytest.mark.parametrize("frozen", CHILDREN)
def test_a_frozen_process_makes_the_price_stale_and_its_return_makes_it_live(
    page: Page, tidewatch: Tidewatch, frozen: str
) -> None:
    pid = sorted(tidewatch.children())[CHILDREN.index(frozen)]
    last = page.locator(LAST).first
    expect(last).to_have_attribute("data-state", "live")

    os.kill(pid, signal.SIGSTOP)
    until = time.monotonic() + STALE_WITHIN_MS / 1000
    try:
        # The page watches itself: a state of live beside an age of more than five seconds is a lie.
        page.evaluate(
            """(selector) => {
                window.lies = [];
                window.watch = setInterval(() => {
                    const cell = document.querySelector(selector);
                    const age = document.querySelector(
                        selector.replace('"last"', '"age"')).dataset.value;
                    if (cell.dataset.state === "live" && Number(age) > 5.5) window.lies.push(age);
                }, 50);
            }""",
            LAST,
        )
        expect(last).to_have_attribute("data-state", "stale", timeout=STALE_WITHIN_MS)
        # Each part's age is its own, and that of a quiet one was told a few seconds before.
        expect(page.locator('[data-live-part^="book:"]')).to_have_attribute(
            "data-state", "stale", timeout=max(0.001, until - time.monotonic()) * 1000
        )
        if frozen != "web":
            assert_placing_is_locked(page)
    finally:
        os.kill(pid, signal.SIGCONT)

    expect(last).to_have_attribute("data-state", "live", timeout=BACK_WITHIN_MS)
    assert page.evaluate("window.lies") == []
    see_three_changes(page)


def assert_placing_is_locked(page: Page) -> None:
    fill(page, amount="0.01", price="10000")
    page.get_by_role("button", name="Review order").click()
    review = page.locator("#ticket-review")
    expect(review.get_by_role("alert")).to_be_visible(timeout=PATIENCE_MS)
    expect(review.get_by_role("button", name="Buy")).to_have_count(0)


def fill(page: Page, *, amount: str, price: str) -> None:
    page.get_by_label("Buy", exact=True).check()
    page.get_by_label("Price, USD").fill(price)
    page.get_by_label("Amount, BTC").fill(amount)


def test_a_double_click_places_one_order(page: Page) -> None:
    rows = page.locator('#orders tr[data-order][data-state="OPEN"]')
    before = rows.count()
    price = str(round(value(page, LAST) / 2))
    fill(page, amount="0.0101", price=price)
    page.get_by_role("button", name="Review order").click()

    page.locator("#ticket-review").get_by_role("button", name="Buy 0.0101 BTC").dblclick()

    expect(page.locator('#ticket [data-field="state"]')).to_have_attribute(
        "data-value", "OPEN", timeout=PATIENCE_MS
    )
    expect(rows).to_have_count(before + 1)
    rows.first.get_by_role("button", name="Cancel").click()
    expect(rows).to_have_count(before, timeout=PATIENCE_MS)


def test_enter_pressed_many_times_places_one_order(page: Page) -> None:
    rows = page.locator('#orders tr[data-order][data-state="OPEN"]')
    before = rows.count()
    price = str(round(value(page, LAST) / 2))
    fill(page, amount="0.0102", price=price)
    page.get_by_label("Amount, BTC").press("Enter")
    # The page puts the keyboard on the review's title; only then does it stay where it is put.
    expect(page.get_by_role("heading", name="Buy 0.0102 BTC")).to_be_focused()
    page.locator("#ticket-review").get_by_role("button", name="Buy 0.0102 BTC").focus()

    for _ in range(5):
        page.keyboard.press("Enter", delay=0)

    expect(page.locator('#ticket [data-field="state"]')).to_have_attribute(
        "data-value", "OPEN", timeout=PATIENCE_MS
    )
    expect(rows).to_have_count(before + 1)


def test_the_back_button_and_a_second_press_show_the_first_result(
    page: Page, tidewatch: Tidewatch
) -> None:
    """Without scripts: each step is a page of its own, and an old form makes nothing new."""
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    tab = plain.new_page()
    tab.goto(tidewatch.fresh_link())
    tab.goto(f"{tidewatch.url}/orders/new/?symbol={MARKET}")
    tab.get_by_label("Price, USD").fill(str(round(value(page, LAST) / 2)))
    tab.get_by_label("Amount, BTC").fill("0.0103")
    tab.get_by_role("button", name="Review order").click()
    form = tab.locator('form[action="/orders/place/"]')
    fields = {
        name: form.locator(f'[name="{name}"]').input_value()
        for name in ("csrfmiddlewaretoken", "token")
    }
    tab.get_by_role("button", name="Buy 0.0103 BTC").click()
    # The click returns at the first answer, which leads on: go back from the page that stays.
    expect(tab.locator('[data-field="state"]')).to_have_attribute("data-value", "OPEN")
    first = tab.url

    tab.go_back()
    assert tab.url == first  # the review leads on to what was placed from it
    replayed = tab.request.post(
        f"{tidewatch.url}/orders/place/", form=fields, headers={"Origin": tidewatch.url}
    )

    assert replayed.url == first
    assert tab.locator('[data-field="state"]').get_attribute("data-value") == "OPEN"
    plain.close()


@pytest.mark.parametrize(
    "path", ["/orders/", f"/markets/{MARKET}/", f"/orders/new/?symbol={MARKET}"]
)
def test_a_page_whose_socket_brings_nothing_still_ages(
    browser: Browser, tidewatch: Tidewatch, path: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(tidewatch.fresh_link())
    page.route_web_socket("**/live/", lambda socket: None)  # opens, and then says nothing

    page.goto(tidewatch.url + path)
    cells = page.locator('[data-field="last"], [data-field="bid"]')
    assert cells.count() > 0
    page.wait_for_function(
        """() => [...document.querySelectorAll("[data-symbol][data-field]")]
            .every((cell) => ["stale", "off"].includes(cell.dataset.state))""",
        timeout=STALE_WITHIN_MS,
    )

    context.close()


def test_an_order_can_be_placed_by_keyboard_without_losing_ones_place(page: Page) -> None:
    fill(page, amount="0.0104", price=str(round(value(page, LAST) / 2)))
    page.get_by_label("Amount, BTC").press("Enter")
    title = page.get_by_role("heading", name="Buy 0.0104 BTC")
    expect(title).to_be_focused()

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Buy 0.0104 BTC")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator('#ticket [data-field="state"]')).to_have_attribute(
        "data-value", "OPEN", timeout=PATIENCE_MS
    )
    expect(page.get_by_role("heading", name="Buy 0.0104 BTC")).to_be_focused()


def test_a_step_and_the_place_to_go_on_from_arrive_together(page: Page) -> None:
    """Between the two a key that was pressed would be lost, or would go to another button."""
    page.evaluate(
        """() => new MutationObserver(() => {
            if (!document.getElementById("ticket-review")) return;
            window.first ??= document.activeElement.id;
        }).observe(document.getElementById("ticket"), { childList: true })"""
    )
    fill(page, amount="0.0105", price=str(round(value(page, LAST) / 2)))
    page.get_by_label("Amount, BTC").press("Enter")
    expect(page.locator("#ticket-review")).to_be_visible()

    assert page.evaluate("window.first") == "review-title"


def test_a_wrong_field_is_where_one_goes_on(page: Page) -> None:
    fill(page, amount="1,5", price="60000")
    page.get_by_role("button", name="Review order").click()

    expect(page.get_by_label("Amount, BTC")).to_be_focused()
    expect(page.get_by_label("Amount, BTC")).to_have_value("1,5")


def test_signing_out_in_one_tab_tells_the_other(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)

    other.get_by_role("button", name="Sign out").click()

    expect(page.locator("#signed-out")).to_be_visible(timeout=5_000)
