from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from exchange.paper import PaperExchange, running_paper
from tests.exchange.paper.caller import KEY, Caller


@pytest.fixture(scope="module")
def lending() -> Iterator[PaperExchange]:
    with running_paper(keys=[KEY]) as paper:
        paper.pause()
        yield paper


@pytest.fixture
def caller(lending: PaperExchange) -> Caller:
    return Caller(lending.rest_url)


def test_offers_to_lend_ask_more_a_year_than_borrowers_bid(caller: Caller) -> None:
    book = caller.public("/v1/lendbook/usd", limit_bids="3", limit_asks="2").json()
    bids, asks = ([Decimal(row["rate"]) for row in book[side]] for side in ("bids", "asks"))
    daily = Decimal(str(caller.public("/v2/ticker/fUSD").json()[4]))

    assert (len(bids), len(asks)) == (3, 2)
    assert bids == sorted(bids, reverse=True)
    assert asks[0] > bids[0] > 1
    assert asks[0] == daily * 36_500
    assert {row["frr"] for row in book["bids"]} == {"No"}
    assert all(2 <= row["period"] <= 120 for row in book["asks"])


def test_what_was_lent_is_told_newest_first(caller: Caller) -> None:
    lends = caller.public("/v1/lends/USD", limit_lends="5").json()
    loans = caller.public("/v2/trades/fUSD/hist", limit="5").json()

    assert [row["timestamp"] for row in lends] == [loan[1] // 1000 for loan in loans]
    assert [Decimal(row["amount_lent"]) for row in lends] == [
        abs(Decimal(str(loan[2]))) for loan in loans
    ]
    assert caller.public("/v1/lends/usd", timestamp=str(lends[0]["timestamp"] + 1)).json() == []


@pytest.mark.parametrize("path", ["lendbook", "lends"])
def test_an_unlisted_currency_is_unknown(caller: Caller, path: str) -> None:
    answer = caller.public(f"/v1/{path}/nope")

    assert (answer.status_code, answer.json()) == (400, {"message": "Unknown currency"})
