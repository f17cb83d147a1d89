"""Arguments that could not be meant, and what several operations come to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exchange.errors import InvalidRequest, OutcomeUnknown, RateLimited
from exchange.limits import MemoryBudget
from exchange.models.markets import Timeframe
from exchange.models.wallets import WalletType
from exchange.order_operations import CancelOrder, CancelOrders
from tests.exchange.rest_v2.talking import ROW, done, talking_to
from tests.exchange.rest_v2.test_calls import FUNDING_TICKER

HOUR = Timeframe.ONE_HOUR


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.candles("fUSD", HOUR),
        lambda c: c.candles("tBTCUSD", "2h"),
        lambda c: c.last_candle("tBTCUSD/x", HOUR),
        lambda c: c.funding_candles("tBTCUSD", HOUR),
        lambda c: c.funding_candles("fUSD", HOUR, periods="p30/x"),
        lambda c: c.funding_candles("fUSD", HOUR, periods="a30:p2"),
        lambda c: c.funding_ticker("tBTCUSD"),
        lambda c: c.funding_book("../x"),
        lambda c: c.derivative_history("x"),
        lambda c: c.exchange_rate("usd", "EUR"),
        lambda c: c.ledgers("usd"),
        lambda c: c.movements("USD/x"),
        lambda c: c.funding_offers("tBTCUSD"),
        lambda c: c.margin_symbol("sym_all"),
        lambda c: c.set_alert("fUSD", Decimal(1)),
        lambda c: c.transfer(WalletType.EXCHANGE, WalletType.MARGIN, "USD", Decimal(0)),
        lambda c: c.transfer("deposit", "margin", "USD", Decimal(1)),
        lambda c: c.withdraw("exchange", "bitcoin", Decimal(-1), "1abc"),
        lambda c: c.withdraw("exchange", "bitcoin", Decimal("NaN"), "1abc"),
        lambda c: c.average_price("tBTCUSD", Decimal("Infinity")),
        lambda c: c.operate([]),
    ],
)
def test_what_could_not_be_meant_is_not_sent(call):
    with talking_to((200, [])) as (client, server):
        with pytest.raises(ValueError):  # noqa: PT011, each says it in its own words
            call(client)

        assert not server.requests


def test_an_unknown_side_is_not_sent():
    with talking_to((200, [])) as (client, server):
        with pytest.raises(KeyError):
            client.available_to_trade("tBTCUSD", "hold", Decimal(1))

        assert not server.requests


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.ticker_history([]),
        lambda c: c.derivative_statuses([]),
        lambda c: c.funding_tickers([]),
    ],
)
def test_nothing_is_asked_for_when_nothing_is_wanted(call):
    with talking_to((200, [])) as (client, server):
        assert call(client) == []
        assert not server.requests


def test_pairs_and_currencies_that_nobody_lends_are_left_out():
    idle = [None] * 17
    answer = [["fUSD", *FUNDING_TICKER], ["fNEW", *idle], ["tBTCUSD", *range(11)]]
    with talking_to((200, answer)) as (client, _):
        tickers = client.funding_tickers()

    assert [ticker.symbol for ticker in tickers] == ["fUSD"]


def test_perpetuals_go_by_their_keys():
    status = [1700000000000, None, 1, 2, *[None] * 14]
    with talking_to((200, [["tBTCF0:USTF0", *status]]), (200, [status])) as (client, _):
        (now,) = client.derivative_statuses()
        (then,) = client.derivative_history("tBTCF0:USTF0")

    assert now == then
    assert (now.symbol, now.price) == ("tBTCF0:USTF0", Decimal(1))


def test_books_of_every_kind_are_read_digit_for_digit():
    answers = [
        (200, b"[[5,7e-7,1.50]]"),
        (200, b"[[7e-7,30,1,1.50]]"),
        (200, b"[[5,30,7e-7,1.50]]"),
    ]
    with talking_to(*answers) as (client, _):
        (raw,) = client.raw_book("tBTCUSD")
        (level,) = client.funding_book("fUSD")
        (offer,) = client.raw_funding_book("fUSD")

    assert (raw.price_text, raw.amount_text) == ("7e-7", "1.50")
    assert (raw.price, level.rate, offer.rate) == (Decimal("7E-7"),) * 3
    assert (raw.amount, level.amount, offer.amount) == (Decimal("1.5"),) * 3


def test_a_withdrawal_refused_under_success_is_refused():
    row = [0, None, "bitcoin", None, "exchange", 1, None, None, 0.0004]
    answer = (200, done(row, "Invalid bitcoin address (x)"))
    with talking_to(answer) as (client, _), pytest.raises(InvalidRequest, match="Invalid bitcoin"):
        client.withdraw(WalletType.EXCHANGE, "bitcoin", Decimal(1), "x")


def test_orders_that_were_not_asked_for_leave_a_cancellation_unknown():
    with talking_to((200, done([ROW]))) as (client, _), pytest.raises(OutcomeUnknown):
        client.cancel_orders(CancelOrders(ids=[6]))


def test_a_rate_limit_of_one_of_several_operations_stops_the_next_call():
    answer = done([done(ROW), ["error", 11010, "ratelimit: error"]])
    with talking_to((200, answer), budget=MemoryBudget()) as (client, server):
        first, second = client.operate([CancelOrder(5), CancelOrder(6)])
        with pytest.raises(RateLimited):
            client.wallets()

    assert [order.id for order in first] == [5]
    assert isinstance(second, RateLimited)
    assert len(server.requests) == 1
