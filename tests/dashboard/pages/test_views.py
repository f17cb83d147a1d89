from __future__ import annotations

import gzip
import json

import pytest
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import Client
from pytest_django import Settings

from dashboard.accounts.models import ExchangeAccount
from dashboard.live.board import board
from dashboard.markets.selectors import STRIP
from dashboard.pages.display import COOKIE
from exchange.paper import PaperExchange
from tests.dashboard.markets.samples import list_market, list_markets, show_quote
from tests.dashboard.pages.page import Page

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
WHOLE_PAGES = [
    {},
    {"HX-Request": "true", "HX-Boosted": "true"},
    {"HX-Request": "true", "HX-History-Restore-Request": "true"},
]
EVERY_PAGE = [
    "/",
    "/markets/",
    "/markets/tBTCUSD/",
    "/markets/tBTCUSD/candles/",
    "/portfolio/",
    "/orders/",
    "/orders/new/",
    "/orders/new/?symbol=tBTCUSD",
    "/orders/cancel/",
    "/orders/history/",
    "/orders/fills/",
    "/orders/journal/",
    "/orders/positions/",
    "/settings/keys/",
    "/settings/safety/",
    "/settings/display/",
    "/nowhere/",
]
LIVE_PAGES = ["/", "/markets/", "/markets/tBTCUSD/", "/portfolio/", "/orders/"]


def seen(response: HttpResponse) -> Page:
    return Page(response.content.decode())


@pytest.fixture
def strip_markets() -> None:
    list_markets(*STRIP)
    show_quote("tBTCUSD", last="61240", change="0.0124")


class TestOverview:
    def test_shows_the_fifteen_markets_with_price_change_and_age(
        self, owner_client: Client, strip_markets: None
    ) -> None:
        page = seen(owner_client.get("/"))

        for symbol in STRIP:
            for field in ("last", "change", "age"):
                assert len(page.all_with(data_symbol=symbol, data_field=field)) == 1
        assert sorted(page.values("data-watch")) == sorted(STRIP)

    def test_says_not_listed_where_the_exchange_has_no_such_market(
        self, owner_client: Client
    ) -> None:
        list_market("tBTCUSD")
        list_market("tLEOUSD", is_listed=False)

        page = seen(owner_client.get("/"))

        assert page.html.count("not listed") == 14
        assert page.html.count('class="tile"') == 15
        assert page.values("data-watch") == ["tBTCUSD"]

    def test_calls_nothing_unlisted_before_the_exchange_was_heard(
        self, owner_client: Client
    ) -> None:
        page = seen(owner_client.get("/"))

        assert "has not told us its markets yet" in page.html
        assert (page.html.count("not known yet"), page.html.count("not listed")) == (15, 0)
        assert page.all_with(class_="tiles-section", hx_get="/", hx_trigger="every 2s")

    def test_asks_for_nothing_but_its_markets_and_not_once_they_are_known(
        self, owner_client: Client
    ) -> None:
        list_market("tBTCUSD")

        part = seen(owner_client.get("/", headers={"HX-Request": "true"}))

        assert part.html.lstrip().startswith('<section id="tiles"')
        assert part.values("data-watch") == ["tBTCUSD"]
        assert part.values("hx-get") == []

    def test_shows_wallets_and_total_without_javascript(
        self, owner_client: Client, funded: ExchangeAccount
    ) -> None:
        page = seen(owner_client.get("/"))

        (dollars,) = page.all_with(data_wallet="exchange", data_currency="USD", data_field="total")
        assert dollars["data-value"] == "50000"
        assert page.all_with(data_field="total-value", data_currency="USD")
        assert page.all_with(id="open-orders")

    def test_shows_a_stranger_nothing_of_the_owner(
        self, stranger_client: Client, funded: ExchangeAccount
    ) -> None:
        page = seen(stranger_client.get("/"))

        assert page.values("data-wallet") == []


