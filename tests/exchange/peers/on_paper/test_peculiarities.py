"""What only one of the other clients does."""

from __future__ import annotations

from collections import Counter
from typing import Any

from exchange.paper import PaperExchange
from exchange.paper.faults import DroppedFrame
from tests.exchange.peers.on_paper.conftest import Start
from tests.exchange.peers.on_paper.exactness import exact
from tests.exchange.peers.on_paper.waiting import wait_until


def test_ccxt_cancels_everything_when_asked_for_one_pair(
    start: Start, paper: PaperExchange
) -> None:
    ids = {
        paper.place("key", "tBTCUSD", "0.01", "50000"),
        paper.place("key", "tETHUSD", "0.1", "1000"),
    }
    told = start("ccxt", "rest").ask("cancel_all_of", url=paper.rest_url, symbol="tBTCUSD")

    # It leaves the pair away, and the exchange does as it is told.
    assert {order["id"] for order in told} == ids
    assert {paper.order(order_id).status() for order_id in ids} == {"CANCELED"}


def test_ccxt_knows_money_in_the_ledger_by_its_description(
    start: Start, paper: PaperExchange
) -> None:
    paper.place("key", "tUSTUSD", "-40")
    entries = start("ccxt", "rest").ask(
        "read", url=paper.rest_url, method="fetch_ledger", arguments={"code": "USD"}
    )

    # Each of the three wallets was filled once.
    assert Counter(entry["type"] for entry in entries) == {"transaction": 3, "trade": 1, "fee": 1}


def test_the_client_for_node_misses_a_frame(start: Start, paper: PaperExchange) -> None:
    listener = start("node", "stream")
    listener.ask("connect", url=paper.ws_url, rest_url=paper.rest_url)
    with paper.fault(DroppedFrame(channel="trades", subject="tBTCUSD", skip=1)) as fault:
        listener.ask("subscribe", channel="trades", symbol="tBTCUSD")
        paper.trade("tBTCUSD", "0.004")
        fault.wait()
        wait_until(lambda: listener.ask("complaints"))
    listener.ask("close")

    assert "invalid pub seq" in listener.ask("complaints")[0]


def test_the_client_for_node_speaks_the_first_version(start: Start, paper: PaperExchange) -> None:
    client = start("node", "rest")

    def ask(method: str, *arguments: Any) -> Any:
        return client.ask("ask_v1", url=paper.rest_url, method=method, arguments=arguments)

    bid, offer = paper.best_prices("tBTCUSD")
    ticker = ask("ticker", "btcusd")
    order = ask(
        "new_order", "btcusd", "0.1", "60000", "bitfinex", "buy", "exchange limit", False, False
    )
    (waiting,) = ask("active_orders")
    paper.move_price("tBTCUSD", "59000")
    (fill,) = ask("past_trades", "btcusd", {})
    balances = {row["currency"]: row["amount"] for row in ask("wallet_balances")}

    assert (exact(ticker["bid"]), exact(ticker["ask"])) == (bid, offer)
    assert order["order_id"] == waiting["id"] == fill["order_id"] == paper.ledger.orders[-1].id
    assert (fill["price"], fill["fee_currency"]) == ("60000.0", "BTC")
    assert exact(balances["btc"]) == paper.balance("key", "BTC")
    assert ask("active_orders") == []
