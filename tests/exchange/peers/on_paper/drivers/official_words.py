"""What bitfinex-api-py makes of rows, in the words that all drivers share."""

STATES = {"ACTIVE": "open", "PARTIALLY": "open", "EXECUTED": "closed", "CANCELED": "canceled"}


def ticker_in_words(ticker):
    return {
        "bid": ticker.bid,
        "ask": ticker.ask,
        "last": ticker.last_price,
        "high": ticker.high,
        "low": ticker.low,
        "volume": ticker.volume,
    }


def order_in_words(order):
    return {
        "id": order.id,
        "cid": order.cid,
        "symbol": order.symbol,
        "amount": order.amount_orig,
        "remaining": order.amount,
        "price": order.price,
        "average": order.price_avg,
        "state": STATES[order.order_status.split()[0]],
    }


def fill_in_words(fill):
    return {
        "order": fill.order_id,
        "symbol": fill.symbol,
        "amount": fill.exec_amount,
        "price": fill.exec_price,
        "is_maker": fill.maker == 1,
        "fee": None if fill.fee is None else -fill.fee,
        "fee_currency": fill.fee_currency,
    }


def trade_row(trade):
    return [trade.id, trade.mts, trade.amount, trade.price]


def candle_row(row):
    return [row.mts, row.open, row.high, row.low, row.close, row.volume]
