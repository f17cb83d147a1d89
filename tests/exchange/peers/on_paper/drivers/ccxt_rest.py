"""What the tests ask of ccxt over REST. Runs in its environment, not in ours."""

from functools import cache

import ccxt
from ccxt_words import (
    CREDENTIALS,
    fill_in_words,
    order_in_words,
    ticker_in_words,
    ticket,
    trade_row,
    unified,
    wire,
)
from driving import Questions, answer_questions

DIRECTIONS = {"in": 1, "out": -1}

questions = Questions()


@cache
def client(url):
    exchange = ccxt.bitfinex(CREDENTIALS | {"urls": {"api": {"public": url, "private": url}}})
    exchange.load_markets()
    return exchange


def newest_first(found):
    """Turn its order round; what happened in one millisecond it leaves as it came."""
    return sorted(found, key=lambda one: int(one["id"]), reverse=True)


@questions
def ticker(url, symbol):
    return ticker_in_words(client(url).fetch_ticker(unified(client(url), symbol)))


@questions
def tickers(url, symbols):
    exchange = client(url)
    found = exchange.fetch_tickers([unified(exchange, symbol) for symbol in symbols])
    return {wire(exchange, name): ticker_in_words(ticker) for name, ticker in found.items()}


@questions
def all_symbols(url):
    exchange = client(url)
    # It also gives the tickers of funding, which are no markets.
    names = exchange.fetch_tickers().keys() & exchange.markets.keys()
    return sorted(wire(exchange, name) for name in names)


@questions
def candles(url, symbol, timeframe):
    return client(url).fetch_ohlcv(unified(client(url), symbol), timeframe, params={"sort": 1})


@questions
def trades(url, symbol):
    found = client(url).fetch_trades(unified(client(url), symbol))
    return [trade_row(trade) for trade in newest_first(found)]


@questions
def book(url, symbol):
    params = {"precision": "P0"}
    found = client(url).fetch_order_book(unified(client(url), symbol), 25, params)
    return {side: found[side] for side in ("bids", "asks")}


@questions
def wallets(url):
    exchange = client(url)
    found = exchange.fetch_balance()
    return {
        exchange.currency(code)["id"]: [found[code]["total"], found[code]["free"]]
        for code in found["total"]
    }


@questions
def submit(url, symbol, amount, price, cid):
    exchange = client(url)
    told = exchange.create_order(**ticket(exchange, symbol, amount, price, cid))
    return order_in_words(exchange, told)


@questions
def open_orders(url):
    exchange = client(url)
    return [order_in_words(exchange, order) for order in exchange.fetch_open_orders()]


@questions
def change(url, order_id, amount, price):
    exchange = client(url)
    order = exchange.fetch_open_order(str(order_id))
    names = {name: order[name] for name in ("id", "symbol", "type", "side")}
    told = exchange.edit_order(**names, amount=abs(float(amount)), price=float(price))
    return order_in_words(exchange, told)


@questions
def read(url, method, arguments):
    """Use any of its methods that read."""
    return getattr(client(url), method)(**arguments)


@questions
def cancel(url, order_id):
    return order_in_words(client(url), client(url).cancel_order(str(order_id)))


@questions
def cancel_some(url, order_ids):
    told = client(url).cancel_orders([str(order_id) for order_id in order_ids])
    return [order_in_words(client(url), order) for order in told]


@questions
def cancel_all(url):
    return [order_in_words(client(url), order) for order in client(url).cancel_all_orders()]


@questions
def cancel_all_of(url, symbol):
    told = client(url).cancel_all_orders(unified(client(url), symbol))
    return [order_in_words(client(url), order) for order in told]


@questions
def closed_orders(url, symbol):
    exchange = client(url)
    found = exchange.fetch_closed_orders(unified(exchange, symbol))
    return [order_in_words(exchange, order) for order in newest_first(found)]


@questions
def fills(url, symbol):
    exchange = client(url)
    found = exchange.fetch_my_trades(unified(exchange, symbol))
    return [fill_in_words(exchange, fill) for fill in newest_first(found)]


@questions
def movements_of_money(url, currency):
    code = client(url).safe_currency_code(currency)
    found = client(url).fetch_ledger(code)
    return [
        [abs(entry["amount"]) * DIRECTIONS[entry["direction"]], entry["after"]]
        for entry in newest_first(found)
    ]


answer_questions(questions)
