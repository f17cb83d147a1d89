from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tests.dashboard.markets.samples import list_markets, show_quote
from tests.dashboard.pages.page import Page

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
WHOLE_PAGES = [
    {},
    {"HX-Request": "true", "HX-Boosted": "true"},
    {"HX-Request": "true", "HX-History-Restore-Request": "true"},
]


def opened(client: Client, address: str = "/markets/", **headers: str) -> Page:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return Page(response.content.decode())


def symbols(page: Page) -> list[str]:
    return [
        each["data-watch"] or ""
        for _, each in page.elements
        if each.get("role") == "row" and "data-watch" in each
    ]


def test_nobody_sees_it_without_signing_in() -> None:
    response = Client().get("/markets/")

    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/markets/")


@pytest.mark.parametrize("headers", WHOLE_PAGES)
def test_an_address_opened_by_hand_is_a_whole_page(
    owner_client: Client, headers: dict[str, str]
) -> None:
    page = opened(owner_client, **headers)

    assert page.html.startswith("<!doctype html>")


def test_htmx_gets_the_table_alone_as_it_stands_on_the_page(owner_client: Client) -> None:
    list_markets("tBTCUSD")

    part = opened(owner_client, **HTMX).html.strip()

    assert part.startswith('<section id="market-table"')
    assert part in opened(owner_client).html


def test_every_row_can_be_followed_by_scripts_and_by_keyboard(owner_client: Client) -> None:
    list_markets("tBTCUSD", "tDOGE:USD")
    show_quote("tBTCUSD", last="61240", bid="61239", ask="61241", change="0.0124", volume="2100")

    page = opened(owner_client, **HTMX)

    assert symbols(page) == ["tBTCUSD", "tDOGE:USD"]
    for symbol in symbols(page):
        for field in ("last", "change", "bid", "ask", "volume", "age"):
            assert len(page.all_with(data_symbol=symbol, data_field=field)) == 1
    (last,) = page.all_with(data_symbol="tBTCUSD", data_field="last")
    assert (last["data-value"], last["data-at"]) == ("61240", "1700000000000")
    (unknown,) = page.all_with(data_symbol="tDOGE:USD", data_field="last")
    assert (unknown["data-value"], unknown["data-state"]) == ("", "off")
    assert page.all_with(href="/markets/tBTCUSD/")
    assert page.all_with(href="/markets/tDOGE:USD/")


def test_a_search_keeps_what_fits_and_what_was_typed(owner_client: Client) -> None:
    list_markets("tBTCUSD", "tETHUSD", "tETHBTC")

    page = opened(owner_client, "/markets/?q=eth&sort=-name")

    assert symbols(page) == ["tETHUSD", "tETHBTC"]
    assert page.all_with(name="q", value="eth")
    assert page.all_with(name="sort", value="-name", form="market-search")
    assert page.all_with(aria_sort="descending")


def test_a_search_without_a_hit_says_what_to_do(owner_client: Client) -> None:
    list_markets("tBTCUSD")

    page = opened(owner_client, "/markets/?q=nothing")

    assert symbols(page) == []
    assert "No market matches “nothing”" in page.html
    assert page.all_with(href="/markets/")


def test_before_the_exchange_was_heard_the_page_says_so(owner_client: Client) -> None:
    page = opened(owner_client)

    assert "has not told us its markets yet" in page.html
    assert page.all_with(id="market-table", hx_get="/markets/", hx_trigger="every 2s")


def test_the_strip_asks_again_until_the_markets_are_known(owner_client: Client) -> None:
    asking = {"class_": "strip", "hx_get": "/markets/strip/", "hx_trigger": "every 2s"}
    assert opened(owner_client, "/markets/strip/").all_with(**asking)

    list_markets("tBTCUSD")

    page = opened(owner_client, "/markets/strip/", **HTMX)
    assert page.values("data-watch") == ["tBTCUSD"]
    assert page.values("hx-get") == []


def test_a_page_that_cannot_fill_is_loaded_anew_once_the_markets_are_known(
    owner_client: Client,
) -> None:
    asked = "/markets/strip/?load=page"
    assert "HX-Refresh" not in owner_client.get(asked, headers=HTMX)

    list_markets("tBTCUSD")

    assert owner_client.get(asked, headers=HTMX)["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    "hostile",
    ["%", "_", "'", "<script>alert(1)</script>", "(a+)+$", "x" * 10_000, "\u202eDSU", "\x00", "💣"],
)
def test_b54_a_hostile_search_is_answered_and_written_safely(
    owner_client: Client, hostile: str
) -> None:
    list_markets("tBTCUSD")

    response = owner_client.get("/markets/", {"q": hostile})

    assert response.status_code == 200
    assert b"<script>alert" not in response.content
    assert b"\x00" not in response.content


@pytest.mark.parametrize(
    "query", ["sort=__class__", "sort=-", "sort=" + "9" * 9000, "page=-1", "q=a&q=b", "q[]=1"]
)
def test_b55_odd_parameters_give_the_usual_page(owner_client: Client, query: str) -> None:
    list_markets("tBTCUSD")

    assert owner_client.get(f"/markets/?{query}").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_table_takes_nothing(owner_client: Client, method: str) -> None:
    assert getattr(owner_client, method)("/markets/").status_code == 405


def test_the_table_costs_as_few_queries_with_many_markets_as_with_one(
    owner_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    list_markets("tABCUSD")
    opened(owner_client)  # the first page of a session reads more
    with CaptureQueriesContext(connection) as with_one:
        opened(owner_client)
    list_markets(*(f"tAB{letter}USD" for letter in "DEFGHIJKLMNOPQRST"))

    with django_assert_num_queries(len(with_one)):
        opened(owner_client)
    # The session, the person, the stars, the lists, the choice, the markets twice; four of every
    # page's frame, and two of its strip.
    assert len(with_one) == 13


@pytest.mark.parametrize(("version", "is_said"), [("v1", True), ("v2", False)])
def test_over_v1_the_table_says_which_figures_it_cannot_have(
    owner_client: Client, settings: Any, version: str, is_said: bool
) -> None:
    settings.EXCHANGE_API = version
    list_markets("tBTCUSD")
    page = opened(owner_client)

    assert ("not of the 24-hour change" in page.html) is is_said


def test_a_change_of_the_day_that_nobody_told_is_a_dash_in_no_colour(owner_client: Client) -> None:
    list_markets("tBTCUSD")
    show_quote("tBTCUSD", last="61240")
    page = opened(owner_client, **HTMX)
    (change,) = (each for _, each in page.elements if each.get("data-field") == "change")

    assert change["data-value"] == ""
    assert not {"up", "down", "flat"} & set((change["class"] or "").split())
