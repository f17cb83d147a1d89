"""Here a few markets will do."""

from __future__ import annotations

import pytest

from exchange.paper import PaperExchange


@pytest.fixture
def paper(few: PaperExchange) -> PaperExchange:
    return few