class TestMarket:
    @pytest.mark.parametrize("headers", WHOLE_PAGES)
    def test_is_a_whole_page_when_it_is_opened(
        self, owner_client: Client, strip_markets: None, headers: dict[str, str]
    ) -> None:
        response = owner_client.get("/markets/tBTCUSD/", headers=headers)

        assert response.content.startswith(b"<!doctype html>")

    def test_gives_htmx_the_balances_as_they_stand_on_the_page(
        self, owner_client: Client, strip_markets: None, funded: ExchangeAccount
    ) -> None:
        part = owner_client.get("/markets/tBTCUSD/", headers=HTMX).content.decode().strip()

        assert part.startswith('<section id="balances"')
        assert part in owner_client.get("/markets/tBTCUSD/").content.decode()

    def test_shows_each_figure_once_and_follows_quote_book_and_trades(
        self, owner_client: Client, strip_markets: None
    ) -> None:
        page = seen(owner_client.get("/markets/tBTCUSD/"))

        in_strip = {"last", "change", "standing"}
        for field in ("last", "change", "bid", "ask", "high", "low", "volume", "age", "standing"):
            found = page.all_with(data_symbol="tBTCUSD", data_field=field)
            assert len(found) == (2 if field in in_strip else 1)
        assert {"tBTCUSD", "book:tBTCUSD", "trades:tBTCUSD"} <= set(page.values("data-watch"))
        assert page.all_with(data_live_part="book:tBTCUSD")
        assert page.all_with(data_live_part="trades:tBTCUSD")

    def test_fetches_the_ticket_and_has_a_way_to_it_without_javascript(
        self, owner_client: Client, strip_markets: None
    ) -> None:
        page = seen(owner_client.get("/markets/tDOGE:USD/"))

        assert page.all_with(id="ticket", hx_get="/orders/new/?symbol=tDOGE%3AUSD")
        assert page.all_with(href="/orders/new/?symbol=tDOGE%3AUSD")

    def test_shows_what_the_wallet_has_of_both_currencies_nothing_included(
        self, owner_client: Client, strip_markets: None, funded: ExchangeAccount
    ) -> None:
        page = seen(owner_client.get("/markets/tZECUSD/"))

        values = {
            currency: page.all_with(
                data_wallet="exchange", data_currency=currency, data_field="available"
            )[0]["data-value"]
            for currency in ("ZEC", "USD")
        }
        assert values == {"ZEC": "0", "USD": "50000"}

    def test_says_when_no_key_is_connected(self, owner_client: Client, strip_markets: None) -> None:
        assert "No exchange key is connected" in seen(owner_client.get("/markets/tBTCUSD/")).html

    @pytest.mark.parametrize("text", ["BTCUSD", "btcusd", "tbtcusd"])
    def test_another_spelling_is_led_to_the_one_address(
        self, owner_client: Client, strip_markets: None, text: str
    ) -> None:
        response = owner_client.get(f"/markets/{text}/")

        assert (response.status_code, response["Location"]) == (302, "/markets/tBTCUSD/")

    def test_b32_an_unknown_symbol_is_not_found_and_the_nearest_is_offered(
        self, owner_client: Client, strip_markets: None
    ) -> None:
        response = owner_client.get("/markets/tBTCUSX/")

        assert response.status_code == 404
        assert seen(response).all_with(href="/markets/tBTCUSD/")

    @pytest.mark.parametrize(
        "text",
        ["..%2f..%2fetc", "%2e%2e", "tBTC%00", "tBTCUSD%3Fx=1", "x" * 300, "💣", "<script>", "%20"],
    )
    def test_b31_what_is_no_symbol_is_not_found(
        self, owner_client: Client, strip_markets: None, text: str
    ) -> None:
        response = owner_client.get(f"/markets/{text}/")

        assert response.status_code == 404
        assert b"<script>" not in response.content

    def test_f90_a_dropped_market_says_that_it_is_no_longer_listed(
        self, owner_client: Client
    ) -> None:
        list_market("tLEOUSD", is_listed=False)

        response = owner_client.get("/markets/tLEOUSD/")

        assert response.status_code == 404
        assert "listed this pair once and no longer does" in seen(response).html

    def test_before_the_exchange_was_heard_it_does_not_call_a_market_unknown(
        self, owner_client: Client
    ) -> None:
        page = seen(owner_client.get("/markets/tBTCUSD/"))

        assert "has not told us its markets yet" in page.html


def random_bytes(answer: HttpResponse) -> int:
    """Return the length of the file's name that a compressed answer carries for nothing else."""
    head, flags, has_name = answer.content, answer.content[3], 0x08
    assert flags & has_name
    return head.index(b"\0", 10) - 10


