"""The client and the paper exchange, which share no code, against each other over real sockets."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from exchange.clock import ExchangeClock
from exchange.credentials import Credentials
from exchange.errors import (
    InvalidRequest,
    NonceTooSmall,
    NotAuthenticated,
    NotPermitted,
    NotSent,
    RateLimited,
)
from exchange.limits import NoBudget
from exchange.models.orders import Order, OrderType
from exchange.models.wallets import WalletType
from exchange.new_order import NewOrder
from exchange.nonce import MemoryNonces
from exchange.paper import PaperExchange, PaperKey, running_paper
from exchange.rest_v1 import RestV1
from exchange.rest_v2 import RestV2
from exchange.sharing.nonces import SqliteNonces

KEY = PaperKey(key="trading-key", secret="trading-secret")
READER = PaperKey.read_only("reading-key", "reading-secret")
CREDENTIALS = Credentials(KEY.key, KEY.secret)
SPAWN = multiprocessing.get_context("spawn")
client_ids = count(2**44)


@pytest.fixture(scope="module")
def shared_paper() -> Iterator[PaperExchange]:
    with running_paper(seed=7, keys=[KEY, READER]) as paper:
        paper.pause()
        yield paper


@pytest.fixture
def paper(shared_paper) -> PaperExchange:
    return shared_paper


@pytest.fixture
def client(paper) -> Iterator[RestV2]:
    client = RestV2(paper.rest_url, credentials=CREDENTIALS, budget=NoBudget())
    yield client
    client.close()


def new_order(paper: PaperExchange, amount: str, price: str | None, **more: Any) -> NewOrder:
    return NewOrder(
        symbol="tBTCUSD",
        type=OrderType.MARKET if price is None else OrderType.LIMIT,
        amount=Decimal(amount),
        price=None if price is None else Decimal(price),
        cid=next(client_ids),
        **more,
    )


def balances(client: RestV2) -> dict[str, Decimal]:
    wallets = client.wallets()
    return {
        wallet.currency: wallet.balance for wallet in wallets if wallet.type is WalletType.EXCHANGE
    }


def test_what_is_public_is_read_without_a_key(paper):
    client = RestV2(paper.rest_url, budget=NoBudget())
    bid, ask = paper.best_prices("tBTCUSD")
    ticker = client.ticker("tBTCUSD")
    levels = client.book("tBTCUSD")
    trades = client.trades("tBTCUSD", limit=5)
    tickers = {ticker.symbol: ticker for ticker in client.tickers()}
    chosen = client.tickers(["tETHUSD", "tDOGE:USD"])
    is_operative = client.platform_is_operative()
    client.close()

    assert is_operative
    assert (ticker.bid, ticker.ask) == (bid, ask)
    assert tickers["tBTCUSD"] == ticker
    assert [ticker.symbol for ticker in chosen] == ["tETHUSD", "tDOGE:USD"]
    assert len(levels) == 50
    assert levels[0].price == bid
    assert levels[25].price == ask
    assert all(level.amount > 0 for level in levels[:25])
    assert all(level.amount < 0 for level in levels[25:])
    assert len(trades) == 5
    assert trades[0].time >= trades[-1].time


def test_coarser_and_longer_books_are_read(client):
    coarse, long = client.book("tBTCUSD", "P2"), client.book("tBTCUSD", length=100)

    assert all(level.price % 100 == 0 for level in coarse)
    assert len(long) > 50


def test_the_configuration_is_read(client):
    pairs, infos = client.pairs(), client.pair_infos()

    assert "DOGE:USD" in pairs
    assert set(pairs) == set(infos)
    assert infos["BTCUSD"].minimum < infos["BTCUSD"].maximum
    assert client.currency_names()["UST"] == "USDt"
    assert "BTC" in client.currency_labels()


def test_an_order_rests_is_found_and_is_cancelled(paper, client):
    asked = new_order(paper, "0.01", "20000")
    placed = client.submit_order(asked)
    by_id = client.open_orders("tBTCUSD", ids=[placed.id])
    by_client_id = client.open_orders(cid=asked.cid, cid_date=f"{placed.created:%Y-%m-%d}")
    everything = client.open_orders()
    cancelled = client.cancel_order(placed.id)
    history = client.order_history("tBTCUSD", ids=[placed.id])

    assert (placed.cid, placed.price, placed.amount) == (asked.cid, asked.price, asked.amount)
    assert placed.is_open
    assert [order.id for order in by_id] == [placed.id]
    assert [order.id for order in by_client_id] == [placed.id]
    assert placed.id in {order.id for order in everything}
    assert cancelled.id == placed.id
    assert [order.status_keyword for order in history] == ["CANCELED"]
    assert placed.id not in {order.id for order in client.open_orders()}


def test_a_market_order_fills_and_moves_both_wallets_to_the_last_digit(paper, client):
    before = balances(client)
    placed = client.submit_order(new_order(paper, "0.0123", None))
    fills = client.order_fills("tBTCUSD", placed.id)
    ours = [fill for fill in client.fills("tBTCUSD") if fill.order_id == placed.id]
    (order,) = client.order_history(ids=[placed.id])
    after = balances(client)
    cost = sum(fill.amount * fill.price for fill in fills)
    fees = sum(fill.fee or 0 for fill in fills)

    assert order.is_filled
    assert order.executed == sum(fill.amount for fill in fills) == Decimal("0.0123")
    assert {(fill.id, fill.fee) for fill in ours} == {(fill.id, fill.fee) for fill in fills}
    assert {fill.fee_currency for fill in fills} == {"BTC"}
    assert after["BTC"] - before["BTC"] == Decimal("0.0123") + fees
    assert before["USD"] - after["USD"] == cost
    assert fees < 0


def test_a_resting_order_fills_when_the_market_comes_to_it(paper, client):
    bid, _ = paper.best_prices("tBTCUSD")
    placed = client.submit_order(new_order(paper, "0.01", str(bid)))
    paper.move_price("tBTCUSD", bid - 500)
    (order,) = client.order_history(ids=[placed.id])

    assert placed.is_open
    assert order.is_filled
    assert [fill.is_maker for fill in client.order_fills("tBTCUSD", placed.id)] == [True]


@pytest.mark.parametrize(
    ("amount", "price", "words"),
    [
        ("500", "20000", "not enough exchange balance"),
        ("0.00000001", "20000", "minimum size"),
    ],
)
def test_what_bitfinex_refuses_is_refused_in_its_words(paper, client, amount, price, words):
    orders_before = len(paper.ledger.orders)
    with pytest.raises(InvalidRequest, match=words):
        client.submit_order(new_order(paper, amount, price))

    assert len(paper.ledger.orders) == orders_before


def test_cancelling_what_is_not_there_is_refused(client):
    with pytest.raises(InvalidRequest, match="Order not found"):
        client.cancel_order(1)


def test_permissions_and_fees_are_read(client):
    permissions = {permission.scope: permission for permission in client.permissions()}
    fees = client.fee_summary()

    assert permissions["orders"].write
    assert not permissions["withdraw"].write
    assert fees.maker < fees.taker


def test_a_reading_key_reads_and_may_not_write(paper):
    client = RestV2(
        paper.rest_url, credentials=Credentials(READER.key, READER.secret), budget=NoBudget()
    )
    wallets = client.wallets()
    with pytest.raises(NotPermitted):
        client.submit_order(new_order(paper, "0.01", "20000"))
    client.close()

    assert wallets


@pytest.mark.parametrize(("key", "secret"), [("unknown", "x"), (KEY.key, "wrong")])
def test_a_wrong_key_or_secret_is_not_accepted(paper, key, secret):
    v2 = RestV2(paper.rest_url, credentials=Credentials(key, secret), budget=NoBudget())
    v1 = RestV1(paper.rest_url, credentials=Credentials(key, secret), budget=NoBudget())
    for call in (v2.wallets, v1.balances, lambda: v2.cancel_order(1)):
        with pytest.raises(NotAuthenticated):
            call()
    v1.close()
    v2.close()


def test_a_nonce_behind_another_program_is_told(paper, client):
    client.wallets()
    stuck = RestV2(
        paper.rest_url,
        credentials=CREDENTIALS,
        nonces=MemoryNonces(clock=lambda: 1),
        budget=NoBudget(),
    )
    with pytest.raises(NonceTooSmall):
        stuck.wallets()
    stuck.close()


def test_v1_places_finds_and_cancels(paper):
    v1 = RestV1(paper.rest_url, credentials=CREDENTIALS, budget=NoBudget())
    placed = v1.new_order("tBTCUSD", side="buy", amount=Decimal("0.01"), price=Decimal(20000))
    found = v1.order_status(placed.id)
    v1.cancel_order(placed.id)
    ended = v1.order_status(placed.id)
    v1.close()

    assert (placed.symbol, placed.side, placed.amount) == ("tBTCUSD", "buy", Decimal("0.01"))
    assert found.is_open
    assert ended.status_keyword == "CANCELED"


def test_v1_and_v2_tell_the_same_balances_and_pairs(paper, client):
    v1 = RestV1(paper.rest_url, credentials=CREDENTIALS, budget=NoBudget())
    by_v1 = {(wallet.type, wallet.currency): wallet.balance for wallet in v1.balances()}
    by_v2 = {(wallet.type, wallet.currency): wallet.balance for wallet in client.wallets()}
    quote, pairs, details = v1.pubticker("tBTCUSD"), v1.symbols(), v1.symbols_details()
    v1.close()

    assert by_v1 == by_v2
    assert quote.bid == client.ticker("tBTCUSD").bid
    assert set(pairs) == set(details) == set(client.pairs())


def test_v1_refuses_the_digits_that_v2_cuts(paper, client):
    v1 = RestV1(paper.rest_url, credentials=CREDENTIALS, budget=NoBudget())
    with pytest.raises(InvalidRequest, match="precision"):
        v1.new_order("tBTCUSD", side="buy", amount=Decimal("0.01"), price=Decimal("20000.5"))
    v1.close()
    placed = client.submit_order(new_order(paper, "0.01", "20000.5"))
    client.cancel_order(placed.id)

    assert placed.price == 20000


PROCESSES = 8
CALLS_OF_EACH = 500


def read_wallets(url: str, path: Path, times: int, done: Any) -> None:
    nonces = SqliteNonces(path, patience_seconds=60)
    client = RestV2(url, credentials=CREDENTIALS, nonces=nonces, budget=NoBudget())
    refused = 0
    for _ in range(times):
        try:
            client.wallets()
        except NonceTooSmall:
            refused += 1
    client.close()
    nonces.close()
    done.put(refused)


@pytest.mark.timeout(600)
def test_eight_processes_on_one_key_are_never_refused(tmp_path):
    done = SPAWN.SimpleQueue()
    nonces_file = tmp_path / "nonces.sqlite3"
    # The keys of this module's exchange have been used with nonces of their own, above these.
    with running_paper(seed=1, keys=[KEY]) as fresh:
        fresh.pause()
        processes = [
            SPAWN.Process(
                target=read_wallets, args=(fresh.rest_url, nonces_file, CALLS_OF_EACH, done)
            )
            for _ in range(PROCESSES)
        ]
        for process in processes:
            process.start()
        refused = [done.get() for _ in processes]
        for process in processes:
            process.join(20)
        signed = [request for request in fresh.ledger.requests if request.key == KEY.key]
    seen = [int(request.nonce or 0) for request in signed]

    assert refused == [0] * PROCESSES
    # Not even once on the way to an answer: a read that was refused would have tried again.
    assert {request.verdict for request in signed} == {"ok"}
    assert len(seen) == PROCESSES * CALLS_OF_EACH
    assert seen == sorted(set(seen))


def test_a_clock_an_hour_ahead_spoils_no_key(tmp_path):
    ahead_seconds = [3600]

    def ours() -> int:
        return time.time_ns() // 1000 + ahead_seconds[0] * 1_000_000

    with running_paper(seed=1, keys=[KEY]) as fresh:
        wrong = RestV2(
            fresh.rest_url,
            credentials=CREDENTIALS,
            nonces=SqliteNonces(tmp_path / "nonces.sqlite3", clock=ours),
            budget=NoBudget(),
            clock=ExchangeClock(clock=ours),
        )
        for call in (wrong.wallets, lambda: wrong.cancel_order(1)):
            with pytest.raises(NotSent, match="ahead of the exchange's"):
                call()
        wrong.close()
        right = RestV2(fresh.rest_url, credentials=CREDENTIALS, budget=NoBudget())
        ahead_seconds[0] = 0
        wallets = right.wallets()
        right.close()
        signed = [request for request in fresh.ledger.requests if request.key == KEY.key]

    assert wallets
    assert [request.verdict for request in signed] == ["ok"]


def test_a_rate_limit_is_recognised_and_respected():
    with running_paper(seed=1, keys=[KEY], rate_limits=True) as strict:
        client = RestV2(strict.rest_url, budget=NoBudget())
        with pytest.raises(RateLimited):
            exhaust(client)
        client.close()


def exhaust(client: RestV2) -> None:
    for _ in range(200):
        client.platform_is_operative()


def test_an_order_read_in_three_ways_is_the_same_order(paper, client):
    placed = client.submit_order(new_order(paper, "-0.01", "90000"))
    (listed,) = client.open_orders(ids=[placed.id])
    answered = client.cancel_order(placed.id)

    assert fingerprint(placed) == fingerprint(listed) == fingerprint(answered)
    assert placed.side == "sell"


def fingerprint(order: Order) -> tuple[Any, ...]:
    return order.id, order.cid, order.symbol, order.type, order.amount_orig, order.price
