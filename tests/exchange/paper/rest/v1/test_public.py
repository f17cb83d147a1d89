from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exchange.paper import PaperExchange
from tests.exchange.paper.caller import Caller


def test_a_ticker_is_all_text(caller: Caller) -> None:
    ticker = caller.public("/v1/pubticker/btcusd").json()

    assert set(ticker) == {
        "mid", "bid", "ask", "last_price", "low", "high", "volume", "timestamp",
    }  # fmt: skip
    assert all(isinstance(value, str) for value in ticker.values())
    assert float(ticker["bid"]) < float(ticker["mid"]) < float(ticker["ask"])


def test_symbols_are_in_lower_case_and_have_details(caller: Caller) -> None:
    symbols = caller.public("/v1/symbols").json()
    details = {row["pair"]: row for row in caller.public("/v1/symbols_details").json()}

    assert {"btcusd", "doge:usd"} <= set(symbols)
    assert set(details) == set(symbols)
    assert details["btcusd"]["minimum_order_size"] == "0.00004"
    assert details["btcusd"]["price_precision"] == 5


def texts(rows: list[dict[str, Any]], name: str) -> list[Decimal]:
    assert all(isinstance(row[name], str) for row in rows)
    return [Decimal(row[name]) for row in rows]


def test_a_book_has_fifty_levels_a_side_unless_told(caller: Caller, paper: PaperExchange) -> None:
    book = caller.public("/v1/book/btcusd").json()
    bids, asks = texts(book["bids"], "price"), texts(book["asks"], "price")

    assert (len(bids), len(asks)) == (50, 50)
    assert (bids[0], asks[0]) == paper.best_prices("tBTCUSD")
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert all(amount > 0 for amount in texts(book["bids"] + book["asks"], "amount"))


def test_a_book_can_be_short_and_one_sided(caller: Caller) -> None:
    book = caller.public("/v1/book/btcusd", limit_bids="3", limit_asks="0").json()

    assert len(book["bids"]) == 3
    assert book["asks"] == []
    assert caller.public("/v1/book/btcusd", limit_bids="-1").status_code == 400


def test_orders_of_one_price_are_told_apart_when_asked(
    caller: Caller, paper: PaperExchange
) -> None:
    for amount in ("0.1", "0.2"):
        paper.place("bob", "tBTCUSD", amount, "55555")

    def at_price(group: str) -> list[Decimal]:
        rows = caller.public("/v1/book/btcusd", limit_bids="900", group=group).json()["bids"]
        return texts([row for row in rows if row["price"] == "55555.0"], "amount")

    apart, together = at_price("0"), at_price("1")

    assert {Decimal("0.1"), Decimal("0.2")} <= set(apart)
    assert together == [sum(apart)]


def test_trades_are_told_newest_first_with_the_taker_s_side(
    caller: Caller, paper: PaperExchange
) -> None:
    paper.trade("tBTCUSD", "-0.001")
    paper.trade("tBTCUSD", "0.001")
    trades = caller.public("/v1/trades/btcusd", limit_trades="2").json()
    newest = trades[0]
    later = caller.public("/v1/trades/btcusd", timestamp=str(newest["timestamp"] + 1)).json()

    assert [trade["type"] for trade in trades] == ["buy", "sell"]
    assert newest["tid"] > trades[1]["tid"]
    assert (newest["exchange"], newest["amount"]) == ("bitfinex", "0.001")
    assert isinstance(newest["timestamp"], int)
    assert later == []
    assert len(caller.public("/v1/trades/btcusd").json()) == 50


@pytest.mark.parametrize("limit", ["0", "1001", "many", "1e2"])
def test_a_senseless_number_of_trades_is_refused(caller: Caller, limit: str) -> None:
    answer = caller.public("/v1/trades/btcusd", limit_trades=limit)

    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "Key limit_trades should be a number"},
    )


@pytest.mark.parametrize("path", ["pubticker", "book", "trades", "stats"])
def test_an_unlisted_symbol_is_unknown(caller: Caller, path: str) -> None:
    answer = caller.public(f"/v1/{path}/nope")

    assert (answer.status_code, answer.json()) == (400, {"message": "Unknown symbol"})


def test_volumes_of_a_day_a_week_and_a_month_rise(caller: Caller) -> None:
    stats = caller.public("/v1/stats/btcusd").json()
    day, week, month = (Decimal(row["volume"]) for row in stats)
    days = caller.public("/v2/candles/trade:1D:tBTCUSD/hist", limit="7").json()

    assert [row["period"] for row in stats] == [1, 7, 30]
    assert 0 < day < week < month
    assert abs(float(week) - sum(row[5] for row in days)) < 1e-6
