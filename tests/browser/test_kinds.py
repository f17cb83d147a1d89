"""Every kind of order, from the ticket to its line in the lists; a position until it is closed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from dashboard.orders.kinds import KINDS as KINDS_THERE_ARE
from dashboard.orders.words import type_words
from tests.browser.story import LAST, MARKET, PATIENCE_MS, value
from tests.product.running import Tidewatch

pytestmark = pytest.mark.timeout(240)
# By kind: its price fields as shares of the market, and the state that it soon is in.
KINDS = {
    "MARKET": ({}, "FILLED"),
    "STOP": ({"stop": "1.04"}, "OPEN"),
    "STOP_LIMIT": ({"stop": "1.04", "price": "1.05"}, "OPEN"),
    "TRAILING_STOP": ({"distance": "0.04"}, "OPEN"),
    "FOK": ({"price": "1.01"}, "FILLED"),
    "IOC": ({"price": "0.95"}, "CANCELED"),
}
WORDS = {each.code: type_words(f"EXCHANGE {each.wire}") for each in KINDS_THERE_ARE.values()}
STATE = '#ticket [data-field="state"]'


def share(page: Page, of: str) -> str:
    return str(round(value(page, LAST) * Decimal(of)))


def fill(page: Page, kind: str, prices: dict[str, str], amount: str) -> None:
    page.get_by_label("Type").select_option(kind)
    for field, of in prices.items():
        page.locator(f"#ticket-{field}").fill(share(page, of))
    page.get_by_label("Amount, BTC").fill(amount)


def place(page: Page, words: str) -> None:
    """Go through the review by keyboard, ticking whatever it asks for."""
    page.get_by_role("button", name="Review order").press("Enter")
    review = page.locator("#ticket-review")
    expect(review).to_be_visible(timeout=PATIENCE_MS)
    for tick in review.get_by_role("checkbox").all():
        tick.press("Space")
    review.get_by_role("button", name=words).press("Enter")


def line_of(amount: str, state: str) -> str:
    return f'tr[data-state="{state}"]:has([data-field="amount"][data-value="{amount}"])'


def cancel(page: Page, row: str) -> None:
    page.locator(row).get_by_role("button", name="Cancel").press("Enter")
    expect(page.locator(row)).to_have_count(0, timeout=PATIENCE_MS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_placed_by_keyboard_and_ends_as_it_says(
    page: Page, tidewatch: Tidewatch, kind: str
) -> None:
    prices, state = KINDS[kind]
    amount = f"0.00{31 + list(KINDS).index(kind)}"
    fill(page, kind, prices, amount)
    place(page, f"Buy {amount} BTC")

    expect(page.locator(STATE)).to_have_attribute("data-value", state, timeout=PATIENCE_MS)

    page.goto(f"{tidewatch.url}/orders/{'' if state == 'OPEN' else 'history/'}")
    row = line_of(amount, state)
    expect(page.locator(row)).to_have_count(1, timeout=PATIENCE_MS)
    expect(page.locator(row)).to_contain_text(WORDS[kind])
    if state == "OPEN":
        cancel(page, row)


def test_a_hidden_post_only_limit_with_an_end_waits_until_it_is_cancelled(
    page: Page, tidewatch: Tidewatch
) -> None:
    fill(page, "LIMIT", {"price": "0.97"}, "0.0041")
    page.locator("#ticket summary").press("Enter")
    page.get_by_label("Post only").press("Space")
    page.get_by_label("Hidden").press("Space")
    page.get_by_label("Good till, UTC").fill(
        f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d %H:%M}"
    )
    place(page, "Buy 0.0041 BTC")
    expect(page.locator(STATE)).to_have_attribute("data-value", "OPEN", timeout=PATIENCE_MS)

    page.goto(f"{tidewatch.url}/orders/")
    row = line_of("0.0041", "OPEN")
    expect(page.locator(row)).to_contain_text(re.compile("post only", re.IGNORECASE))
    expect(page.locator(row)).to_contain_text(re.compile("hidden", re.IGNORECASE))
    cancel(page, row)


def test_of_a_pair_both_are_listed_and_both_go(page: Page, tidewatch: Tidewatch) -> None:
    page.locator("#ticket summary").press("Enter")
    page.get_by_label("One cancels the other").press("Space")
    fill(page, "LIMIT", {"price": "0.97", "stop": "1.04"}, "0.0042")
    place(page, "Buy 0.0042 BTC")
    expect(page.locator(STATE)).to_have_attribute("data-value", "OPEN", timeout=PATIENCE_MS)

    page.goto(f"{tidewatch.url}/orders/")
    rows = page.locator(line_of("0.0042", "OPEN"))
    expect(rows).to_have_count(2, timeout=PATIENCE_MS)
    rows.first.get_by_role("button", name=re.compile("Cancel")).first.press("Enter")
    expect(rows).to_have_count(0, timeout=PATIENCE_MS)


def test_a_position_is_opened_on_margin_and_closed_from_its_line(
    page: Page, tidewatch: Tidewatch
) -> None:
    page.locator("#ticket summary").press("Enter")
    page.get_by_label("Wallet").select_option("margin")
    fill(page, "MARKET", {}, "0.0043")
    place(page, "Buy 0.0043 BTC")
    expect(page.locator(STATE)).to_have_attribute("data-value", "FILLED", timeout=PATIENCE_MS)

    positions = f"{tidewatch.url}/orders/positions/"
    page.goto(positions)
    line = page.locator(f'[data-position][data-symbol="{MARKET}"]')
    expect(line).to_contain_text("long 0.0043 BTC", timeout=PATIENCE_MS)
    line.get_by_role("link", name="Close it").press("Enter")
    place(page, "Sell 0.0043 BTC")
    expect(page.locator(STATE)).to_have_attribute("data-value", "FILLED", timeout=PATIENCE_MS)

    page.goto(positions)
    expect(page.get_by_text("No open positions")).to_be_visible(timeout=PATIENCE_MS)
    for tab, words in (("Fills", "0.0043"), ("Journal", "0.0043"), ("History", "0.0043")):
        page.get_by_role("navigation", name="Orders").get_by_role("link", name=tab).click()
        expect(page.locator("#listing")).to_contain_text(words, timeout=PATIENCE_MS)
