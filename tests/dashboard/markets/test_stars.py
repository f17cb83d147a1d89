"""Stars: one press puts one on a market, with scripts and without."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.markets import stars
from tests.dashboard.markets.samples import list_market, list_markets
from tests.dashboard.pages.page import Page

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def opened(client: Client, address: str) -> Page:
    return Page(client.get(address).content.decode())


def test_a_star_without_scripts_leads_back_to_the_table(owner_client: Client, owner: User) -> None:
    list_markets("tBTCUSD")

    response = owner_client.post("/markets/stars/", {"star": "tBTCUSD"})

    assert (response.status_code, response["Location"]) == (302, "/markets/")
    assert stars.starred(owner) == {"tBTCUSD"}


def test_a_star_with_scripts_answers_with_the_button_alone(owner_client: Client) -> None:
    list_markets("tBTCUSD")

    given = owner_client.post("/markets/stars/", {"star": "tBTCUSD"}, headers=HTMX)
    taken = owner_client.post("/markets/stars/", {"unstar": "tBTCUSD"}, headers=HTMX)

    assert [tag for tag, _ in Page(given.content.decode()).elements] == ["button", "span"]
    assert Page(given.content.decode()).all_with(name="unstar", aria_pressed="true")
    assert Page(taken.content.decode()).all_with(name="star", aria_pressed="false")


def test_a_second_press_of_an_old_button_changes_nothing(owner: User) -> None:
    list_markets("tBTCUSD")

    assert [stars.star(owner, "tBTCUSD"), stars.star(owner, "tBTCUSD")] == [True, True]
    assert stars.starred(owner) == {"tBTCUSD"}


def test_the_stars_are_a_list_of_their_own_for_each_person(
    owner_client: Client, stranger_client: Client
) -> None:
    list_markets("tBTCUSD", "tETHUSD")
    owner_client.post("/markets/stars/", {"star": "tETHUSD"})

    mine = opened(owner_client, "/markets/?list=stars")
    theirs = opened(stranger_client, "/markets/?list=stars")

    assert [row["data-watch"] for row in mine.all_with(role="row")[1:]] == ["tETHUSD"]
    assert mine.all_with(name="list", value="stars", form="market-search")
    assert "No market has your star yet" in theirs.html


def test_a_star_outlives_the_listing_and_the_page_says_so(
    owner_client: Client, owner: User
) -> None:
    list_market("tOLDUSD", is_listed=False)
    stars.star(owner, "tOLDUSD")

    page = opened(owner_client, "/markets/?list=stars")

    (standing,) = page.all_with(data_symbol="tOLDUSD", data_field="standing")
    assert (standing["data-value"], standing["data-state"]) == ("delisted", "closed")
    assert "No longer listed" in page.html
    assert page.all_with(name="unstar", value="tOLDUSD")


@pytest.mark.parametrize("symbol", ["tNOPE", "💣", "t" * 500, "\x00"])
def test_what_was_never_a_market_gets_no_star(
    owner_client: Client, owner: User, symbol: str
) -> None:
    assert owner_client.post("/markets/stars/", {"star": symbol}).status_code == 404
    assert owner_client.post("/markets/stars/", {"unstar": symbol}).status_code == 302
    assert stars.starred(owner) == frozenset()
