from __future__ import annotations

from typing import Any

import pytest
import requests

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import Caller


def ask(caller: Caller, path: str, **members: Any) -> requests.Response:
    return requests.post(f"{caller.rest_url}/v2/calc/{path}", json=members, timeout=10)


def test_the_average_price_is_what_an_order_would_pay(caller: Caller, paper: PaperExchange) -> None:
    average, amount = ask(caller, "trade/avg", symbol="tBTCUSD", amount="1.5").json()
    order = paper.order(paper.place("trader", "tBTCUSD", "0.3"))
    first, _ = ask(caller, "trade/avg", symbol="tBTCUSD", amount="0.3").json()

    assert amount == 1.5
    assert float(order.average_price()) < average
    assert first > float(order.average_price())


def test_a_question_may_stand_in_the_query(caller: Caller) -> None:
    members = {"symbol": "tBTCUSD", "amount": "1"}
    url = f"{caller.rest_url}/v2/calc/trade/avg"
    answer = requests.post(url, json={}, params=members, timeout=10).json()

    assert answer == ask(caller, "trade/avg", **members).json()


def test_selling_gets_less_the_more_is_sold(caller: Caller) -> None:
    bid = caller.public("/v2/ticker/tBTCUSD").json()[0]
    little, sold = ask(caller, "trade/avg", symbol="tBTCUSD", amount="-0.00005").json()
    much, _ = ask(caller, "trade/avg", symbol="tBTCUSD", amount="-2").json()

    assert (little, sold) == (bid, -0.00005)
    assert much < little


def test_a_limit_bounds_what_is_taken(caller: Caller) -> None:
    ask_price = caller.public("/v2/ticker/tBTCUSD").json()[2]
    average, amount = ask(
        caller, "trade/avg", symbol="tBTCUSD", amount="1000", price_limit=str(ask_price)
    ).json()

    assert average == ask_price
    assert 0 < amount < 1000


def test_money_has_an_average_rate(caller: Caller) -> None:
    rate, amount = ask(caller, "trade/avg", symbol="fUSD", amount="20000").json()
    short, _ = ask(caller, "trade/avg", symbol="fUSD", amount="20000", period=2).json()

    assert amount == 20_000
    assert 0.00001 < rate <= short < 0.01


def test_where_nobody_offers_the_average_is_nothing(caller: Caller) -> None:
    answer = ask(caller, "trade/avg", symbol="tBTCUSD", amount="1", price_limit="1")

    assert answer.json() == [0, 0]


def test_currencies_have_a_rate_both_ways(caller: Caller) -> None:
    (there,) = ask(caller, "fx", ccy1="BTC", ccy2="EUR").json()
    (back,) = ask(caller, "fx", ccy1="EUR", ccy2="BTC").json()

    assert there * back == pytest.approx(1, rel=1e-3)
    assert 30_000 < there < 100_000


@pytest.mark.parametrize(
    ("path", "members", "code", "reason"),
    [
        ("trade/avg", {"symbol": "tNOPE", "amount": "1"}, 10020, "symbol: invalid"),
        ("trade/avg", {"symbol": "tBTCUSD", "amount": "0"}, 10020, "amount: invalid"),
        ("trade/avg", {"symbol": "tBTCUSD"}, 10001, "amount: invalid"),
        ("fx", {"ccy1": "NOPE", "ccy2": "USD"}, 10020, "ccy1: invalid"),
        ("fx", {"ccy1": "BTC"}, 10020, "ccy2: invalid"),
    ],
)
def test_bad_questions_are_refused(
    caller: Caller, path: str, members: dict[str, str], code: int, reason: str
) -> None:
    answer = ask(caller, path, **members)

    assert (answer.status_code, answer.json()) == (500, ["error", code, reason])


def test_more_than_all_that_is_offered_is_answered_with_all(
    caller: Caller, paper: PaperExchange
) -> None:
    _, found = ask(caller, "trade/avg", symbol="tBTCUSD", amount="1000000").json()
    paper.trade("tBTCUSD", str(found))

    assert 0 < found < 1_000_000
    with pytest.raises(ValueError, match="empty side"):
        paper.best_prices("tBTCUSD")