@pytest.fixture
def full_house(strip_markets: None, funded: ExchangeAccount) -> None:
    """Markets, prices and balances: pages with everything on them."""
    board.hear_relay(100, "")


@pytest.mark.usefixtures("full_house")
class TestEveryPage:
    @pytest.mark.parametrize("address", EVERY_PAGE)
    def test_has_no_id_twice_and_points_to_nothing_missing(
        self, owner_client: Client, address: str
    ) -> None:
        page = seen(owner_client.get(address))

        assert page.repeated_ids() == []
        assert page.dangling_references() == set()

    @pytest.mark.parametrize("address", EVERY_PAGE)
    def test_comes_compressed_to_who_takes_it_with_random_bytes_against_guessing(
        self, owner_client: Client, address: str
    ) -> None:
        takes = {"Accept-Encoding": "gzip, br"}
        answers = [owner_client.get(address, headers=takes) for _ in range(8)]

        assert {answer["Content-Encoding"] for answer in answers} == {"gzip"}
        assert all("Accept-Encoding" in answer["Vary"] for answer in answers)
        assert "<h1" in gzip.decompress(answers[0].content).decode()
        assert len(set(map(random_bytes, answers))) > 1
        assert "Content-Encoding" not in owner_client.get(address)

    @pytest.mark.parametrize("address", EVERY_PAGE)
    def test_says_paper_in_words_and_on_its_root(self, owner_client: Client, address: str) -> None:
        page = seen(owner_client.get(address))

        assert "<strong>PAPER</strong>" in page.html
        assert "data-paper" in dict(page.elements)["html"]

    @pytest.mark.parametrize("address", EVERY_PAGE)
    def test_says_nothing_of_paper_where_money_is_real(
        self, owner_client: Client, settings: Settings, address: str
    ) -> None:
        settings.EXCHANGE = "bitfinex"

        page = seen(owner_client.get(address))

        assert "PAPER" not in page.html
        assert "data-paper" not in dict(page.elements)["html"]

    @pytest.mark.parametrize("address", EVERY_PAGE)
    def test_has_one_heading_one_socket_and_a_way_past_the_navigation(
        self, owner_client: Client, address: str
    ) -> None:
        page = seen(owner_client.get(address))

        assert [tag for tag, _ in page.elements].count("h1") == 1
        assert len(page.all_with(ws_connect="/live/")) == 1
        assert page.all_with(class_="skip-link", href="#main")

    @pytest.mark.parametrize("address", EVERY_PAGE)
    def test_reloads_itself_without_javascript_only_where_it_is_live(
        self, owner_client: Client, address: str
    ) -> None:
        page = seen(owner_client.get(address))

        assert bool(page.all_with(http_equiv="refresh")) == (address in LIVE_PAGES)

    @pytest.mark.parametrize("address", EVERY_PAGE)
    def test_asks_for_nothing_that_the_policy_forbids(
        self, owner_client: Client, address: str
    ) -> None:
        response = owner_client.get(address)
        page = seen(response)

        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.values("style") == []
        sources = page.values("src") + [each["href"] for each in page.all_with(rel="stylesheet")]
        assert all(source and source.startswith("/static/") for source in sources)


class TestFrame:
    def test_configures_htmx_to_keep_nothing_and_to_run_nothing(self, owner_client: Client) -> None:
        (tag,) = seen(owner_client.get("/")).all_with(name="htmx-config")

        config = json.loads(tag["content"] or "")
        off = (
            "historyRestoreAsHxRequest",
            "allowNestedOobSwaps",
            "allowEval",
            "allowScriptTags",
            "includeIndicatorStyles",
        )
        assert {name: config[name] for name in off} == dict.fromkeys(off, False)
        assert (config["historyCacheSize"], config["timeout"]) == (0, 15_000)
        assert config["selfRequestsOnly"]
        assert config["refreshOnHistoryMiss"]
        assert {"code": "422", "swap": True} in config["responseHandling"]

    def test_says_that_prices_stopped_and_shows_what_the_feed_is(
        self, owner_client: Client
    ) -> None:
        page = seen(owner_client.get("/"))

        assert page.all_with(id="feed", data_state="off")
        assert "Prices have stopped arriving" in page.html

    def test_has_no_live_parts_for_people_who_are_not_signed_in(self) -> None:
        page = seen(Client().get("/sign-in/"))

        assert page.values("ws-connect") == []
        assert page.all_with(id="feed") == []
        assert page.all_with(aria_label="Pages") == []

    @pytest.mark.parametrize(
        "address", ["/markets/", "/markets/tBTCUSD/", "/orders/", "/alerts/", "/settings/keys/"]
    )
    def test_every_page_has_the_strip_of_the_fifteen_the_overview_has_them_as_tiles(
        self, owner_client: Client, strip_markets: None, address: str
    ) -> None:
        page = seen(owner_client.get(address))

        assert len(page.all_with(class_="strip")) == 1
        assert page.html.count('class="strip-item"') == 15


