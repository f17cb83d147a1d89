"""What the tests ask of bitfinex-api-py over REST. Runs in its environment, not in ours."""

import json
from functools import cache

from bfxapi import Client
from driving import Questions, answer_questions
from official_words import candle_row, fill_in_words, order_in_words, ticker_in_words, trade_row

questions = Questions()


@cache
def client(url):
    return Client("key", "secret", rest_host=f"{url}/v2").rest


@questions
def ticker(url, symbol):
    return ticker_in_words(client(url).public.get_t_ticker(symbol))


@questions
def tickers(url, symbols):
    found = client(url).public.get_t_tickers(symbols)
    return {symbol: ticker_in_words(ticker) for symbol, ticker in found.items()}


@questions
def all_symbols(url):
    return sorted(client(url).public.get_t_tickers("ALL"))


@questions
def candles(url, symbol, timeframe):
    found = client(url).public.get_candles_hist(symbol, timeframe, sort=1)
    return [candle_row(row) for row in found]


@questions
def trades(url, symbol):
    found = client(url).public.get_t_trades(symbol)
    return [trade_row(trade) for trade in found]


@questions
def book(url, symbol):
    levels = client(url).public.get_t_book(symbol, "P0", len=25)
    return {
        "bids": [[level.price, level.amount] for level in levels if level.amount > 0],
        "asks": [[level.price, -level.amount] for level in levels if level.amount < 0],
    }


@questions
def wallets(url):
    found = client(url).auth.get_wallets()
    return {
        wallet.currency: [wallet.balance, wallet.available_balance]
        for wallet in found
        if wallet.wallet_type == "exchange"
    }


@questions
def submit(url, symbol, amount, price, cid):
    kind = "EXCHANGE MARKET" if price is None else "EXCHANGE LIMIT"
    told = client(url).auth.submit_order(kind, symbol, amount, price, cid=cid)
    return order_in_words(told.data)


@questions
def open_orders(url):
    return [order_in_words(order) for order in client(url).auth.get_orders()]


@questions
def change(url, order_id, amount, price):
    told = client(url).auth.update_order(order_id, amount=amount, price=price)
    return order_in_words(told.data)


@questions
def read(url, method, arguments):
    """Use any of its methods that read."""
    rest = client(url)
    subject = rest.public if hasattr(rest.public, method) else rest.auth
    return json.loads(json.dumps(getattr(subject, method)(**arguments), default=vars))


@questions
def cancel(url, order_id):
    return order_in_words(client(url).auth.cancel_order(id=order_id).data)


@questions
def cancel_some(url, order_ids):
    told = client(url).auth.cancel_order_multi(id=order_ids)
    return [order_in_words(order) for order in told.data]


@questions
def cancel_all(url):
    told = client(url).auth.cancel_order_multi(all=True)
    return [order_in_words(order) for order in told.data]


@questions
def closed_orders(url, symbol):
    return [order_in_words(order) for order in client(url).auth.get_orders_history(symbol=symbol)]


@questions
def fills(url, symbol):
    return [fill_in_words(fill) for fill in client(url).auth.get_trades_history(symbol=symbol)]


@questions
def movements_of_money(url, currency):
    found = client(url).auth.get_ledgers(currency)
    return [[entry.amount, entry.balance] for entry in found]


answer_questions(questions)
