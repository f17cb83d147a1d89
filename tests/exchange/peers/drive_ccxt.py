"""What the tests ask of ccxt. Runs in its environment, not in ours."""

import asyncio
from functools import cache

import ccxt
import ccxt.pro
from driving import answer_questions

SECRET = "secret"
OPTIONS = {"apiKey": "key", "enableRateLimit": False}


@cache
def client(url, secret=SECRET):
    exchange = ccxt.bitfinex({**OPTIONS, "secret": secret})
    exchange.urls["api"].update(public=url, private=url)
    # The digits as they came; by default it gives binary fractions.
    exchange.number = str
    return exchange


def sign(secret, path, body):
    return client("http://localhost", secret).sign(path, ["private"], "POST", body)


def auth_event(url, secret):
    async def authenticate():
        exchange = ccxt.pro.bitfinex({**OPTIONS, "secret": secret})
        exchange.urls["api"]["ws"]["private"] = url
        try:
            return await asyncio.wait_for(exchange.authenticate(), 20)
        finally:
            await exchange.close()

    return asyncio.run(authenticate())


def submit(url, order):
    client(url).create_order(**order)


def cancel_all(url, symbol):
    client(url).cancel_all_orders(symbol)


def wallets(url, kind):
    return client(url).fetch_balance({"type": kind})


def orders(url):
    return client(url).fetch_open_orders()


def ticker(url, symbol):
    return client(url).fetch_ticker(symbol)


def tickers(url, symbols):
    return client(url).fetch_tickers(symbols)


def book(url, symbol):
    found = client(url).fetch_order_book(symbol, params={"precision": "P0"})
    return {side: found[side] for side in ("bids", "asks")}


def trades(url, symbol):
    return client(url).fetch_trades(symbol)


def state(exchange):
    return {
        "tickers": exchange.tickers,
        "books": {
            symbol: {side: list(map(list, book[side])) for side in ("bids", "asks")}
            for symbol, book in exchange.orderbooks.items()
        },
        "trades": {symbol: list(trades) for symbol, trades in exchange.trades.items()},
        "orders": list(exchange.orders or []),
        "fills": list(exchange.myTrades or []),
        "balance": exchange.balance,
    }


def frames(url, texts):
    """What it knows once its socket has brought these texts."""

    async def hear():
        # Its books work with binary fractions only.
        exchange = ccxt.pro.bitfinex(OPTIONS)
        known = client(url)
        known.load_markets()
        exchange.set_markets(known.markets, known.currencies)
        socket = exchange.client("ws://localhost")
        # As its own request for a book leaves it.
        socket.subscriptions["book:tBTCUSD"] = True
        try:
            for text in texts:
                socket.handle_text_or_binary_message(text)
            return state(exchange)
        finally:
            await exchange.close()

    return asyncio.run(hear())


answer_questions(
    {
        function.__name__: function
        for function in (
            sign,
            auth_event,
            submit,
            cancel_all,
            wallets,
            orders,
            ticker,
            tickers,
            book,
            trades,
            frames,
        )
    }
)
