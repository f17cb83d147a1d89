"""What the tests ask of bitfinex-api-py. Runs in its environment, not in ours."""

import json
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from functools import cache

from bfxapi import Client
from bfxapi._utils.json_decoder import JSONDecoder
from bfxapi.websocket._connection import Connection
from bfxapi.websocket._handlers import AuthEventsHandler, PublicChannelsHandler
from driving import answer_questions

SECRET = "secret"


@cache
def client(url, secret=SECRET):
    return Client("key", secret, rest_host=f"{url}/v2").rest


def post(url, secret, path, body):
    # The door that all its signed methods go through.
    client(url, secret).auth._m.post(path, body=body)


def auth_event(secret):
    return json.loads(Connection._get_authentication_message("key", secret))


def submit(url, order):
    amount, price = Decimal(order.pop("amount")), Decimal(order.pop("price"))
    client(url).auth.submit_order(**order, amount=amount, price=price)


def wallets(url):
    return [asdict(wallet) for wallet in client(url).auth.get_wallets()]


def orders(url):
    return [asdict(order) for order in client(url).auth.get_orders()]


def ticker(url, symbol):
    return asdict(client(url).public.get_t_ticker(symbol))


def tickers(url, symbols):
    found = client(url).public.get_tickers(symbols)
    return {symbol: asdict(ticker) for symbol, ticker in found.items()}


def book(url, symbol):
    return [asdict(level) for level in client(url).public.get_t_book(symbol, "P0")]


def trades(url, symbol):
    return [asdict(trade) for trade in client(url).public.get_t_trades(symbol)]


def configuration(url, keys):
    return client(url).public.conf(keys)


class Heard:
    """Stands where its emitter of events does, and keeps what is told."""

    def __init__(self):
        self.events = []

    def emit(self, event, *details):
        self.events.append([event, members(details[-1])])


def members(told):
    if isinstance(told, list):
        return [members(part) for part in told]
    return asdict(told) if is_dataclass(told) else told


def frames(subscription, texts):
    """All that it tells of a channel's frames; without a subscription, of the account's."""
    heard = Heard()
    for text in texts:
        message = json.loads(text, cls=JSONDecoder)
        if subscription:
            PublicChannelsHandler(heard).handle(subscription, message[1:])
        else:
            AuthEventsHandler(heard).handle(message[1], message[2])
    return heard.events


answer_questions(
    {
        function.__name__: function
        for function in (
            post,
            auth_event,
            submit,
            wallets,
            orders,
            ticker,
            tickers,
            book,
            trades,
            configuration,
            frames,
        )
    }
)
