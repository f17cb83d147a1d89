from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import ExchangeAccount
from dashboard.portfolio.models import BalancePoll, Wallet
from tests.dashboard.conftest import HISTORY, HTMX, SetPrice


def spans(page: str) -> dict[tuple[str, str, str], str]:
    """Return data-value by wallet, currency and field."""
    found = re.findall(
        r'data-wallet="(\w+)" data-currency="(\w+)" data-field="(\w+)" data-value="([^"]*)"', page
    )
    return {(wallet, currency, field): value for wallet, currency, field, value in found}


def test_the_page_shows_every_wallet_with_its_figures(
    owner_client: Client, funded: ExchangeAccount, set_price: SetPrice
) -> None:
    set_price("tBTCUSD", "60000")
    page = owner_client.get("/portfolio/").content.decode()
    figures = spans(page)

    assert figures["exchange", "BTC", "total"] == "0.5"
    assert figures["exchange", "BTC", "available"] == "0.5"
    assert figures["exchange", "BTC", "value"] == "30000"
    assert figures["margin", "USD", "value"] == "5000"
    assert figures["exchange", "ETH", "value"] == ""


def test_the_grand_total_can_be_read_by_scripts(
    owner_client: Client, funded: ExchangeAccount, set_price: SetPrice
) -> None:
    set_price("tBTCUSD", "60000")
    page = owner_client.get("/portfolio/").content.decode()
    total = re.search(
        r'data-field="total-value" data-currency="USD" data-value="([^"]*)" data-at="(\d+)"', page
    )

    assert total is not None
    assert total[1] == "87500"
    assert "Not counted, because no price is known: ETH, SOL, UST, XRP." in page


@pytest.mark.parametrize(
    ("headers", "is_page"), [(None, True), (HTMX, False), (HISTORY, True)], ids=str
)
def test_htmx_gets_the_part_and_everyone_else_the_page(
    owner_client: Client, funded: ExchangeAccount, headers: Any, is_page: bool
) -> None:
    text = owner_client.get("/portfolio/", headers=headers).content.decode()

    assert ("<!doctype html>" in text) is is_page
    assert 'id="wallets"' in text


def test_the_part_is_the_pages_own(owner_client: Client, funded: ExchangeAccount) -> None:
    Wallet.objects.exclude(currency="USD").delete()
    BalancePoll.objects.update(last_success=None)
    page = owner_client.get("/portfolio/").content.decode()
    part = owner_client.get("/portfolio/", headers=HTMX).content.decode()

    assert part.strip() in page


def test_the_part_fetches_itself_again_on_every_occasion(
    owner_client: Client, account: ExchangeAccount
) -> None:
    part = owner_client.get("/portfolio/", headers=HTMX).content.decode()

    assert "balances-changed from:body, htmx:wsOpen from:#live, every 5s" in part
    assert 'hx-get="/portfolio/"' in part


def test_a_stranger_sees_none_of_it(stranger_client: Client, funded: ExchangeAccount) -> None:
    page = stranger_client.get("/portfolio/").content.decode()

    assert spans(page) == {}
    assert "No exchange key is connected" in page


def test_old_balances_stay_on_the_page_with_a_banner(
    owner_client: Client, funded: ExchangeAccount
) -> None:
    BalancePoll.objects.update(last_error="The exchange cannot be reached.")
    answer = owner_client.get("/portfolio/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "The exchange cannot be reached. These balances are" in page
    assert spans(page)["exchange", "BTC", "total"] == "0.5"


def test_before_the_first_answer_the_page_says_that_it_is_coming(
    owner_client: Client, account: ExchangeAccount
) -> None:
    page = owner_client.get("/portfolio/").content.decode()

    assert "Balances are on their way" in page


def test_a_failure_before_any_balance_says_both(
    owner_client: Client, account: ExchangeAccount
) -> None:
    BalancePoll.objects.create(account=account, last_error="The exchange did not answer.")
    page = owner_client.get("/portfolio/").content.decode()

    assert "The exchange did not answer. No balances have been read yet." in page


def test_empty_wallets_say_what_to_do(owner_client: Client, funded: ExchangeAccount) -> None:
    Wallet.objects.all().delete()

    assert "Deposit something" in owner_client.get("/portfolio/").content.decode()


def test_people_read_public_names_and_scripts_wire_names(
    owner_client: Client, funded: ExchangeAccount, tether: object
) -> None:
    page = owner_client.get("/portfolio/").content.decode()

    assert '<th scope="row">USDt</th>' in page
    assert 'data-currency="UST"' in page


def test_a_reserved_part_is_explained(owner_client: Client, funded: ExchangeAccount) -> None:
    Wallet.objects.filter(type="exchange", currency="BTC").update(available="0.2")

    assert "Open orders reserve the rest." in owner_client.get("/portfolio/").content.decode()


def test_the_page_is_only_to_be_looked_at(owner_client: Client) -> None:
    assert owner_client.post("/portfolio/").status_code == 405
