"""The same answers, character for character, read by three clients to the same numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange import Credentials, NoBudget, RestV2, WalletType

PAIRS = {"tBTCUSD": "BTC/USD", "tDOGE:USD": "DOGE/USD"}
# Written as a JavaScript server writes its numbers: an exponent below a millionth, lowercase.
TINY = ("1.7e-7", "-5.6e-7", "1e-8")
AWKWARD = ("34408215965.07133", "0.0003123616438356164", "11.960650700086292", "0", "-0.0359")


def plain(places: int, largest: int = 99_999) -> st.SearchStrategy[str]:
    """Numbers as text; a binary fraction holds all of their digits."""
    return st.decimals(-largest, largest, places=places).map(lambda number: format(number, "f"))


NUMBERS = plain(8) | plain(2) | plain(0) | st.sampled_from(TINY + AWKWARD)
PRICES = st.decimals("0.01", 99_999, places=4).map(lambda price: format(price, "f"))
TIMES = st.integers(1_400_000_000_000, 1_900_000_000_000)
IDS = st.integers(1, 2**53)
AMOUNTS = NUMBERS.filter(lambda number: Decimal(number) != 0)
# ccxt takes a zero in a ticker for a gap and fills it by its own reckoning.
TICKERS = st.tuples(
    PRICES, AMOUNTS, PRICES, AMOUNTS, AMOUNTS, AMOUNTS, PRICES, AMOUNTS, PRICES, PRICES
)


@pytest.fixture(scope="module")
def client(exchange) -> Iterator[RestV2]:
    client = RestV2(exchange.url, credentials=Credentials("key", "secret"), budget=NoBudget())
    yield client
    client.close()


def array(*members: Any) -> str:
    """Join texts of JSON to one array."""
    return f"[{','.join(map(str, members))}]"


def same(theirs: Any, ours: Decimal | None) -> bool:
    """Whether a number of theirs, a binary fraction or its digits, is ours."""
    if theirs is None or ours is None:
        return theirs is ours
    return Decimal(str(theirs)) == ours


def all_same(theirs: dict[str, Any], **ours: Decimal | None) -> bool:
    """Whether all these members are the same numbers."""
    return all(same(theirs[name], number) for name, number in ours.items())


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


def ticker_is_the_officials(theirs: dict[str, Any], ours: Any) -> bool:
    names = {name: name for name in theirs} | {"last_price": "last"}
    return all(same(theirs[name], getattr(ours, mine)) for name, mine in names.items())


def ticker_is_ccxts(theirs: dict[str, Any], ours: Any) -> bool:
    return all_same(
        theirs,
        bid=ours.bid,
        ask=ours.ask,
        last=ours.last,
        high=ours.high,
        low=ours.low,
        change=ours.daily_change,
        percentage=ours.daily_change_relative * 100,
        baseVolume=ours.volume,
    )


WALLETS = st.tuples(NUMBERS, NUMBERS, st.none() | NUMBERS)


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
        assert (theirs["wallet_type"], theirs["currency"]) == (mine.type, mine.currency)
        assert all_same(
            theirs,
            balance=mine.balance,
            unsettled_interest=mine.unsettled_interest,
            available_balance=mine.available,
        )
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

    for mine, theirs in zip(ours, officials, strict=True):
        assert theirs["id"] == mine.id
        assert theirs["mts"] == milliseconds(mine.time)
        assert all_same(theirs, amount=mine.amount, price=mine.price)
    # It turns them round, oldest first, and tells buys from sells by a word.
    for mine, theirs in zip(reversed(ours), ccxts, strict=True):
        assert (theirs["id"], theirs["timestamp"]) == (str(mine.id), milliseconds(mine.time))
        assert theirs["side"] == ("buy" if mine.amount > 0 else "sell")
        assert all_same(theirs, amount=abs(mine.amount), price=mine.price)


STATUSES = {
    "ACTIVE": "open",
    "PARTIALLY FILLED @ 42.821(-0.08)": "open",
    "EXECUTED @ 42.821(0.1)": "closed",
    "CANCELED was: PARTIALLY FILLED @ 42.821(-0.08)": "canceled",
}


@st.composite
def order_rows(draw) -> list[Any]:
    row: list[Any] = ["null"] * 32
    created = draw(TIMES)
    row[0], row[2], row[3] = draw(IDS), draw(IDS | st.just("null")), '"tBTCUSD"'
    row[4], row[5] = created, created + draw(st.integers(0, 10**9))
    row[6], row[7], row[8] = draw(AMOUNTS), draw(AMOUNTS), '"EXCHANGE LIMIT"'
    row[12], row[13] = 4096, json.dumps(draw(st.sampled_from(list(STATUSES))))
    row[16], row[17] = draw(PRICES), draw(PRICES)
    return row


@given(row=order_rows())
@settings(max_examples=60)
def test_orders(official, ccxt, exchange, client, row):
    exchange.answer("auth/r/orders", array(array(*row)))
    (ours,) = client.open_orders()
    (officials,) = official.ask("orders", url=exchange.url)
    (ccxts,) = ccxt.ask("orders", url=exchange.url)

    names = ("id", "cid", "gid", "symbol", "flags", "placed_id", "routing", "meta")
    assert {name: officials[name] for name in names} == {
        name: getattr(ours, name) for name in names
    }
    assert officials["mts_create"] == milliseconds(ours.created)
    assert officials["mts_update"] == milliseconds(ours.updated)
    assert (officials["order_type"], officials["order_status"]) == (ours.type, ours.status)
    assert all_same(
        officials,
        amount=ours.amount,
        amount_orig=ours.amount_orig,
        price=ours.price,
        price_avg=ours.price_avg,
    )
    # Its time of an order is that of the last change.
    assert (ccxts["id"], ccxts["timestamp"]) == (str(ours.id), milliseconds(ours.updated))
    assert ccxts["clientOrderId"] == (None if ours.cid is None else str(ours.cid))
    assert (ccxts["side"], ccxts["status"]) == (ours.side, STATUSES[ours.status])
    assert ours.is_open is (ccxts["status"] == "open")
    assert ours.is_filled is (ccxts["status"] == "closed")
    assert all_same(
        ccxts,
        amount=abs(ours.amount_orig),
        remaining=abs(ours.amount),
        price=ours.price,
        average=ours.price_avg,
    )


def milliseconds(time: Any) -> int:
    """A time as the wire has it; the division is exact."""
    return round(time.timestamp() * 1000)
