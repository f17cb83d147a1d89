"""Watchlists: made, named and filled by their person, without scripts too, and by nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.markets import watchlists
from dashboard.markets.models import Watchlist
from tests.dashboard.markets.samples import list_market, list_markets
from tests.dashboard.pages.page import Page

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def majors(owner: User) -> Watchlist:
    return watchlists.create(owner, "Majors")


def address(watchlist: Watchlist, what: str) -> str:
    return f"/markets/lists/{watchlist.pk}/{what}/"


def shown(client: Client, query: str = "") -> list[str]:
    """Return the symbols of the table's rows."""
    page = Page(client.get(f"/markets/{query}").content.decode())
    return [row["data-watch"] or "" for row in page.all_with(role="row") if "data-watch" in row]


def names(user: User) -> list[str]:
    return [each.name for each in watchlists.of(user)]


def test_a_new_list_is_shown_empty_and_says_how_to_fill_it(
    owner_client: Client, owner: User
) -> None:
    list_market("tBTCUSD")

    response = owner_client.post("/markets/lists/", {"name": "  My   majors "}, follow=True)

    assert names(owner) == ["My majors"]
    assert response.redirect_chain == [(f"/markets/?list={watchlists.of(owner)[0].pk}", 303)]
    assert "“My majors” is empty" in response.content.decode()


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "x" * 41])
def test_a_name_that_cannot_be_is_refused_in_words(
    owner_client: Client, owner: User, name: str
) -> None:
    response = owner_client.post("/markets/lists/", {"name": name})

    assert response.status_code == 422
    assert Page(response.content.decode()).all_with(aria_describedby="new-list-error")
    assert names(owner) == []


def test_two_lists_of_one_person_have_two_names(
    owner_client: Client, majors: Watchlist, owner: User, stranger: User
) -> None:
    assert owner_client.post("/markets/lists/", {"name": "Majors"}).status_code == 422
    watchlists.create(stranger, "Majors")
    other = watchlists.create(owner, "Others")

    response = owner_client.post(address(other, "name"), {"name": "Majors"})

    assert response.status_code == 422
    assert "You have a list of that name already" in response.content.decode()
    assert names(owner) == ["Majors", "Others"]


def test_a_list_is_renamed_and_deleted(
    owner_client: Client, majors: Watchlist, owner: User
) -> None:
    owner_client.post(address(majors, "name"), {"name": "Metals"})
    assert names(owner) == ["Metals"]

    response = owner_client.post(address(majors, "delete"))

    assert (response.status_code, response["Location"]) == (303, "/markets/lists/")
    assert names(owner) == []
    list_markets("tBTCUSD")
    assert shown(owner_client, f"?list={majors.pk}") == ["tBTCUSD"]  # its address shows all


@pytest.mark.parametrize("written", ["tETHUSD", "ETH/USD", "eth/usd", "ethusd"])
def test_a_market_is_put_on_a_list_however_its_pair_is_written_and_taken_off(
    owner_client: Client, majors: Watchlist, written: str
) -> None:
    list_markets("tBTCUSD", "tETHUSD")
    here = f"?list={majors.pk}"

    for _ in range(2):
        response = owner_client.post(address(majors, "markets"), {"add": written})
        assert (response.status_code, response["Location"]) == (303, f"/markets/{here}")
    assert shown(owner_client, here) == ["tETHUSD"]

    owner_client.post(address(majors, "markets"), {"remove": "tETHUSD"})
    assert shown(owner_client, here) == []


@pytest.mark.parametrize("written", ["", "nosuch", "<script>", "💣" * 500, "\x00"])
def test_what_is_no_market_is_said_beside_the_field(
    owner_client: Client, majors: Watchlist, written: str
) -> None:
    response = owner_client.post(address(majors, "markets"), {"add": written})

    assert response.status_code == 422
    assert "The exchange lists no market" in response.content.decode()
    assert b"<script>" not in response.content.replace(b"<script src", b"")


