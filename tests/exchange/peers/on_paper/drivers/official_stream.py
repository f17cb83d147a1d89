"""What the tests ask of bitfinex-api-py on the stream. Runs in its environment, not in ours."""

import asyncio
import zlib
from functools import wraps

from bfxapi import Client
from driving import Questions, answer_meanwhile
from listening import Heard
from official_words import candle_row, fill_in_words, order_in_words, ticker_in_words, trade_row


class Book:
    """A book as a program on this client keeps it: the client itself keeps none."""

    def __init__(self, levels):
        self.levels = {}
        self.verified = 0
        for level in levels:
            self.change(level)

    def change(self, level):
        self.levels.pop(level.price, None)
        if level.count:
            self.levels[level.price] = level.amount

    def sides(self):
        bids = sorted((pair for pair in self.levels.items() if pair[1] > 0), reverse=True)
        asks = sorted(pair for pair in self.levels.items() if pair[1] < 0)
        return bids, asks

    def checksum(self):
        bids, asks = self.sides()
        numbers = [
            as_javascript_writes(number)
            for place in range(25)
            for side in (bids, asks)
            for number in side[place : place + 1][0]
        ]
        return zlib.crc32(":".join(numbers).encode())


def as_javascript_writes(number):
    """Write a number of a book in dollars, none of which is small enough for an exponent."""
    return f"{number:.8f}".rstrip("0").rstrip(".")


heard = Heard()
questions = Questions()
questions(heard.hear)
questions(heard.complaints)
client = running = book = None


@questions
async def connect(url, rest_url):
    global client, running
    heard.forget()
    client = Client("key", "secret", wss_host=url).wss
    for event, listener in LISTENERS.items():
        client.on(event, complaining(listener))
    running = asyncio.create_task(client.start())
    heard.watch(running)
    return await heard.hear("authenticated")


@questions
async def close():
    await client.close()
    await asyncio.wait([running], timeout=20)


@questions
async def subscribe(channel, symbol):
    named = {"key": f"trade:1m:{symbol}"} if channel == "candles" else {"symbol": symbol}
    if channel == "book":
        named |= {"prec": "P0", "freq": "F0", "len": "25"}
    await client.subscribe(channel, sub_id=f"{channel} {symbol}", **named)
    return await heard.hear("subscribed")


def open_book(_, levels):
    global book
    book = Book(levels)


def check_book(_, checksum):
    if checksum != book.checksum():
        heard.complain(f"{checksum} is not the checksum of {book.sides()}")
    book.verified += 1


@questions
async def shown_book():
    bids, asks = book.sides()
    return {
        "bids": bids,
        "asks": [[price, -amount] for price, amount in asks],
        "verified": book.verified,
    }


@questions
async def submit(symbol, amount, price, cid):
    kind = "EXCHANGE MARKET" if price is None else "EXCHANGE LIMIT"
    await client.inputs.submit_order(kind, symbol, amount, price, cid=cid)


@questions
async def cancel(order_id):
    await client.inputs.cancel_order(id=order_id)


@questions
async def standing_orders():
    return await heard.hear("orders")


def complaining(listener):
    """Keep what goes wrong in a listener, which the client would write into a log."""

    @wraps(listener)
    def guarded(*told):
        try:
            listener(*told)
        except Exception as error:
            heard.complain(f"{type(error).__name__}: {error}")

    return guarded


def noting(kind, words=lambda what: what):
    return lambda *told: heard.note(kind, words(told[-1]))


def wallet_row(wallet):
    return [wallet.wallet_type, wallet.currency, wallet.balance]


LISTENERS = {
    "authenticated": noting("authenticated"),
    "subscribed": noting("subscribed"),
    "t_ticker_update": noting("ticker", ticker_in_words),
    "t_trade_execution": noting("trade", trade_row),
    "candles_snapshot": noting("candle", lambda rows: candle_row(rows[0])),
    "candles_update": noting("candle", candle_row),
    "t_book_snapshot": open_book,
    "t_book_update": lambda _, level: book.change(level),
    "checksum": check_book,
    "wallet_snapshot": noting("wallets", lambda wallets: [*map(wallet_row, wallets)]),
    "wallet_update": noting("wallet", wallet_row),
    "order_snapshot": noting("orders", lambda orders: [*map(order_in_words, orders)]),
    "order_new": noting("order", order_in_words),
    "order_update": noting("order", order_in_words),
    "order_cancel": noting("order", order_in_words),
    "trade_execution_update": noting("fill", fill_in_words),
    "on-req-notification": noting("answer", lambda told: [told.status, told.text]),
    "oc-req-notification": noting("answer", lambda told: [told.status, told.text]),
}


asyncio.run(answer_meanwhile(questions))
