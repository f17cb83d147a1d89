"""bitfinex-api-py, ccxt.pro and bitfinex-api-node on the stream of the paper exchange.

Each keeps its own book and checks it, or has it checked, by the checksums that come. Whatever one
of them complains about fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests

from exchange.paper import PaperExchange
from exchange.paper.faults import BadChecksum
from tests.exchange.peers.on_paper.exactness import exact, exactly
from tests.exchange.peers.on_paper.waiting import wait_until
from tests.exchange.peers.peer import Peer


class Socket:
    """A client that is connected and has authenticated."""

    def __init__(self, listener: Peer) -> None:
        self.ask = listener.ask

    def until(self, kind: str, fact: Callable[[Any], bool]) -> Any:
        """Return the first of a kind that fulfils a condition; the driver gives up some time."""
        while not fact(heard := self.ask("hear", kind=kind)):
            pass
        return heard

    def wallets_once(self, **wanted: Decimal) -> dict[str, Decimal]:
        """Return what wallets hold once some of them hold so much."""
        held: dict[str, Decimal] = {}
        while not wanted.items() <= held.items():
            kind, currency, balance = self.ask("hear", kind="wallet")
            if kind == "exchange":
                held[currency] = exact(balance)
        return held


@pytest.fixture
def stream(listener: Peer, paper: PaperExchange) -> Iterator[Socket]:
    listener.ask("connect", url=paper.ws_url, rest_url=paper.rest_url)
    yield Socket(listener)
    listener.ask("close")
    assert listener.ask("complaints") == []


def test_a_ticker_follows_the_market(stream: Socket, paper: PaperExchange) -> None:
    stream.ask("subscribe", channel="ticker", symbol="tDOGE:USD")
    paper.move_price("tDOGE:USD", "0.2")
    best = paper.best_prices("tDOGE:USD")
    ticker = stream.until("ticker", lambda told: (exact(told["bid"]), exact(told["ask"])) == best)

    assert ticker["low"] <= ticker["last"] <= ticker["high"]


def test_trades_and_candles(stream: Socket, paper: PaperExchange) -> None:
    _, best_ask = paper.best_prices("tBTCUSD")
    stream.ask("subscribe", channel="trades", symbol="tBTCUSD")
    stream.ask("subscribe", channel="candles", symbol="tBTCUSD")
    paper.trade("tBTCUSD", "0.00444")
    trade = stream.until("trade", lambda row: exact(row[2]) == Decimal("0.00444"))
    candle = stream.until("candle", lambda row: exact(row[4]) == best_ask)

    assert exact(trade[3]) == best_ask
    assert candle[0] == trade[1] // 60_000 * 60_000
    assert candle[5] >= trade[2]


def shown_over_rest(paper: PaperExchange, symbol: str) -> dict[str, list[list[Decimal]]]:
    found = requests.get(f"{paper.rest_url}/v2/book/{symbol}/P0?len=25", timeout=10)
    rows = exactly(found.json())
    return {
        "bids": [[price, amount] for price, _, amount in rows if amount > 0],
        "asks": [[price, -amount] for price, _, amount in rows if amount < 0],
    }


def shown_by(stream: Socket) -> dict[str, list[list[Decimal]]]:
    book = stream.ask("shown_book")
    return {side: exactly(book[side]) for side in ("bids", "asks")}


@pytest.mark.parametrize("symbol", ["tBTCUSD", "tDOGE:USD"])
def test_a_book_is_kept_and_its_checksums_are_right(
    stream: Socket, paper: PaperExchange, symbol: str
) -> None:
    stream.ask("subscribe", channel="book", symbol=symbol)
    wait_until(lambda: shown_by(stream) == shown_over_rest(paper, symbol))
    for part in ("1.05", "0.97", "1.002"):
        verified = stream.ask("shown_book")["verified"]
        bid, ask = paper.best_prices(symbol)
        paper.move_price(symbol, (bid + ask) / 2 * Decimal(part))
        wait_until(lambda verified=verified: stream.ask("shown_book")["verified"] > verified)

    wait_until(lambda: shown_by(stream) == shown_over_rest(paper, symbol))


def test_a_book_among_bots(stream: Socket, paper: PaperExchange) -> None:
    stream.ask("subscribe", channel="book", symbol="tBTCUSD")
    paper.resume()
    wait_until(lambda: stream.ask("shown_book")["verified"] >= 10)
    paper.pause()

    wait_until(lambda: shown_by(stream) == shown_over_rest(paper, "tBTCUSD"))


def test_a_wrong_checksum_is_noticed(listener: Peer, paper: PaperExchange) -> None:
    listener.ask("connect", url=paper.ws_url, rest_url=paper.rest_url)
    listener.ask("subscribe", channel="book", symbol="tBTCUSD")
    with paper.fault(BadChecksum()):
        wait_until(lambda: listener.ask("shown_book")["bids"])
        paper.move_price("tBTCUSD", "65000")
        wait_until(lambda: listener.ask("complaints"))
    listener.ask("close")

    assert "checksum" in listener.ask("complaints")[0]


def test_an_order_waits_and_fills(stream: Socket, paper: PaperExchange) -> None:
    stream.ask("submit", symbol="tDOGE:USD", amount="100", price="0.1", cid=77)
    waiting = stream.until("order", lambda order: order["state"] == "open")
    paper.move_price("tDOGE:USD", "0.09")
    order = stream.until("order", lambda order: order["state"] == "closed")
    fill = stream.ask("hear", kind="fill")
    wallets = stream.wallets_once(DOGE=Decimal("99.9"), USD=paper.balance("key", "USD"))
    accepted = paper.ledger.orders[-1]

    assert waiting["id"] == order["id"] == fill["order"] == accepted.id
    assert accepted.cid == 77
    assert (exact(waiting["remaining"]), exact(order["remaining"])) == (100, 0)
    assert (exact(order["amount"]), exact(order["average"])) == (100, Decimal("0.1"))
    assert (exact(fill["amount"]), exact(fill["price"])) == (100, Decimal("0.1"))
    assert (exact(fill["fee"]), fill["fee_currency"], fill["is_maker"]) == (
        Decimal("0.1"),
        "DOGE",
        True,
    )
    assert wallets == {name: paper.balance("key", name) for name in wallets}


def test_an_order_that_fills_at_once_is_first_heard_of_when_it_is_closed(
    stream: Socket, paper: PaperExchange
) -> None:
    best_bid, _ = paper.best_prices("tUSTUSD")
    stream.ask("submit", symbol="tUSTUSD", amount="-40", price=None, cid=78)
    order = stream.ask("hear", kind="order")
    fill = stream.ask("hear", kind="fill")

    assert (order["state"], order["id"]) == ("closed", paper.ledger.orders[-1].id)
    assert (exact(order["amount"]), exact(order["average"])) == (-40, best_bid)
    assert (fill["is_maker"], fill["fee_currency"]) == (False, "USD")
    assert exact(fill["fee"]) == 40 * best_bid * Decimal("0.002")


def test_an_order_that_stood_before_is_cancelled(listener: Peer, paper: PaperExchange) -> None:
    order_id = paper.place("key", "tBTCUSD", "0.1", "50000")
    listener.ask("connect", url=paper.ws_url, rest_url=paper.rest_url)
    (standing,) = listener.ask("standing_orders")
    listener.ask("cancel", order_id=order_id)
    cancelled = Socket(listener).until("order", lambda order: order["state"] != "open")
    listener.ask("close")

    assert (standing["id"], standing["state"]) == (order_id, "open")
    assert (cancelled["id"], cancelled["state"]) == (order_id, "canceled")
    assert paper.available("key", "USD") == paper.balance("key", "USD")
    assert listener.ask("complaints") == []
