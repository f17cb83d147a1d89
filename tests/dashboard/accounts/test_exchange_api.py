"""Both versions read the same; which is asked is decided by one setting."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from operator import attrgetter
from typing import Any

import pytest

from dashboard.accounts.clients import client_for, legacy_client_for, public_client
from dashboard.accounts.exchange_api import read_api
from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.sealing import SealingError
from exchange import RateLimited, RestV1, RestV2, Wallet
from exchange.paper import PaperExchange


def paths(paper: PaperExchange, *, since: int = 0) -> list[str]:
    return [each.path for each in paper.ledger.requests[since:]]


def in_order(wallets: list[Wallet]) -> list[tuple[Any, ...]]:
    figures = attrgetter("type", "currency", "balance", "available")
    return sorted(figures(wallet) for wallet in wallets)


@pytest.mark.parametrize(
    ("version", "path"), [("v1", "/v1/balances"), ("v2", "/v2/auth/r/wallets")]
)
def test_the_setting_decides_where_wallets_are_asked_for(
    paper: PaperExchange, account: ExchangeAccount, settings: Any, version: str, path: str
) -> None:
    settings.EXCHANGE_API = version
    read_api().wallets(account)
    asked = [each.path for each in paper.ledger.requests if each.key]

    assert asked == [path]


def test_both_versions_tell_the_same_wallets_with_what_an_order_reserves(
    paper: PaperExchange, account: ExchangeAccount, paper_account_name: str, settings: Any
) -> None:
    paper.place(paper_account_name, "tBTCUSD", "0.1", "50000")
    wallets = read_api().wallets(account)
    settings.EXCHANGE_API = "v1"
    wallets_v1 = read_api().wallets(account)

    assert in_order(wallets) == in_order(wallets_v1)
    assert {wallet.type for wallet in wallets_v1} == {"exchange", "margin", "funding"}
    assert any(wallet.available != wallet.balance for wallet in wallets_v1)


def test_both_versions_take_their_turns_with_one_key(
    paper: PaperExchange, account: ExchangeAccount, settings: Any
) -> None:
    for version in ("v1", "v2", "v1", "v2"):
        settings.EXCHANGE_API = version
        read_api().wallets(account)
    signed = [each for each in paper.ledger.requests if each.key]
    nonces = [int(each.nonce or 0) for each in signed]

    assert [each.verdict for each in signed] == ["ok"] * 4
    assert nonces == sorted(set(nonces))


def test_v1_has_a_client_per_account_beside_the_one_of_v2(account: ExchangeAccount) -> None:
    assert legacy_client_for(account) is legacy_client_for(account)
    assert isinstance(client_for(account), RestV2)


def test_an_account_without_a_key_has_no_wallets(owner: User, settings: Any) -> None:
    settings.EXCHANGE_API = "v1"
    bare = ExchangeAccount.objects.create(user=owner, exchange="paper", label="Bare")

    with pytest.raises(SealingError, match="No exchange key"):
        read_api().wallets(bare)


# What is listed without a price is halted.
LISTS_OF_PAIRS = ("/v2/conf/pub:list:pair:exchange", "/v2/conf/pub:list:pair:futures")


@pytest.mark.parametrize(
    ("version", "address", "expected"),
    [
        ("v1", "EXCHANGE_AUTH_URL", {"/v1/symbols", "/v1/pubticker/ethusd"}),
        ("v2", "EXCHANGE_PUBLIC_URL", {"/v2/tickers", *LISTS_OF_PAIRS}),
    ],
)
def test_the_setting_decides_where_tickers_are_asked_for(
    paper: PaperExchange, settings: Any, version: str, address: str, expected: set[str]
) -> None:
    settings.EXCHANGE_API = version
    settings.EXCHANGE_AUTH_URL = settings.EXCHANGE_PUBLIC_URL = "http://127.0.0.1:9"
    setattr(settings, address, paper.rest_url)
    with closing(read_api().tickers(lambda listed: ["tETHUSD"])) as source:
        polled = source.poll(watched=frozenset(), streamed=frozenset())
    (ether,) = (each for each in polled.figures if each.symbol == "tETHUSD")

    assert ether.bid < ether.ask
    assert set(paths(paper)) == expected


def ask_until_held_back(ask: Callable[[], object]) -> None:
    for _ in range(40):
        ask()


@pytest.mark.parametrize(
    ("kind", "call"), [(RestV1, RestV1.symbols), (RestV2, RestV2.tickers)], ids=["v1", "v2"]
)
def test_public_calls_count_in_the_budget_that_all_processes_share(
    paper: PaperExchange, settings: Any, kind: Any, call: Callable[[Any], object]
) -> None:
    settings.EXCHANGE_PUBLIC_URL = paper.rest_url
    with closing(public_client(kind)) as one, closing(public_client(kind)) as other:
        with pytest.raises(RateLimited):
            ask_until_held_back(lambda: call(one))
        asked = len(paper.ledger.requests)
        with pytest.raises(RateLimited):
            call(other)

    assert len(paper.ledger.requests) == asked > 0
