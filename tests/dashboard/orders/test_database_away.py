"""While the database does not answer, people read that, and no order is sent twice or lost."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, InterfaceError, OperationalError
from django.test import Client

from dashboard.orders import services
from dashboard.orders.models import Order
from dashboard.orders.states import State
from exchange.paper import PaperExchange
from tests.dashboard.orders.conftest import Review
from tests.dashboard.pages.page import Page


def gone(kind: type[Exception] = OperationalError) -> Exception:
    """Return what a server that is gone looks like through Django."""
    problem = kind("the connection is closed")
    problem.__cause__ = psycopg.OperationalError("the connection is closed")
    return problem


def raising(problem: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise problem

    return fail


@pytest.mark.parametrize("problem", [gone(), gone(InterfaceError)])
def test_a_page_says_that_the_database_does_not_answer(
    owner_client: Client, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    monkeypatch.setattr(SessionStore, "load", raising(problem))

    answer = owner_client.get("/orders/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "The database does not answer" in Page(answer.content.decode()).html
    assert Page(answer.content.decode()).all_with(href="/orders/")


def test_who_only_asks_whether_the_process_lives_is_not_asked_who_it_is(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SessionStore, "load", raising(gone()))
    client.cookies["sessionid"] = "x" * 32

    assert client.get("/health/live/").status_code == 200


def test_f38_an_order_whose_answer_cannot_be_written_down_is_looked_for_and_not_sent_again(
    owner_client: Client, review: Review, paper: PaperExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = review()
    monkeypatch.setattr(services, "note_answered", raising(gone()))

    answer = owner_client.post("/orders/place/", {"token": token})
    again = owner_client.post("/orders/place/", {"token": token})

    assert answer.status_code == 503
    assert "Tidewatch looks at the exchange" in Page(answer.content.decode()).html
    assert again.status_code != 503
    assert Order.objects.get(token=token).state == State.SENDING
    assert len(paper.ledger.orders) == 1


@pytest.mark.parametrize(
    "problem", [IntegrityError("a row too many"), OperationalError("no such column: x")]
)
def test_a_mistake_of_ours_is_not_taken_for_an_absence(
    owner_client: Client, review: Review, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    monkeypatch.setattr("dashboard.orders.services.place_order", raising(problem))
    owner_client.raise_request_exception = False

    assert owner_client.post("/orders/place/", {"token": review()}).status_code == 500
