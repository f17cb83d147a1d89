"""The order book of the market page: its precisions, its checksum, and rows that stay in place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import PATIENCE_MS

pytestmark = pytest.mark.timeout(240)
BOOK = ".desk-book"


def test_the_keyboard_switches_to_a_coarser_book_and_back(page: Page) -> None:
    book = page.locator(BOOK)
    page.get_by_role("radio", name="P0").focus()
    for precision in ("P1", "P2"):
        page.keyboard.press("ArrowRight")
        part = book.locator(f'[data-live-part="book:tBTCUSD:{precision}"]')
        expect(part.locator("td.price[data-value]").first).to_be_visible(timeout=PATIENCE_MS)

    prices = part.locator("td.price[data-value]").evaluate_all(
        "(cells) => cells.map(({ dataset }) => dataset.value)"
    )
    assert prices
    assert all(Decimal(price) % 100 == 0 for price in prices)
    expect(part).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    exact = book.locator('[data-live-part="book:tBTCUSD"]')
    expect(exact.locator("td.price[data-value]").first).to_be_visible(timeout=PATIENCE_MS)


def test_rows_of_one_precision_never_stand_under_the_name_of_another(page: Page) -> None:
    left = page.evaluate(
        """() => {
            document.querySelector('[name="book-precision"][value$=":P3"]').click();
            return [document.querySelector(".desk-book [data-live-part]").dataset.livePart,
                    document.querySelector(".book tbody").textContent];
        }"""
    )

    assert left == ["book:tBTCUSD:P3", ""]


def test_nothing_moves_when_levels_come_and_go(page: Page) -> None:
    def height() -> tuple[int, float]:
        rows, tall = page.evaluate(
            """() => [document.querySelectorAll(".book tbody tr").length,
                      document.querySelector(".book").getBoundingClientRect().height]"""
        )
        return rows, tall

    full = height()
    page.get_by_role("radio", name="P4").check(force=True)
    empty = height()
    expect(
        page.locator('[data-live-part="book:tBTCUSD:P4"] td.price[data-value]').first
    ).to_be_visible(timeout=PATIENCE_MS)

    assert full == empty == height()


def test_the_book_says_when_its_checksum_held(page: Page) -> None:
    expect(page.locator(".book-check")).to_have_attribute("data-check", "held", timeout=PATIENCE_MS)
    expect(page.locator(".book-check")).to_contain_text("✓ checked")


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_part_is_wider_than_its_frame(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})

    wide = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll(".depth-frame")]
            .filter((frame) => frame.scrollWidth > frame.clientWidth)
            .map((frame) => [frame.className, frame.scrollWidth, frame.clientWidth])"""
    )
    assert wide == []
