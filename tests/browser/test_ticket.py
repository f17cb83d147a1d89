"""The ticket in a browser: what shows, what is filled in by a press, and what holds an order."""

from __future__ import annotations

import os
import signal
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import LAST, MARKET, PATIENCE_MS, balance, value
from tests.product.running import Tidewatch

pytestmark = pytest.mark.timeout(240)
STALE_WITHIN_MS = 20_000


def fill(page: Page, *, price: str, amount: str) -> None:
    page.get_by_label("Type").select_option("LIMIT")
    page.get_by_label("Price, USD").fill(price)
    page.get_by_label("Amount, BTC").fill(amount)


def reviewed(page: Page) -> None:
    page.get_by_role("button", name="Review order").click()
    expect(page.locator("#ticket-review")).to_be_visible(timeout=PATIENCE_MS)


def test_a_type_shows_its_own_fields_and_the_preview_keeps_its_height(page: Page) -> None:
    preview = page.locator("#ticket-preview")
    height = preview.bounding_box()["height"]  # type: ignore[index]
    shown = {
        "LIMIT": ["price"],
        "MARKET": [],
        "STOP": ["stop"],
        "STOP_LIMIT": ["price", "stop"],
        "TRAILING_STOP": ["distance"],
        "FOK": ["price"],
        "IOC": ["price"],
    }
    for kind, fields in shown.items():
        page.get_by_label("Type").select_option(kind)
        for field in ("price", "stop", "distance"):
            expect(page.locator(f"#ticket-{field}")).to_be_visible(visible=field in fields)
    page.get_by_label("Type").select_option("MARKET")
    page.get_by_label("Amount, BTC").fill("0.05")

    expect(preview.locator('[data-field="covered"]')).not_to_have_attribute("data-value", "")
    assert preview.bounding_box()["height"] == height  # type: ignore[index]


def test_a_pair_asks_for_its_stop_once_it_is_ticked(page: Page) -> None:
    page.locator("#ticket summary").click()
    page.get_by_label("One cancels the other").check()

    expect(page.locator("#ticket-stop")).to_be_visible()


def test_a_share_fills_in_what_can_be_paid_and_keeps_the_keyboard(page: Page) -> None:
    price = round(value(page, LAST) / 2)
    fill(page, price=str(price), amount="")
    page.get_by_role("button", name="50 per cent").click()

    amount = page.get_by_label("Amount, BTC")
    expect(amount).not_to_have_value("")
    expect(page.get_by_role("button", name="50 per cent")).to_be_focused()
    dollars = balance(page, "USD") / 2
    assert dollars * Decimal("0.999") < Decimal(amount.input_value()) * price <= dollars


def test_every_number_can_be_pressed_into_the_ticket(page: Page) -> None:
    price = page.get_by_label("Price, USD")
    page.get_by_role("link", name="mid", exact=True).click()
    expect(price).not_to_have_value("")

    pressed = page.evaluate(
        """() => {
            const cell = document.querySelector(".book tbody tr:nth-child(5) td.ask");
            cell.querySelector("button").click();
            return cell.dataset.value;
        }"""
    )
    expect(price).to_have_value(pressed)
    pressed = page.evaluate(
        """() => {
            const cell = document.querySelector(".trades tbody tr td.amount");
            cell.click();
            return cell.textContent.replace(/\\s/g, "");
        }"""
    )
    expect(page.get_by_label("Amount, BTC")).to_have_value(pressed)


def test_keys_choose_the_side_and_walk_the_book(page: Page) -> None:
    page.locator("h1").click()
    page.keyboard.press("s")
    expect(page.get_by_label("Sell", exact=True)).to_be_checked()
    page.keyboard.press("b")
    expect(page.get_by_label("Buy", exact=True)).to_be_checked()

    page.locator(".desk-book .depth-frame").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Price, USD")).not_to_have_value("")


def test_a_guard_waits_for_its_tick(page: Page) -> None:
    fill(page, price=str(round(value(page, LAST) * 101 / 100)), amount="0.0021")
    reviewed(page)
    press = page.get_by_role("button", name="Buy 0.0021 BTC")
    press.click()
    expect(page.locator("#ticket-review")).to_be_visible()  # the browser asks for the tick

    page.get_by_label("I mean it").check()
    page.keyboard.press("Control+Enter")

    expect(page.locator('#ticket [data-field="state"]')).to_have_attribute(
        "data-value", "FILLED", timeout=PATIENCE_MS
    )


def test_a_hard_guard_waits_for_the_amount(page: Page) -> None:
    fill(page, price=str(int(value(page, LAST) * 2) // 100 * 100), amount="0.0022")
    reviewed(page)
    page.get_by_label("I mean it").check()
    typed = page.get_by_label("Type the amount, 0.0022, to go on")
    typed.fill("0.022")
    page.get_by_role("button", name="Buy 0.0022 BTC").click()
    expect(page.get_by_text("Nothing was sent: type 0.0022 to go on.")).to_be_visible()

    page.get_by_label("Type the amount, 0.0022, to go on").fill("0.0022")
    page.get_by_role("button", name="Buy 0.0022 BTC").click()

    expect(page.locator('#ticket [data-field="state"]')).to_have_attribute(
        "data-value", "FILLED", timeout=PATIENCE_MS
    )


def test_a_dead_feed_takes_the_button_away_and_its_return_brings_it_back(
    page: Page, tidewatch: Tidewatch
) -> None:
    fill(page, price=str(round(value(page, LAST) / 2)), amount="0.0023")
    reviewed(page)
    press = page.get_by_role("button", name="Buy 0.0023 BTC")
    expect(press).to_be_visible()

    exchange = sorted(tidewatch.children())[0]
    os.kill(exchange, signal.SIGSTOP)
    try:
        expect(page.locator(".stale-lock")).to_be_visible(timeout=STALE_WITHIN_MS + 5_000)
        expect(press).to_be_hidden()
    finally:
        os.kill(exchange, signal.SIGCONT)

    expect(press).to_be_visible(timeout=STALE_WITHIN_MS)


def test_on_a_phone_the_ticket_comes_from_below(page: Page, tidewatch: Tidewatch) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(reduced_motion="reduce")  # it then is where it goes at once
    page.goto(f"{tidewatch.url}/markets/{MARKET}/")
    amount = page.get_by_label("Amount, BTC")
    expect(page.locator("#ticket-form")).to_be_attached()
    expect(amount).to_be_hidden()

    page.get_by_role("button", name="Trade BTC/USD").click()
    expect(amount).to_be_visible()
    age = page.locator("#ticket .ticket-age").bounding_box()
    button = page.get_by_role("button", name="Review order").bounding_box()
    assert age is not None
    assert button is not None
    assert age["y"] < button["y"] < 740
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    page.keyboard.press("Escape")
    expect(amount).to_be_hidden()
