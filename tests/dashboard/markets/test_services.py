from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dashboard.markets import selectors, services
from dashboard.markets.models import LABEL_LENGTH, Instrument
from exchange.paper import running_paper
from exchange.rest_v2 import RestV2
from tests.dashboard.markets.conftest import AnsweringServer
from tests.dashboard.markets.samples import list_market

pytestmark = pytest.mark.django_db

SIZES = [None, None, None, "0.00006", "2000", None, None, None, 0.2, 0.1]


def conf(
    pairs: Any = ("BTCUSD", "USTUSD"), sizes: Any = (), names: Any = (), labels: Any = ()
) -> list[Any]:
    return [pairs, sizes, names, labels]


def test_the_markets_of_an_exchange_are_learned_by_one_call(answering: AnsweringServer) -> None:
    answering.answer = conf(
        sizes=[["BTCUSD", SIZES]], names=[["UST", "USDt"]], labels=[["BTC", "Bitcoin"]]
    )

    assert services.refresh_instruments(answering.client())
    btc, ust = Instrument.objects.order_by("symbol")
    assert (btc.symbol, btc.base, btc.quote, btc.label) == ("tBTCUSD", "BTC", "USD", "Bitcoin")
    assert (btc.minimum, btc.maximum) == (Decimal("0.00006"), Decimal(2000))
    assert (btc.is_on_margin, ust.is_on_margin) == (True, False)
    assert (ust.symbol, ust.public_name, ust.minimum) == ("tUSTUSD", "USDt/USD", None)
    assert len(answering.paths) == 1


def test_the_paper_exchange_lists_all_of_the_strip() -> None:
    with running_paper() as paper:
        client = RestV2(paper.rest_url)
        learned = services.refresh_instruments(client)
        client.close()

    assert learned
    assert all(item.row for item in selectors.strip())
    assert {each.minimum is None for each in selectors.instruments()} == {False}


def test_a_market_that_is_gone_stays_known_as_not_listed(answering: AnsweringServer) -> None:
    list_market("tBTCUSD")
    list_market("tETHUSD")
    answering.answer = conf(pairs=["BTCUSD"])

    services.refresh_instruments(answering.client())

    assert selectors.instrument("tETHUSD") is None
    assert selectors.was_listed("tETHUSD")
    assert selectors.instrument("tBTCUSD") is not None


def test_a_market_that_comes_back_is_listed_again(answering: AnsweringServer) -> None:
    before = list_market("tBTCUSD", is_listed=False)
    answering.answer = conf(pairs=["BTCUSD"])

    services.refresh_instruments(answering.client())

    after = selectors.instrument("tBTCUSD")
    assert after is not None
    assert after.pk == before.pk


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, conf(pairs=[])),
        (200, {"pairs": []}),
        (200, [["BTCUSD"]]),
        (200, conf(names="USDt")),
        (200, conf(labels=[["BTC"]])),
        (200, conf(sizes=7)),
        (500, ["error", 10020, "conf: invalid"]),
        (500, ["error", 20060, "maintenance"]),
    ],
)
def test_what_is_known_stays_when_the_exchange_gives_no_list(
    answering: AnsweringServer, status: int, answer: Any
) -> None:
    list_market("tETHUSD")
    answering.status, answering.answer = status, answer

    assert not services.refresh_instruments(answering.client())
    assert selectors.instrument("tETHUSD") is not None


def test_an_exchange_that_is_down_fails_quietly() -> None:
    nobody_listens = RestV2("http://127.0.0.1:1", deadline_seconds=2)

    assert not services.refresh_instruments(nobody_listens)


def test_an_odd_row_costs_only_its_own_market(answering: AnsweringServer) -> None:
    answering.answer = conf(
        pairs=["BTCUSD", 7, "", "../..", "ETHUSD"],
        sizes=[["ETHUSD", "none"], ["BTCUSD", SIZES]],
    )

    assert services.refresh_instruments(answering.client())
    btc, eth = selectors.instruments()
    assert (btc.symbol, btc.minimum) == ("tBTCUSD", Decimal("0.00006"))
    assert (eth.symbol, eth.minimum) == ("tETHUSD", None)


def test_a_name_longer_than_its_place_is_cut(answering: AnsweringServer) -> None:
    answering.answer = conf(pairs=["BTCUSD"], labels=[["BTC", "b" * 500]])

    services.refresh_instruments(answering.client())

    instrument = selectors.instrument("tBTCUSD")
    assert instrument is not None
    assert instrument.label == "b" * LABEL_LENGTH


def test_a_process_keeps_one_public_client() -> None:
    assert services.public_client() is services.public_client()