def test_search_and_sort_keep_to_the_list(owner_client: Client, majors: Watchlist) -> None:
    list_markets("tBTCUSD", "tETHUSD", "tETHBTC")
    for symbol in ("tETHUSD", "tETHBTC"):
        watchlists.add(majors, symbol)
    here = f"?list={majors.pk}"

    assert shown(owner_client, f"{here}&sort=-name") == ["tETHUSD", "tETHBTC"]
    assert shown(owner_client, f"{here}&q=eth/btc") == ["tETHBTC"]
    page = Page(owner_client.get(f"/markets/{here}").content.decode())
    assert page.all_with(name="list", value=str(majors.pk), form="market-search")
    assert page.all_with(href=f"?list={majors.pk}&sort=name")


def test_a_market_outlives_its_listing_on_a_list_and_its_row_says_so(
    owner_client: Client, majors: Watchlist
) -> None:
    old = list_market("tOLDUSD")
    watchlists.add(majors, "tOLDUSD")
    old.is_listed = False
    old.save()

    page = Page(owner_client.get(f"/markets/?list={majors.pk}").content.decode())

    (standing,) = page.all_with(data_symbol="tOLDUSD", data_field="standing")
    assert (standing["data-value"], standing["data-state"]) == ("delisted", "closed")


def test_nobody_elses_list_can_be_seen_or_changed(
    stranger_client: Client, majors: Watchlist, owner: User
) -> None:
    list_markets("tBTCUSD")
    changes = {"name": {"name": "Mine"}, "delete": {}, "markets": {"add": "tBTCUSD"}}

    statuses = [
        stranger_client.post(address(majors, what), data).status_code
        for what, data in changes.items()
    ]

    assert statuses == [404, 404, 404]
    assert names(owner) == ["Majors"]
    page = stranger_client.get(f"/markets/?list={majors.pk}").content.decode()
    assert "Majors" not in page
    stranger_client.post("/markets/lists/first/", {"first": str(majors.pk)})
    assert "Majors" not in stranger_client.get("/markets/").content.decode()


def test_the_page_opens_with_the_list_that_was_chosen(
    owner_client: Client, majors: Watchlist
) -> None:
    list_markets("tBTCUSD", "tETHUSD")
    watchlists.add(majors, "tETHUSD")

    owner_client.post("/markets/lists/first/", {"first": str(majors.pk)})

    assert shown(owner_client) == ["tETHUSD"]
    assert len(shown(owner_client, "?list=all")) == 2
    majors.delete()
    assert len(shown(owner_client)) == 2


def test_the_page_of_a_market_has_its_star_and_its_lists(
    owner_client: Client, majors: Watchlist
) -> None:
    list_markets("tBTCUSD")
    page = Page(owner_client.get("/markets/tBTCUSD/").content.decode())
    assert page.all_with(name="star", value="tBTCUSD", form="stars")
    assert page.all_with(name="add", value="tBTCUSD", formaction=address(majors, "markets"))

    part = owner_client.post(address(majors, "markets"), {"add": "tBTCUSD"}, headers=HTMX)

    page = Page(part.content.decode())
    assert page.elements[0][0] == "details"
    assert page.all_with(name="remove", value="tBTCUSD", aria_pressed="true")


def test_there_is_an_end_to_lists_and_to_markets_on_them(
    owner: User, majors: Watchlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_markets("tBTCUSD", "tETHUSD")
    monkeypatch.setattr(watchlists, "MOST_LISTS", 1)
    monkeypatch.setattr(watchlists, "MOST_MARKETS", 1)

    with pytest.raises(watchlists.Refused):
        watchlists.create(owner, "One more")
    watchlists.add(majors, "tBTCUSD")
    with pytest.raises(watchlists.Refused):
        watchlists.add(majors, "tETHUSD")


def test_before_the_markets_are_known_a_refused_addition_goes_on_asking_for_the_list(
    owner_client: Client, majors: Watchlist
) -> None:
    response = owner_client.post(address(majors, "markets"), {"add": "BTC/USD"})
    (table,) = Page(response.content.decode()).all_with(id="market-table")

    assert response.status_code == 422
    assert owner_client.get(table["hx-get"] or "").status_code == 200
    assert "not told us its markets yet" in response.content.decode()
    list_market("tBTCUSD")
    watchlists.add(majors, "tBTCUSD")
    assert "tBTCUSD" in owner_client.get(table["hx-get"] or "").content.decode()
