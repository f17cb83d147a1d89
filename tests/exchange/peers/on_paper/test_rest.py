"""bitfinex-api-py, ccxt and bitfinex-api-node over REST, on the paper exchange.

Their drivers say what they read in the same words; all of it is held against the exchange's state.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from exchange.paper import PaperExchange, running_paper
from tests.exchange.peers.on_paper.conftest import KEY
from tests.exchange.peers.on_paper.exactness import exact, exactly
from tests.exchange.peers.peer import Peer, Raised


def test_tickers_of_glued_and_of_parted_pairs(client: Peer, paper: PaperExchange) -> None:
    symbols = ["tBTCUSD", "tDOGE:USD"]
    found = client.ask("tickers", url=paper.rest_url, symbols=symbols)

    assert found == {
        symbol: client.ask("ticker", url=paper.rest_url, symbol=symbol) for symbol in symbols
    }
    for symbol, ticker in found.items():
        assert (exact(ticker["bid"]), exact(ticker["ask"])) == paper.best_prices(symbol)
        assert ticker["low"] <= ticker["last"] <= ticker["high"]
        assert ticker["volume"] > 0


def test_tickers_of_every_market(client: Peer) -> None:
    with running_paper(seed=1, keys=[KEY]) as paper:
        symbols = client.ask("all_symbols", url=paper.rest_url)

    assert {"tBTCUSD", "tETHBTC", "tDOGE:USD", "tBTCF0:USTF0"} <= set(symbols)


def test_candles(client: Peer, paper: PaperExchange) -> None:
    found = client.ask("candles", url=paper.rest_url, symbol="tBTCUSD", timeframe="1h")
    times = [row[0] for row in found]

    assert times == sorted(set(times))
    assert all(time % 3_600_000 == 0 for time in times)
    for _, opening, high, low, close, volume in found:
        assert low <= min(opening, close) <= max(opening, close) <= high
        assert volume > 0


def test_trades_newest_first(client: Peer, paper: PaperExchange) -> None:
    best = paper.best_prices("tBTCUSD")
    paper.trade("tBTCUSD", "0.004")
    paper.trade("tBTCUSD", "-0.003")
    found = client.ask("trades", url=paper.rest_url, symbol="tBTCUSD")
    (last, before), times = exactly([row[2:] for row in found[:2]]), [row[1] for row in found]

    assert (last, before) == ([Decimal("-0.003"), best[0]], [Decimal("0.004"), best[1]])
    assert times == sorted(times, reverse=True)


def test_a_book(client: Peer, paper: PaperExchange) -> None:
    best_bid, best_ask = paper.best_prices("tBTCUSD")
    book = client.ask("book", url=paper.rest_url, symbol="tBTCUSD")
    bids, asks = exactly(book["bids"]), exactly(book["asks"])

    assert len(bids) == len(asks) == 25
    assert (bids[0][0], asks[0][0]) == (best_bid, best_ask)
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert all(amount > 0 for _, amount in bids + asks)


def test_wallets(client: Peer, paper: PaperExchange) -> None:
    paper.place("key", "tBTCUSD", "0.1", "50000")
    wallets = client.ask("wallets", url=paper.rest_url)

    assert "USD" in wallets
    assert "UST" in wallets
    for currency, (balance, available) in wallets.items():
        assert exact(balance) == paper.balance("key", currency)
        assert exact(available) == paper.available("key", currency)


def test_an_order_waits_fills_and_is_history(client: Peer, paper: PaperExchange) -> None:
    told = client.ask(
        "submit", url=paper.rest_url, symbol="tDOGE:USD", amount="100", price="0.1", cid=77
    )
    (waiting,) = client.ask("open_orders", url=paper.rest_url)
    paper.move_price("tDOGE:USD", "0.09")
    (order,) = client.ask("closed_orders", url=paper.rest_url, symbol="tDOGE:USD")
    (fill,) = client.ask("fills", url=paper.rest_url, symbol="tDOGE:USD")
    accepted = paper.ledger.orders[-1]

    assert told["id"] == waiting["id"] == order["id"] == fill["order"] == accepted.id
    assert told["cid"] == waiting["cid"] == order["cid"] == accepted.cid == 77
    assert (waiting["state"], order["state"]) == ("open", "closed")
    assert (exact(waiting["remaining"]), exact(order["remaining"])) == (100, 0)
    assert (exact(order["amount"]), exact(order["average"])) == (100, Decimal("0.1"))
    assert (exact(fill["amount"]), exact(fill["price"])) == (100, Decimal("0.1"))
    assert (exact(fill["fee"]), fill["fee_currency"]) == (Decimal("0.1"), "DOGE")
    assert fill["is_maker"]


def test_a_market_order_sells_at_once(client: Peer, paper: PaperExchange) -> None:
    best_bid, _ = paper.best_prices("tUSTUSD")
    before = paper.balance("key", "USD")
    told = client.ask(
        "submit", url=paper.rest_url, symbol="tUSTUSD", amount="-40", price=None, cid=78
    )
    (order,) = client.ask("closed_orders", url=paper.rest_url, symbol="tUSTUSD")
    (fill,) = client.ask("fills", url=paper.rest_url, symbol="tUSTUSD")
    moved = client.ask("movements_of_money", url=paper.rest_url, currency="USD")
    fee, income = exact(fill["fee"]), 40 * best_bid

    assert told["id"] == order["id"] == fill["order"] == paper.ledger.orders[-1].id
    assert (exact(order["amount"]), exact(fill["amount"])) == (-40, -40)
    assert exact(fill["price"]) == exact(order["average"]) == best_bid
    assert (fill["is_maker"], fill["fee_currency"]) == (False, "USD")
    assert exactly(moved)[:2] == [[-fee, before + income - fee], [income, before + income]]
    assert paper.balance("key", "USD") == before + income - fee


def test_an_order_is_made_larger(client: Peer, paper: PaperExchange) -> None:
    order_id = paper.place("key", "tBTCUSD", "0.1", "50000")
    client.ask("change", url=paper.rest_url, order_id=order_id, amount="0.25", price="51000")
    (order,) = client.ask("open_orders", url=paper.rest_url)

    assert (order["id"], order["state"], order["price"]) == (order_id, "open", 51_000)
    assert exact(order["amount"]) == exact(order["remaining"]) == Decimal("0.25")
    assert paper.available("key", "USD") == paper.balance("key", "USD") - 12_750


def test_a_cancelled_order_is_still_open_in_the_answer(client: Peer, paper: PaperExchange) -> None:
    order_id = paper.place("key", "tBTCUSD", "0.1", "50000")
    told = client.ask("cancel", url=paper.rest_url, order_id=order_id)
    (order,) = client.ask("closed_orders", url=paper.rest_url, symbol="tBTCUSD")

    assert (told["id"], told["state"]) == (order_id, "open")
    assert (order["id"], order["state"]) == (order_id, "canceled")
    assert client.ask("open_orders", url=paper.rest_url) == []
    assert paper.available("key", "USD") == paper.balance("key", "USD")


def test_some_orders_are_cancelled_and_then_all(client: Peer, paper: PaperExchange) -> None:
    ids = [paper.place("key", "tBTCUSD", "0.01", price) for price in (50_000, 51_000, 52_000)]
    other = paper.place("key", "tDOGE:USD", "50", "0.01")
    some = client.ask("cancel_some", url=paper.rest_url, order_ids=ids[:2])
    left = client.ask("open_orders", url=paper.rest_url)
    rest = client.ask("cancel_all", url=paper.rest_url)

    assert {order["id"] for order in some} == set(ids[:2])
    assert {order["id"] for order in left} == {order["id"] for order in rest} == {ids[2], other}
    assert client.ask("open_orders", url=paper.rest_url) == []


def test_what_cannot_be_paid_is_refused_in_words_a_client_knows(
    client: Peer, paper: PaperExchange
) -> None:
    with pytest.raises(Raised, match="not enough exchange balance") as refusal:
        client.ask(
            "submit", url=paper.rest_url, symbol="tBTCUSD", amount="100", price="50000", cid=79
        )

    # Each has a class of its own for it; the one for Node.js has but one for everything.
    assert refusal.value.kind in {"GenericError", "InsufficientFunds", "Error"}
    assert list(paper.ledger.orders) == []


def test_a_key_that_is_revoked_opens_nothing(client: Peer, paper: PaperExchange) -> None:
    paper.revoke_key("key")
    with pytest.raises(Raised) as refusal:
        client.ask("wallets", url=paper.rest_url)

    assert refusal.value.kind in {"InvalidCredentialError", "AuthenticationError", "Error"}
    assert paper.ledger.requests[-1].verdict == "apikey: invalid"
