"""What the tests ask of ccxt.pro on the stream. Runs in its environment, not in ours."""

import asyncio

import ccxt.pro
from ccxt_words import (
    CREDENTIALS,
    fill_in_words,
    order_in_words,
    ticker_in_words,
    ticket,
    trade_row,
    unified,
)
from driving import Questions, answer_meanwhile
from listening import Heard


class Exchange(ccxt.pro.bitfinex):
    """Count the checksums that it has found to be right: it speaks of wrong ones only."""

    verified = 0

    def handle_checksum(self, client, message, subscription):
        super().handle_checksum(client, message, subscription)
        if self.orderbooks:
            self.verified += 1


heard = Heard()
questions = Questions()
questions(heard.hear)
questions(heard.complaints)
exchange = None
tasks = []


@questions
async def connect(url, rest_url):
    global exchange
    heard.forget()
    api = {"public": rest_url, "private": rest_url, "ws": {"public": url, "private": url}}
    exchange = Exchange(CREDENTIALS | {"urls": {"api": api}})
    await exchange.load_markets()
    listen("wallet", exchange.watch_balance, balances)
    listen("order", exchange.watch_orders, orders)
    listen("fill", exchange.watch_my_trades, fills)
    await asyncio.wait_for(exchange.authenticate(), 20)


def listen(kind, watch, rows, *of):
    """Note each thing that a method of its kind brings, for as long as it does."""

    async def go_on():
        while True:
            for row in rows(await watch(*of)):
                heard.note(kind, row)

    tasks.append(asyncio.create_task(go_on()))
    heard.watch(tasks[-1])


@questions
async def close():
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=20)
    tasks.clear()
    await exchange.close()


@questions
async def subscribe(channel, symbol):
    pair = unified(exchange, symbol)
    if channel == "ticker":
        listen("ticker", exchange.watch_ticker, lambda ticker: [ticker_in_words(ticker)], pair)
    elif channel == "trades":
        listen("trade", exchange.watch_trades, trades, pair)
    elif channel == "candles":
        listen("candle", exchange.watch_ohlcv, lambda rows: rows[-1:], pair, "1m")
    else:
        listen("book", exchange.watch_order_book, lambda _: [], pair)


@questions
async def shown_book():
    book = next(iter(exchange.orderbooks.values()), {"bids": [], "asks": []})
    sides = {side: [level[:2] for level in book[side]] for side in ("bids", "asks")}
    return sides | {"verified": exchange.verified}


@questions
async def submit(symbol, amount, price, cid):
    await exchange.create_order(**ticket(exchange, symbol, amount, price, cid))


@questions
async def cancel(order_id):
    await exchange.cancel_order(str(order_id))


@questions
async def standing_orders():
    # The snapshot may have come before it waited for any. What it has heard it keeps.
    async with asyncio.timeout(20):
        while not exchange.orders:
            await asyncio.sleep(0.01)
    return orders(exchange.orders)


def orders(found):
    return [order_in_words(exchange, order) for order in found]


def fills(found):
    return [fill_in_words(exchange, fill) for fill in found]


def balances(found):
    return [["exchange", exchange.currency(c)["id"], total] for c, total in found["total"].items()]


def trades(found):
    return [trade_row(trade) for trade in found]


asyncio.run(answer_meanwhile(questions))
