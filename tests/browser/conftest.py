"""A real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.story import MARKET, see_three_changes
from tests.product.running import Tidewatch, running

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "no Chromium: run `make test`, which installs it or says how"
    return found


def launch(playwright: Playwright) -> Browser:
    # Chromium's sandbox refuses to run as root, which is what a container's tests run as.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(
        executable_path=chromium(), args=[*QUIET, *sandbox], headless=True
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tidewatch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tidewatch]:
    with running(tmp_path_factory.mktemp("tidewatch")) as tidewatch:
        tidewatch.welcome_url()
        yield tidewatch


@pytest.fixture
def tab(browser: Browser, tidewatch: Tidewatch) -> Iterator[Page]:
    """A signed-in tab that has not been anywhere yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    tab = context.new_page()
    tab.goto(tidewatch.fresh_link())
    yield tab
    context.close()


@pytest.fixture
def page(browser: Browser, tidewatch: Tidewatch) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(tidewatch.fresh_link())
    page.goto(f"{tidewatch.url}/markets/{MARKET}/")
    see_three_changes(page)
    yield page
    context.close()
