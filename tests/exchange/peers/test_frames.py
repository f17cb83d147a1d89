"""The same frames of a socket, character for character, read by three clients to one meaning."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.stream import account_events, events
from exchange.stream.channels import ACCOUNT
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
from tests.exchange.peers.streaming import BOOK, TICKER, TRADES, heard, opening


@given(row=TICKERS)
@settings(max_examples=30)
def test_a_ticker(official, ccxt, exchange, row):
    frames = [array(7, array(*row))]
    (ours,) = heard(TICKER, frames)
    ((name, officials),) = official.ask("frames", subscription=TICKER.wire(), texts=frames)
    ccxts = ccxt.ask("frames", url=exchange.url, texts=[opening(TICKER), *frames])

    assert isinstance(ours, events.TickerUpdated)
    assert name == "t_ticker_update"
    assert ticker_is_the_officials(officials, ours.ticker)
    assert ticker_is_ccxts(ccxts["tickers"]["BTC/USD"], ours.ticker)


TRADE_ROWS = st.lists(
    st.tuples(IDS, TIMES, AMOUNTS, PRICES), min_size=2, max_size=6, unique_by=lambda row: row[0]
)


@given(rows=TRADE_ROWS)
@settings(max_examples=30)
def test_trades(official, ccxt, exchange, rows):
    newest, *older = rows
    frames = [
        array(7, array(*(array(*row) for row in older))),
        array(7, '"te"', array(*newest)),
    ]
    snapshot, executed = heard(TRADES, frames)
    officials = official.ask("frames", subscription=TRADES.wire(), texts=frames)
    ccxts = ccxt.ask("frames", url=exchange.url, texts=[opening(TRADES), *frames])

    assert [name for name, _ in officials] == ["t_trades_snapshot", "t_trade_execution"]
    assert len(snapshot.trades) == len(older) == len(officials[0][1])
    assert all(map(trade_is_the_officials, officials[0][1], snapshot.trades))
    assert trade_is_the_officials(officials[1][1], executed.trade)
    # It keeps them oldest first.
    ours = [executed.trade, *snapshot.trades]
    theirs = ccxts["trades"]["BTC/USD"][::-1]
    assert len(theirs) == len(ours)
    assert all(map(trade_is_ccxts, theirs, ours))


@st.composite
def book_frames(draw) -> list[str]:
    """A snapshot without a crossing, then changes and removals of what is there."""
    prices = draw(st.lists(PRICES, min_size=4, max_size=8, unique=True))
    prices.sort(key=float)
    level = st.tuples(st.integers(1, 99), AMOUNTS.map(lambda amount: amount.lstrip("-")))
    rows, changes = [], []
    for place, price in enumerate(prices):
        sign = "" if place < len(prices) // 2 else "-"
        count, amount = draw(level)
        rows.append(array(price, count, sign + amount))
        match draw(st.sampled_from(["stays", "changes", "goes"])):
            case "changes":
                count, amount = draw(level)
                changes.append(array(price, count, sign + amount))
            case "goes":
                changes.append(array(price, 0, f"{sign}1"))
    return [array(7, array(*rows)), *(array(7, change) for change in changes)]


@given(frames=book_frames())
@settings(max_examples=40)
def test_a_book_and_its_changes(official, ccxt, exchange, frames):
    ours = heard(BOOK, frames)
    officials = official.ask("frames", subscription=BOOK.wire(), texts=frames)
    ccxts = ccxt.ask("frames", url=exchange.url, texts=[opening(BOOK), *frames])
    book = ours[0].book

    # It passes frames on, and leaves keeping a book to its user.
    assert officials[0][0] == "t_book_snapshot"
    assert len(officials[0][1]) == len(ours[0].levels)
    assert all(map(level_is_the_officials, officials[0][1], ours[0].levels))
    assert [name for name, _ in officials[1:]] == ["t_book_update"] * (len(frames) - 1)
    assert all(
        level_is_the_officials(theirs, event.level)
        for (_, theirs), event in zip(officials[1:], ours[1:], strict=True)
    )
    # It leaves the sign of the amount away.
    for side, levels in (("bids", book.bids()), ("asks", book.asks())):
        theirs = ccxts["books"]["BTC/USD"][side]
        assert len(theirs) == len(levels)
        assert all(map(level_is_ccxts, theirs, levels))


def level_is_the_officials(theirs: dict[str, Any], ours: Any) -> bool:
    is_counted = theirs["count"] == ours.count
    return is_counted and all_same(theirs, price=ours.price, amount=ours.amount)


def level_is_ccxts(theirs: list[Any], ours: Any) -> bool:
    named = dict(zip(("price", "amount", "count"), theirs, strict=True))
    return named["count"] == ours.count and all_same(
        named, price=ours.price, amount=abs(ours.amount)
    )


@given(rows=st.lists(order_rows(), min_size=1, max_size=3, unique_by=lambda row: row[0]))
@settings(max_examples=40)
def test_orders(official, ccxt, exchange, rows):
    texts = [array(*row) for row in rows]
    frames = [array(0, '"os"', array(*texts)), array(0, '"ou"', texts[0])]
    snapshot, changed = heard(ACCOUNT, frames)
    officials = official.ask("frames", subscription=None, texts=frames)
    ccxts = ccxt.ask("frames", url=exchange.url, texts=frames)

    assert [name for name, _ in officials] == ["order_snapshot", "order_update"]
    assert len(officials[0][1]) == len(rows)
    assert all(map(order_is_the_officials, officials[0][1], snapshot.orders))
    assert changed.change is account_events.Change.UPDATED
    assert order_is_the_officials(officials[1][1], changed.order)
    # The changed one is its last.
    ours = {order.id: order for order in snapshot.orders}
    assert ccxts["orders"][-1]["id"] == str(changed.order.id)
    assert {order["id"] for order in ccxts["orders"]} == set(map(str, ours))
    assert all(order_is_ccxts(order, ours[int(order["id"])]) for order in ccxts["orders"])


@given(row=WALLETS, changed=WALLETS)
@settings(max_examples=40)
def test_wallets(official, ccxt, exchange, row, changed):
    first, second = (
        array('"margin"', '"UST"', balance, interest, available or "null", "null", "null")
        for balance, interest, available in (row, changed)
    )
    frames = [array(0, '"ws"', array(first)), array(0, '"wu"', second)]
    snapshot, change = heard(ACCOUNT, frames)
    officials = official.ask("frames", subscription=None, texts=frames)
    before, after = (
        ccxt.ask("frames", url=exchange.url, texts=frames[:count])["balance"]["margin"]["USDT"]
        for count in (1, 2)
    )

    assert [name for name, _ in officials] == ["wallet_snapshot", "wallet_update"]
    assert wallet_is_the_officials(officials[0][1][0], snapshot.wallets[0])
    assert wallet_is_the_officials(officials[1][1], change.wallet)
    for theirs, ours in ((before, snapshot.wallets[0]), (after, change.wallet)):
        assert all_same(theirs, total=ours.balance, free=ours.available)


@st.composite
def fill_rows(draw) -> list[Any]:
    row: list[Any] = [draw(IDS), '"tBTCUSD"', draw(TIMES), draw(IDS), draw(AMOUNTS), draw(PRICES)]
    row += ['"EXCHANGE LIMIT"', draw(PRICES), draw(st.sampled_from([1, -1]))]
    return [*row, draw(AMOUNTS), '"UST"', draw(IDS | st.just("null"))]


@given(row=fill_rows())
@settings(max_examples=40)
def test_a_fill_with_its_fee(official, ccxt, exchange, row):
    frames = [array(0, '"tu"', array(*row))]
    (event,) = heard(ACCOUNT, frames)
    ours = event.fill
    ((name, officials),) = official.ask("frames", subscription=None, texts=frames)
    (ccxts,) = ccxt.ask("frames", url=exchange.url, texts=frames)["fills"]

    assert name == "trade_execution_update"
    assert (officials["order_id"], officials["cid"]) == (ours.order_id, ours.cid)
    assert (officials["id"], officials["symbol"]) == (ours.id, ours.symbol)
    assert (officials["maker"] == 1) is ours.is_maker
    assert (officials["order_type"], officials["fee_currency"]) == (
        ours.order_type,
        ours.fee_currency,
    )
    assert all_same(
        officials,
        exec_amount=ours.amount,
        exec_price=ours.price,
        order_price=ours.order_price,
        fee=ours.fee,
    )
    assert trade_is_ccxts(ccxts, ours)
    assert (ccxts["order"], ccxts["symbol"]) == (str(ours.order_id), "BTC/USD")
    assert (ccxts["takerOrMaker"] == "maker") is ours.is_maker
    assert ccxts["fee"]["currency"] == "USDT"
    assert all_same(ccxts["fee"], cost=ours.fee)
