"""The same by ccxt, in its own environment."""

import asyncio
import time
from contextlib import suppress

import ccxt
import ccxt.pro
from driving import answer_questions
from work import ORDER, PATH, Stopwatch

clients = {}


def client(url):
    if url not in clients:
        exchange = ccxt.bitfinex({"apiKey": "key", "secret": "secret", "enableRateLimit": False})
        exchange.urls["api"].update(public=url, private=url)
        clients[url] = exchange
    return clients[url]


def sign(count):
    exchange = client("http://localhost")
    started = time.process_time()
    for _ in range(count):
        exchange.sign(PATH, ["private"], "POST", ORDER)
    return time.process_time() - started


def wallets(url, count):
    exchange = client(url)
    if exchange.markets is None:
        exchange.load_markets()
    started = time.process_time()
    for _ in range(count):
        exchange.fetch_balance()
    return time.process_time() - started


def counted(watch):
    """The client, counting what it has understood: who waits for a symbol is told of some only."""

    class Counted(ccxt.pro.bitfinex):
        def handle_ticker(self, *received):
            super().handle_ticker(*received)
            watch.tick()

        def handle_order_book(self, *received):
            books = len(self.orderbooks)
            super().handle_order_book(*received)
            if len(self.orderbooks) == books:
                watch.tick()

    return Counted({"enableRateLimit": False})


def market(symbol):
    base, quote = symbol[1:].split(":")
    return {"id": symbol, "symbol": f"{base}/{quote}", "base": base, "quote": quote, "spot": True}


def frames(url, kind, symbols, count):
    watch = Stopwatch(count)

    async def follow():
        exchange = counted(watch)
        exchange.urls["api"]["ws"]["public"] = url
        exchange.set_markets([market(symbol) for symbol in symbols])
        asked = {"ticker": exchange.watch_ticker, "book": exchange.watch_order_book}[kind]

        async def keep(name):
            while True:
                await asked(name)

        tasks = [asyncio.create_task(keep(name)) for name in exchange.symbols]
        await watch.done.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(ccxt.NetworkError):
            await exchange.close()

    asyncio.run(follow())
    return watch.seconds


answer_questions({"sign": sign, "wallets": wallets, "frames": frames})
