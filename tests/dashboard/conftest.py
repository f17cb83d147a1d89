"""People, markets, prices and a paper exchange for every area's tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, settings

from dashboard.accounts import clients
from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.services import connect_paper_account, ensure_owner, paper_credentials
from dashboard.live.quotes import Quote
from dashboard.markets.models import Instrument
from dashboard.portfolio.services import poll_balances
from exchange.paper import PaperExchange, PaperKey, running_paper
from tests.dashboard.quotes import show

# How long an example takes says something about the machine's other work, and nothing about us.
settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")

# A file, as in real life: tests with threads would trip over the locks of a shared memory one.
if connections["default"].vendor == "sqlite":
    connections["default"].settings_dict["TEST"]["NAME"] = str(
        Path(django_settings.STATE_FOLDER) / "test.sqlite3"
    )

HTMX = {"HX-Request": "true"}
HISTORY = {"HX-Request": "true", "HX-History-Restore-Request": "true"}


@pytest.fixture(autouse=True)
def _forget_clients() -> Iterator[None]:
    """Let no test see a client, a fee or a spent budget of the one before."""
    yield
    for _, client in clients._clients.values():
        client.close()
    cache.clear()
    forget_budget()


def forget_budget() -> None:
    """Start with all calls left and without a ban, as if its minute were over."""
    clients._clients.clear()
    clients.budget.cache_clear()
    for path in Path(django_settings.STATE_FOLDER).glob("rate-budget.sqlite3*"):
        path.unlink()


@pytest.fixture
def owner(db: None) -> User:
    return ensure_owner()


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create(username="stranger")


@pytest.fixture
def owner_client(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def stranger_client(stranger: User) -> Client:
    client = Client()
    client.force_login(stranger)
    return client


@pytest.fixture
def account(owner: User) -> ExchangeAccount:
    """The owner's paper account; no exchange runs behind it."""
    return connect_paper_account(owner)


@pytest.fixture
def paper(account: ExchangeAccount, settings: object) -> Iterator[PaperExchange]:
    """A paper exchange that serves the owner's account; its market stands still."""
    credentials = paper_credentials()
    key = PaperKey(key=credentials.key, secret=credentials.secret)
    with running_paper(keys=[key]) as exchange:
        exchange.pause()
        settings.EXCHANGE_AUTH_URL = exchange.rest_url  # type: ignore[attr-defined]
        settings.EXCHANGE_ACCOUNT_STREAM_URL = exchange.ws_url  # type: ignore[attr-defined]
        yield exchange


@pytest.fixture
def paper_account_name(account: ExchangeAccount) -> str:
    """What the paper exchange calls the owner's account."""
    return paper_credentials().key


@pytest.fixture
def funded(paper: PaperExchange, account: ExchangeAccount) -> ExchangeAccount:
    """The owner's account with its balances read."""
    assert poll_balances_now(account)
    return account


def poll_balances_now(account: ExchangeAccount) -> bool:
    from dashboard.accounts.due_work import due_account_ids
    from dashboard.portfolio.models import BalancePoll

    return account.pk in due_account_ids(BalancePoll) and poll_balances(account.pk)


@pytest.fixture
def bitcoin(db: None) -> Instrument:
    return Instrument.objects.create(
        symbol="tBTCUSD",
        base="BTC",
        quote="USD",
        base_name="BTC",
        quote_name="USD",
        label="Bitcoin",
        minimum=Decimal("0.00004"),
        maximum=Decimal("2000"),
    )


@pytest.fixture
def tether(db: None) -> Instrument:
    return Instrument.objects.create(
        symbol="tUSTUSD",
        base="UST",
        quote="USD",
        base_name="USDt",
        quote_name="USD",
        label="Tether USDt",
        minimum=Decimal("4"),
        maximum=Decimal("500000"),
    )


SetPrice = Callable[..., None]


@pytest.fixture
def set_price() -> SetPrice:
    """Put a price on the board: set_price("tBTCUSD", "61000", age_ms=3000)."""

    def put(symbol: str, last: str, *, age_ms: int = 0) -> None:
        price = Decimal(last)
        at_ms = time.time_ns() // 1_000_000 - age_ms
        quote = Quote(
            symbol=symbol, last=price, bid=price, ask=price, at_ms=at_ms, age_at_arrival_ms=age_ms
        )
        show(quote)

    return put


@pytest.fixture
def live_bitcoin(bitcoin: Instrument, set_price: SetPrice) -> Instrument:
    """Bitcoin with a fresh price."""
    set_price("tBTCUSD", "61000")
    return bitcoin
