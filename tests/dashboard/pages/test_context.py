from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from dashboard.pages.context import every_page, navigation, settings_navigation
from dashboard.pages.display import COOKIE


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Overview"),
        ("/markets/", "Markets"),
        ("/markets/tBTCUSD/", "Markets"),
        ("/portfolio/", "Portfolio"),
        ("/orders/7/", "Orders"),
        ("/settings/display/", "Settings"),
    ],
)
def test_a_page_stands_out_in_the_navigation(path: str, title: str) -> None:
    current = [link.title for link in navigation(path) if link.is_current]

    assert current == [title]


def test_pages_outside_the_settings_have_no_way_between_them() -> None:
    assert settings_navigation("/markets/") == []
    links = settings_navigation("/settings/display/")

    assert [link.title for link in links if link.is_current] == ["Display"]


@pytest.mark.parametrize(("exchange", "is_paper"), [("paper", True), ("bitfinex", False)])
def test_every_page_knows_whether_its_money_is_made_up(
    rf: RequestFactory, settings: Settings, exchange: str, is_paper: bool
) -> None:
    settings.EXCHANGE = exchange

    context = every_page(rf.get("/"))

    assert (context["exchange"], context["is_paper"]) == (exchange, is_paper)


def test_the_cookie_decides_how_a_page_looks(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES[COOKIE] = "light.blue-orange"

    context = every_page(request)

    assert (context["theme"], context["colours"]) == ("light", "blue-orange")


@pytest.mark.django_db
def test_a_part_of_a_page_costs_no_query_for_the_frame_it_has_not(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        context = every_page(rf.get("/"))

    assert len(context["strip"]()) == 15
