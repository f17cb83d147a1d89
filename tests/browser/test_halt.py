"""The kill switch pulled by the command, over a restart of everything, until it is released."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.story import LAST, MARKET, PATIENCE_MS
from tests.product.running import running

pytestmark = pytest.mark.timeout(240)
TICKET = f"/orders/new/?symbol={MARKET}&side=buy&amount=0.0051&price=30000"


def test_what_the_command_halted_stays_halted_after_a_restart(
    browser: Browser, tmp_path: Path
) -> None:
    with running(tmp_path) as tidewatch:
        tidewatch.welcome_url()
        assert "the kill switch is on; nothing is placed." in tidewatch.manage("halt")

    with running(tmp_path) as tidewatch:
        tidewatch.welcome_url()
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.goto(tidewatch.fresh_link())
        page.goto(f"{tidewatch.url}/markets/{MARKET}/")
        page.wait_for_selector(f'{LAST}[data-state="live"]', timeout=PATIENCE_MS)
        page.goto(f"{tidewatch.url}{TICKET}")
        expect(page.get_by_text("The kill switch has been on since").first).to_be_visible()

        page.get_by_role("link", name="Stopped").click()
        page.get_by_label("Type release").fill("release")
        page.get_by_role("button", name="Release the kill switch").press("Enter")
        expect(page.get_by_text("The kill switch is released")).to_be_visible()

        page.goto(f"{tidewatch.url}{TICKET}")
        expect(page.get_by_text("The kill switch has been on since")).to_have_count(0)
        context.close()
