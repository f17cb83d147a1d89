"""What every test shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from dashboard.live.board import board


def pytest_configure() -> None:
    # Tests read templates, not collected files; the browser story collects them for real.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )


@pytest.fixture(autouse=True)
def empty_board() -> Iterator[None]:
    """Start and end every test knowing no price."""
    board.clear()
    yield
    board.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser for the end: once it runs, Playwright's event loop owns the main thread."""
    items.sort(key=lambda item: item.path.parent.name == "browser")