class TestDisplay:
    def test_a_choice_is_kept_and_drawn_by_the_server(self, owner_client: Client) -> None:
        answer = owner_client.post(
            "/settings/display/", {"theme": "light", "next": "/markets/?q=a"}
        )

        assert (answer.status_code, answer["Location"]) == (303, "/markets/?q=a")
        assert answer.cookies[COOKIE]["httponly"]
        (root,) = [each for tag, each in seen(owner_client.get("/")).elements if tag == "html"]
        assert (root["data-theme"], root["data-colours"]) == ("light", "green-red")

    def test_the_colours_are_kept_beside_the_theme(self, owner_client: Client) -> None:
        owner_client.post("/settings/display/", {"theme": "dark"})
        owner_client.post("/settings/display/", {"colours": "blue-orange"})

        page = seen(owner_client.get("/settings/display/"))

        assert page.all_with(type="radio", name="theme", value="dark", checked="") == []
        chosen = {each["value"] for each in page.all_with(type="radio") if "checked" in each}
        assert chosen == {"dark", "blue-orange"}

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "//evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "\\\\evil",
            "",
            "/\\evil",
        ],
    )
    def test_b49_it_leads_to_no_other_site(self, owner_client: Client, elsewhere: str) -> None:
        answer = owner_client.post("/settings/display/", {"theme": "dark", "next": elsewhere})

        assert answer["Location"] == "/"

    def test_a_choice_that_does_not_exist_changes_nothing(self, owner_client: Client) -> None:
        answer = owner_client.post("/settings/display/", {"theme": '"><script>', "colours": "pink"})

        assert answer.cookies[COOKIE].value == "system.green-red"

    def test_a_form_from_elsewhere_is_refused_in_plain_words(self, owner_client: Client) -> None:
        careful = Client(enforce_csrf_checks=True)
        careful.cookies = owner_client.cookies

        answer = careful.post("/settings/display/", {"theme": "dark"})

        assert answer.status_code == 403
        assert "Nothing was sent to the exchange" in seen(answer).html

    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_takes_no_other_method(self, owner_client: Client, method: str) -> None:
        assert getattr(owner_client, method)("/settings/display/").status_code == 405


class TestErrorPages:
    def test_a_page_that_is_not_there_says_so_to_people_who_are_signed_in(
        self, owner_client: Client
    ) -> None:
        response = owner_client.get("/nowhere/")

        assert response.status_code == 404
        assert "There is no page here" in seen(response).html

    def test_the_server_error_page_needs_nothing_to_be_drawn(self) -> None:
        page = Page(get_template("500.html").render())

        assert "may or may not have been sent" in page.html
        assert page.all_with(href="/orders/")

    def test_an_address_with_a_strange_host_is_answered_in_plain_words(self) -> None:
        response = Client(headers={"host": "evil.example"}).get("/")

        assert response.status_code == 400
        assert "Nothing was sent to the exchange" in seen(response).html


def test_balances_on_the_market_page_follow_the_exchange(
    owner_client: Client, strip_markets: None, funded: ExchangeAccount, paper: PaperExchange
) -> None:
    page = seen(owner_client.get("/markets/tBTCUSD/", headers=HTMX))

    (bitcoin,) = page.all_with(data_currency="BTC", data_field="total")
    assert bitcoin["data-value"] == "0.5"
    assert int(bitcoin["data-at"] or 0) > 1_700_000_000_000
