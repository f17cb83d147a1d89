"""An exchange whose admin address is open, and somebody who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from exchange.paper import PaperExchange, running_paper
from exchange.paper.market.markets import catalogue
from tests.exchange.paper.caller import KEY


class Admin:
    """Use the admin address of an exchange."""

    def __init__(self, rest_url: str) -> None:
        self.url = f"{rest_url}/admin"

    def look(self, path: str, **query: str) -> Any:
        return self._sent("GET", path, params=query)

    def press(self, path: str, /, **members: Any) -> Any:
        return self._sent("POST", path, json=members)

    def remove(self, path: str) -> Any:
        return self._sent("DELETE", path)

    def _sent(self, method: str, path: str, **rest: Any) -> Any:
        answer = requests.request(method, self.url + path, timeout=10, **rest)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, **rest: Any) -> tuple[int, str]:
        """Return the status and the words of a refusal."""
        answer = requests.request(method, self.url + path, timeout=10, **rest)
        return answer.status_code, answer.json()["error"]


@pytest.fixture
def paper() -> Iterator[PaperExchange]:
    with running_paper(keys=[KEY], listed=catalogue()[:3], admin=True) as exchange:
        exchange.pause()
        yield exchange


@pytest.fixture
def admin(paper: PaperExchange) -> Admin:
    return Admin(paper.rest_url)
