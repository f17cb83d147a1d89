"""Markets that close while pages show them: said in words, and never shown as live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.story import MARKET, see_three_changes
from tests.chaos.hands import Hands
from tests.product.running import Tidewatch, running

pytestmark = pytest.mark.timeout(240)
PATIENCE_MS = 60_000  # a poll that a busy machine answers late is tried again after its deadline


@pytest.fixture(scope="module")
def tidewatch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tidewatch]:
    with running(tmp_path_factory.mktemp("tidewatch"), PAPER_ADMIN="yes") as tidewatch:
        tidewatch.welcome_url()
        yield tidewatch


@pytest.fixture
def exchange(tidewatch: Tidewatch) -> Iterator[Hands]:
    hands = Hands(int(tidewatch.environment["PAPER_PORT"]))
    yield hands
    hands.call("DELETE", "/faults")


def states(part: Locator) -> set[str]:
    found: list[str] = part.locator(f'.cell[data-symbol="{MARKET}"]').evaluate_all(
        "(cells) => cells.map(({ dataset }) => dataset.state)"
    )
    return set(found)


def test_an_open_page_says_that_its_market_was_dropped_and_when_it_is_back(
    tab: Page, tidewatch: Tidewatch, exchange: Hands
) -> None:
    tab.goto(f"{tidewatch.url}/markets/{MARKET}/")
    see_three_changes(tab)
    notice = tab.locator(".standing-notice")
    expect(notice).to_be_hidden()

    with exchange.fault("delisted_pair", symbol=MARKET):
        expect(notice).to_contain_text("No longer listed", timeout=PATIENCE_MS)
        assert states(tab.locator("main")) == {"closed"}
        for part in tab.locator(".desk-book, .desk-trades").locator("[data-live-part]").all():
            expect(part).to_have_attribute("data-state", "closed", timeout=PATIENCE_MS)
        expect(tab.locator("#chart")).to_have_attribute("data-state", "closed")

    expect(notice).to_be_hidden(timeout=PATIENCE_MS)
    see_three_changes(tab)


def test_in_a_maintenance_every_row_says_so_until_it_is_over(
    tab: Page, tidewatch: Tidewatch, exchange: Hands
) -> None:
    tab.goto(f"{tidewatch.url}/markets/")
    see_three_changes(tab)
    row = tab.locator(f'.markets [data-watch="{MARKET}"]')
    number = exchange.plant("maintenance")

    expect(row.get_by_text("In maintenance")).to_be_visible(timeout=PATIENCE_MS)
    tab.wait_for_function(
        """() => [...document.querySelectorAll(".cell[data-symbol]")]
            .every(({ dataset }) => !["live", "slow"].includes(dataset.state))""",
        timeout=PATIENCE_MS,
    )
    tab.reload()
    expect(row.get_by_text("In maintenance")).to_be_visible()
    assert states(row) == {"closed"}

    exchange.lift(number)
    expect(row.get_by_text("In maintenance")).to_be_hidden(timeout=PATIENCE_MS)
    see_three_changes(tab)
