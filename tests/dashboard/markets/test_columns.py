"""Which columns the table has: each person's own choice, remembered."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.markets.sorting import CHOOSABLE, USUAL
from tests.dashboard.markets.samples import list_markets, show_quote
from tests.dashboard.pages.page import Page

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def columns(client: Client, query: str = "") -> list[str]:
    """Return the columns of the table's head, its star left out."""
    page = Page(client.get(f"/markets/{query}", headers=HTMX).content.decode())
    heads = [each["class"] or "" for each in page.all_with(role="columnheader")]
    return [head.removeprefix("column-") for head in heads][1:]


@pytest.fixture(autouse=True)
def _one_market(db: None) -> None:
    list_markets("tBTCUSD")
    show_quote("tBTCUSD", high="120", low="80", volume="7", change="0.01")


def test_nobody_who_chose_nothing_has_the_usual_columns(owner_client: Client) -> None:
    assert columns(owner_client) == ["name", *USUAL, "age"]


def test_a_choice_is_kept_in_the_tables_order_for_its_person_alone(
    owner_client: Client, stranger_client: Client
) -> None:
    response = owner_client.post("/markets/columns/", {"column": ["volume", "low", "high"]})

    assert (response.status_code, response["Location"]) == (303, "/markets/")
    assert columns(owner_client) == ["name", "high", "low", "volume", "age"]
    assert columns(stranger_client) == ["name", *USUAL, "age"]


def test_rows_have_the_figures_of_their_heads(owner_client: Client) -> None:
    owner_client.post("/markets/columns/", {"column": ["high", "low"]})
    page = Page(owner_client.get("/markets/", headers=HTMX).content.decode())
    cells = {
        each["data-field"]: each["data-value"] for each in page.all_with(data_symbol="tBTCUSD")
    }

    assert {name: cells[name] for name in ("high", "low")} == {"high": "120", "low": "80"}
    assert "last" not in cells
    assert "age" in cells


@pytest.mark.parametrize("chosen", [[], ["nosuch"], ["age"], ["x" * 5000]])
def test_without_any_column_that_there_is_the_usual_ones_come_back(
    owner_client: Client, chosen: list[str]
) -> None:
    owner_client.post("/markets/columns/", {"column": ["high"]})
    owner_client.post("/markets/columns/", {"column": chosen})

    assert columns(owner_client) == ["name", *USUAL, "age"]


def test_a_choice_leads_back_to_the_list_that_was_shown(owner_client: Client) -> None:
    stars = owner_client.post("/markets/columns/", {"column": CHOOSABLE, "list": "stars"})
    hostile = owner_client.post(
        "/markets/columns/", {"column": CHOOSABLE, "list": "//evil.example"}
    )

    assert stars["Location"] == "/markets/?list=stars"
    assert hostile["Location"] == "/markets/"
    assert columns(owner_client) == ["name", *CHOOSABLE, "age"]


def test_a_hidden_column_still_sorts(owner_client: Client) -> None:
    owner_client.post("/markets/columns/", {"column": ["last"]})

    assert owner_client.get("/markets/?sort=-high").status_code == 200
