"""What ccxt makes of rows, in the words that all drivers share: wire symbols and signed amounts."""

SIGNS = {"buy": 1, "sell": -1}
CREDENTIALS = {"apiKey": "key", "secret": "secret", "enableRateLimit": False}


def ticker_in_words(ticker):
    named = {name: ticker[name] for name in ("bid", "ask", "last", "high", "low")}
    return named | {"volume": ticker["baseVolume"]}


def wire(exchange, symbol):
    return exchange.market(symbol)["id"]


def unified(exchange, symbol):
    return exchange.markets_by_id[symbol][0]["symbol"]


def order_in_words(exchange, order):
    sign = SIGNS[order["side"]]
    return {
        "id": int(order["id"]),
        "cid": order["clientOrderId"] and int(order["clientOrderId"]),
        "symbol": wire(exchange, order["symbol"]),
        "amount": sign * order["amount"],
        "remaining": sign * order["remaining"],
        "price": order["price"],
        "average": order["average"] or 0,
        "state": order["status"],
    }


def fill_in_words(exchange, fill):
    return {
        "order": int(fill["order"]),
        "symbol": wire(exchange, fill["symbol"]),
        "amount": SIGNS[fill["side"]] * fill["amount"],
        "price": fill["price"],
        "is_maker": fill["takerOrMaker"] == "maker",
        "fee": abs(fill["fee"]["cost"]),
        "fee_currency": fill["fee"]["currency"],
    }


def trade_row(trade):
    amount = SIGNS[trade["side"]] * trade["amount"]
    return [int(trade["id"]), trade["timestamp"], amount, trade["price"]]


def ticket(exchange, symbol, amount, price, cid):
    """Say what is to be submitted as it wants to be told."""
    return {
        "symbol": unified(exchange, symbol),
        "type": "market" if price is None else "limit",
        "side": "sell" if amount.startswith("-") else "buy",
        "amount": float(amount.lstrip("-")),
        "price": price and float(price),
        "params": {"clientOrderId": cid},
    }
