"""The same answers, character for character, read by three clients to the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange import Credentials, NoBudget, RestV2, WalletType
from tests.exchange.peers.comparing import (
    AMOUNTS,
    IDS,
    PRICES,
    TICKERS,
    TIMES,
    WALLETS,
    all_same,
    array,
    order_is_ccxts,
    order_is_the_officials,
    order_rows,
    ticker_is_ccxts,
    ticker_is_the_officials,
    trade_is_ccxts,
    trade_is_the_officials,
    wallet_is_the_officials,
)

PAIRS = {"tBTCUSD": "BTC/USD", "tDOGE:USD": "DOGE/USD"}


@pytest.fixture(scope="module")
def client(exchange) -> Iterator[RestV2]:
    client = RestV2(exchange.url, credentials=Credentials("key", "secret"), budget=NoBudget())
    yield client
    client.close()


@given(row=TICKERS)
@settings(max_examples=40)
def test_a_ticker(official, ccxt, exchange, client, row):
    exchange.answer("ticker/tBTCUSD", array(*row, 1364774820000))
    ours = client.ticker("tBTCUSD")
    officials = official.ask("ticker", url=exchange.url, symbol="tBTCUSD")
    ccxts = ccxt.ask("ticker", url=exchange.url, symbol="BTC/USD")

    assert ticker_is_the_officials(officials, ours)
    assert ticker_is_ccxts(ccxts, ours)


@given(first=TICKERS, second=TICKERS)
@settings(max_examples=40)
def test_tickers(official, ccxt, exchange, client, first, second):
    rows = [array('"tBTCUSD"', *first, 1), array('"tDOGE:USD"', *second, 1)]
    exchange.answer("tickers", array(*rows))
    ours = {ticker.symbol: ticker for ticker in client.tickers(list(PAIRS))}
    officials = official.ask("tickers", url=exchange.url, symbols=list(PAIRS))
    ccxts = ccxt.ask("tickers", url=exchange.url, symbols=list(PAIRS.values()))

    assert ours.keys() == officials.keys() == PAIRS.keys()
    assert ccxts.keys() == set(PAIRS.values())
    for symbol, pair in PAIRS.items():
        assert ticker_is_the_officials(officials[symbol], ours[symbol])
        assert ticker_is_ccxts(ccxts[pair], ours[symbol])


@given(kinds=st.fixed_dictionaries(dict.fromkeys(WalletType, WALLETS)))
@settings(max_examples=40)
def test_wallets(official, ccxt, exchange, client, kinds):
    rows = [
        array(f'"{kind}"', '"UST"', balance, interest, available or "null", "null", "null")
        for kind, (balance, interest, available) in kinds.items()
    ]
    exchange.answer("auth/r/wallets", array(*rows))
    ours = client.wallets()
    officials = official.ask("wallets", url=exchange.url)

    assert [wallet.type for wallet in ours] == list(kinds)
    for mine, theirs in zip(ours, officials, strict=True):
        assert wallet_is_the_officials(theirs, mine)
    for mine in ours:
        # It shows one kind of wallet at a time, and currencies by other names.
        ccxts = ccxt.ask("wallets", url=exchange.url, kind=mine.type)["USDT"]
        assert all_same(ccxts, total=mine.balance, free=mine.available)


@given(
    levels=st.lists(st.tuples(PRICES, st.integers(1, 99), AMOUNTS), unique_by=lambda row: row[0])
)
@settings(max_examples=40)
def test_a_book(official, ccxt, exchange, client, levels):
    exchange.answer("book/tBTCUSD/P0", array(*(array(*level) for level in levels)))
    ours = client.book("tBTCUSD")
    officials = official.ask("book", url=exchange.url, symbol="tBTCUSD")
    ccxts = ccxt.ask("book", url=exchange.url, symbol="BTC/USD")

    for mine, theirs in zip(ours, officials, strict=True):
        assert theirs["count"] == mine.count
        assert all_same(theirs, price=mine.price, amount=mine.amount)
    # It sorts levels by side and leaves the sign and the number of orders away.
    for side, sign in (("bids", 1), ("asks", -1)):
        mine = {level.price: abs(level.amount) for level in ours if level.amount * sign > 0}
        assert {Decimal(price): Decimal(amount) for price, amount in ccxts[side]} == mine


@given(rows=st.lists(st.tuples(IDS, TIMES, AMOUNTS, PRICES), unique_by=lambda row: row[1]))
@settings(max_examples=40)
def test_trades(official, ccxt, exchange, client, rows):
    rows.sort(key=lambda row: -row[1])
    exchange.answer("trades/tBTCUSD/hist", array(*(array(*row) for row in rows)))
    ours = client.trades("tBTCUSD")
    officials = official.ask("trades", url=exchange.url, symbol="tBTCUSD")
    ccxts = ccxt.ask("trades", url=exchange.url, symbol="BTC/USD")

    assert all(map(trade_is_the_officials, officials, ours))
    # It turns them round, oldest first.
    assert all(map(trade_is_ccxts, reversed(ccxts), ours))
    assert len(ours) == len(officials) == len(ccxts) == len(rows)


@given(row=order_rows())
@settings(max_examples=60)
def test_orders(official, ccxt, exchange, client, row):
    exchange.answer("auth/r/orders", array(array(*row)))
    (ours,) = client.open_orders()
    (officials,) = official.ask("orders", url=exchange.url)
    (ccxts,) = ccxt.ask("orders", url=exchange.url)

    assert order_is_the_officials(officials, ours)
    assert order_is_ccxts(ccxts, ours)
    assert ccxts["clientOrderId"] == (None if ours.cid is None else str(ours.cid))
