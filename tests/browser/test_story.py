"""The whole story, in a real browser, on both columns of the architecture."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.story import live_it, see_three_changes, wallets_read_after
from tests.product.running import Tidewatch, running
from tests.product.scaled import running_scaled

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of: refused scripts and styles, errors, missing files."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()


def live_through(tidewatch: Tidewatch, page: Page) -> None:
    """Live the story; where it breaks, say what the product printed meanwhile."""
    try:
        live_it(page, tidewatch.welcome_url())
    except AssertionError as exc:
        raise AssertionError(f"{exc}\n--- what Tidewatch printed ---\n{tidewatch.output}") from exc


def test_a_stranger_sees_prices_move_and_buys_on_one_machine_and_finds_it_over_v1_too(
    page: Page, tmp_path: Path, complaints: list[str]
) -> None:
    with running(tmp_path) as tidewatch:
        live_through(tidewatch, page)
        page.goto(f"{tidewatch.url}/")
        before = wallets_read_after(page, 0)
        page.goto("about:blank")  # a page whose server goes away would complain

        assert complaints == []
        assert "Traceback" not in tidewatch.output
    stopped_ms = time.time_ns() // 1_000_000
    with running(tmp_path, EXCHANGE_API="v1", BALANCES_SECONDS="10") as tidewatch:
        page.goto(tidewatch.welcome_url())
        after = wallets_read_after(page, stopped_ms)
        try:
            see_three_changes(page)
        except AssertionError as exc:
            raise AssertionError(f"{exc}\n--- printed ---\n{tidewatch.output}") from exc

        assert after == before
        assert len(after) == 2 * 8
        assert "exchange BTC available" in after
        assert complaints == []
        assert "Traceback" not in tidewatch.output


def test_the_same_story_on_postgres_and_redis_with_two_of_everything(
    page: Page, tmp_path: Path, complaints: list[str]
) -> None:
    with running_scaled(tmp_path) as tidewatch:
        live_through(tidewatch, page)

        assert complaints == []
        assert "Traceback" not in tidewatch.output
