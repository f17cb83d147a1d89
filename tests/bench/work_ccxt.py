"""The same by ccxt, in its own environment."""

import time

import ccxt
from driving import answer_questions
from work import ORDER, PATH

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


answer_questions({"sign": sign, "wallets": wallets})
