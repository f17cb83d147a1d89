"""The same by ccxt, which loads its markets first."""

import sys

import ccxt
from ending import end

exchange = ccxt.bitfinex({"apiKey": "key", "secret": "secret", "enableRateLimit": False})
exchange.urls["api"].update(public=sys.argv[1], private=sys.argv[1])
end(len(exchange.fetch_balance()["info"]))
