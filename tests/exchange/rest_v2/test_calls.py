"""Where each call goes, what it carries, and that just this is signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from exchange.credentials import Credentials
from exchange.models.markets import Timeframe
from exchange.models.wallets import WalletType
from exchange.order_operations import CancelOrder, CancelOrders, OrderUpdate
from exchange.rest_v2 import RestV2
from exchange.signing import v2_headers
from tests.exchange.models.test_account import SUMMARY, user_row
from tests.exchange.rest_v2.talking import CID, ORDER, ROW, TICKER, done, talking_to

CANDLE = [1700000000000, 1, 2, 3, 4, 5]
FUNDING_TICKER = [0.1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, None, None, 13, 1]

CALLS: list[tuple[Callable[[RestV2], Any], str, str, Any, Any]] = [
    (lambda c: c.platform_is_operative(), "GET", "/v2/platform/status", None, [1]),
    (lambda c: c.ticker("tBTCUSD"), "GET", "/v2/ticker/tBTCUSD", None, TICKER),
    (lambda c: c.tickers(), "GET", "/v2/tickers?symbols=ALL", None, []),
    (
        lambda c: c.tickers(["tBTCUSD", "tDOGE:USD"]),
        "GET",
        "/v2/tickers?symbols=tBTCUSD,tDOGE:USD",
        None,
        [],
    ),
    (lambda c: c.pairs(), "GET", "/v2/conf/pub:list:pair:exchange", None, [[]]),
    (lambda c: c.pair_infos(), "GET", "/v2/conf/pub:info:pair", None, [[]]),
    (lambda c: c.currency_names(), "GET", "/v2/conf/pub:map:currency:sym", None, [[]]),
    (lambda c: c.currency_labels(), "GET", "/v2/conf/pub:map:currency:label", None, [[]]),
    (lambda c: c.book("tDOGE:USD"), "GET", "/v2/book/tDOGE:USD/P0?len=25", None, []),
    (lambda c: c.book("tBTCUSD", "P2", 100), "GET", "/v2/book/tBTCUSD/P2?len=100", None, []),
    (lambda c: c.trades("tBTCUSD"), "GET", "/v2/trades/tBTCUSD/hist", None, []),
    (
        lambda c: c.trades("tBTCUSD", start_ms=1, end_ms=2, limit=3),
        "GET",
        "/v2/trades/tBTCUSD/hist?start=1&end=2&limit=3",
        None,
        [],
    ),
    (lambda c: c.wallets(), "POST", "/v2/auth/r/wallets", {}, []),
    (lambda c: c.permissions(), "POST", "/v2/auth/r/permissions", {}, []),
    (
        lambda c: c.fee_summary(),
        "POST",
        "/v2/auth/r/summary",
        {},
        [None, None, None, None, [[0, 0, 0], [0, 0, 0]]],
    ),
    (lambda c: c.open_orders(), "POST", "/v2/auth/r/orders", {}, []),
    (
        lambda c: c.open_orders("tBTCUSD", ids=[1, 2], cid=3, cid_date="2026-11-22"),
        "POST",
        "/v2/auth/r/orders/tBTCUSD",
        {"id": [1, 2], "cid": 3, "cid_date": "2026-11-22"},
        [],
    ),
    (lambda c: c.order_history(), "POST", "/v2/auth/r/orders/hist", {}, []),
    (
        lambda c: c.order_history("tBTCUSD", start_ms=0, end_ms=9, limit=5, ids=[7]),
        "POST",
        "/v2/auth/r/orders/tBTCUSD/hist",
        {"start": 0, "end": 9, "limit": 5, "id": [7]},
        [],
    ),
    (lambda c: c.fills(), "POST", "/v2/auth/r/trades/hist", {}, []),
    (
        lambda c: c.fills("tDOGE:USD", start_ms=1, end_ms=2, limit=3),
        "POST",
        "/v2/auth/r/trades/tDOGE:USD/hist",
        {"start": 1, "end": 2, "limit": 3},
        [],
    ),
    (lambda c: c.order_fills("tBTCUSD", 5), "POST", "/v2/auth/r/order/tBTCUSD:5/trades", {}, []),
    (
        lambda c: c.submit_order(ORDER),
        "POST",
        "/v2/auth/w/order/submit",
        ORDER.wire(),
        done([ROW]),
    ),
    (
        lambda c: c.cancel_order(5),
        "POST",
        "/v2/auth/w/order/cancel",
        {"id": 5},
        done(ROW),
    ),
    (
        lambda c: c.trades("tBTCUSD", oldest_first=True),
        "GET",
        "/v2/trades/tBTCUSD/hist?sort=1",
        None,
        [],
    ),
    (
        lambda c: c.ticker_history(["tBTCUSD"], start_ms=1, end_ms=2, limit=3),
        "GET",
        "/v2/tickers/hist?symbols=tBTCUSD&start=1&end=2&limit=3",
        None,
        [],
    ),
    (lambda c: c.raw_book("tBTCUSD", 100), "GET", "/v2/book/tBTCUSD/R0?len=100", None, []),
    (
        lambda c: c.candles("tDOGE:USD", Timeframe.ONE_WEEK, limit=5),
        "GET",
        "/v2/candles/trade:1W:tDOGE:USD/hist?limit=5",
        None,
        [],
    ),
    (
        lambda c: c.candles("tBTCUSD", "1m", start_ms=1, end_ms=2, oldest_first=True),
        "GET",
        "/v2/candles/trade:1m:tBTCUSD/hist?start=1&end=2&sort=1",
        None,
        [],
    ),
    (
        lambda c: c.last_candle("tBTCUSD", Timeframe.ONE_HOUR),
        "GET",
        "/v2/candles/trade:1h:tBTCUSD/last",
        None,
        CANDLE,
    ),
    (lambda c: c.derivative_statuses(), "GET", "/v2/status/deriv?keys=ALL", None, []),
    (
        lambda c: c.derivative_statuses(["tBTCF0:USTF0"]),
        "GET",
        "/v2/status/deriv?keys=tBTCF0:USTF0",
        None,
        [],
    ),
    (
        lambda c: c.derivative_history("tBTCF0:USTF0", limit=2),
        "GET",
        "/v2/status/deriv/tBTCF0:USTF0/hist?limit=2",
        None,
        [],
    ),
    (
        lambda c: c.average_price("tBTCUSD", Decimal("-0.5"), limit_price=Decimal("1E+3")),
        "POST",
        "/v2/calc/trade/avg",
        {"symbol": "tBTCUSD", "amount": "-0.5", "price_limit": "1000"},
        [36500, 0.5],
    ),
    (
        lambda c: c.average_rate("fUSD", Decimal(100), period=30, limit_rate=Decimal("0.001")),
        "POST",
        "/v2/calc/trade/avg",
        {"symbol": "fUSD", "amount": "100", "period": 30, "rate_limit": "0.001"},
        [0.0005, 100],
    ),
    (
        lambda c: c.exchange_rate("USD", "EUR"),
        "POST",
        "/v2/calc/fx",
        {"ccy1": "USD", "ccy2": "EUR"},
        [0.92],
    ),
    (lambda c: c.pairs("margin"), "GET", "/v2/conf/pub:list:pair:margin", None, [[]]),
    (lambda c: c.pair_infos("futures"), "GET", "/v2/conf/pub:info:pair:futures", None, [[]]),
    (lambda c: c.currencies(), "GET", "/v2/conf/pub:list:currency", None, [[]]),
    (lambda c: c.funding_ticker("fUSD"), "GET", "/v2/ticker/fUSD", None, FUNDING_TICKER),
    (lambda c: c.funding_tickers(), "GET", "/v2/tickers?symbols=ALL", None, []),
    (lambda c: c.funding_book("fUSD"), "GET", "/v2/book/fUSD/P0?len=25", None, []),
    (lambda c: c.raw_funding_book("fUSD"), "GET", "/v2/book/fUSD/R0?len=25", None, []),
    (
        lambda c: c.funding_trades("fUSD", start_ms=1, end_ms=2, limit=3),
        "GET",
        "/v2/trades/fUSD/hist?start=1&end=2&limit=3",
        None,
        [],
    ),
    (
        lambda c: c.funding_candles("fUSD", Timeframe.ONE_DAY, periods="a30:p2:p30", limit=1),
        "GET",
        "/v2/candles/trade:1D:fUSD:a30:p2:p30/hist?limit=1",
        None,
        [],
    ),
    (
        lambda c: c.last_funding_candle("fUSD", Timeframe.ONE_DAY),
        "GET",
        "/v2/candles/trade:1D:fUSD:p30/last",
        None,
        CANDLE,
    ),
    (lambda c: c.summary(), "POST", "/v2/auth/r/summary", {}, SUMMARY),
    (lambda c: c.user_info(), "POST", "/v2/auth/r/info/user", {}, user_row()),
    (
        lambda c: c.ledgers("UST", category=51, start_ms=1, end_ms=2, limit=3),
        "POST",
        "/v2/auth/r/ledgers/UST/hist",
        {"category": 51, "start": 1, "end": 2, "limit": 3},
        [],
    ),
    (lambda c: c.ledgers(), "POST", "/v2/auth/r/ledgers/hist", {}, []),
    (
        lambda c: c.movements("BTC", start_ms=1, end_ms=2, limit=3),
        "POST",
        "/v2/auth/r/movements/BTC/hist",
        {"start": 1, "end": 2, "limit": 3},
        [],
    ),
    (lambda c: c.movements(), "POST", "/v2/auth/r/movements/hist", {}, []),
    (lambda c: c.logins(limit=3), "POST", "/v2/auth/r/logins/hist", {"limit": 3}, []),
    (lambda c: c.alerts(), "POST", "/v2/auth/r/alerts", {"type": "price"}, []),
    (
        lambda c: c.available_to_trade("tBTCUSD", "sell", Decimal("36500.5")),
        "POST",
        "/v2/auth/calc/order/avail",
        {"symbol": "tBTCUSD", "dir": -1, "rate": "36500.5", "type": "EXCHANGE"},
        [-0.5],
    ),
    (
        lambda c: c.available_to_trade(
            "tBTCF0:USTF0", "buy", Decimal(1), wallet="MARGIN", leverage=Decimal(5)
        ),
        "POST",
        "/v2/auth/calc/order/avail",
        {"symbol": "tBTCF0:USTF0", "dir": 1, "rate": "1", "type": "MARGIN", "lev": "5"},
        [0.5],
    ),
    (
        lambda c: c.available_to_lend("fUSD"),
        "POST",
        "/v2/auth/calc/order/avail",
        {"symbol": "fUSD", "type": "FUNDING"},
        [0.5],
    ),
    (
        lambda c: c.funding_info("fUSD"),
        "POST",
        "/v2/auth/r/info/funding/fUSD",
        {},
        ["sym", "fUSD", [0, 0, 0, 0]],
    ),
    (lambda c: c.funding_offers(), "POST", "/v2/auth/r/funding/offers", {}, []),
    (
        lambda c: c.funding_offer_history("fUSD", start_ms=1, end_ms=2, limit=3),
        "POST",
        "/v2/auth/r/funding/offers/fUSD/hist",
        {"start": 1, "end": 2, "limit": 3},
        [],
    ),
    (lambda c: c.funding_loans("fUSD"), "POST", "/v2/auth/r/funding/loans/fUSD", {}, []),
    (lambda c: c.funding_loan_history(), "POST", "/v2/auth/r/funding/loans/hist", {}, []),
    (lambda c: c.funding_credits(), "POST", "/v2/auth/r/funding/credits", {}, []),
    (lambda c: c.funding_credit_history(), "POST", "/v2/auth/r/funding/credits/hist", {}, []),
    (lambda c: c.funding_fills("fUST"), "POST", "/v2/auth/r/funding/trades/fUST/hist", {}, []),
    (lambda c: c.positions(), "POST", "/v2/auth/r/positions", {}, []),
    (lambda c: c.position_history(limit=1), "POST", "/v2/auth/r/positions/hist", {"limit": 1}, []),
    (lambda c: c.position_snapshots(), "POST", "/v2/auth/r/positions/snap", {}, []),
    (
        lambda c: c.position_audit([1, 2], start_ms=3),
        "POST",
        "/v2/auth/r/positions/audit",
        {"id": [1, 2], "start": 3},
        [],
    ),
    (
        lambda c: c.margin_base(),
        "POST",
        "/v2/auth/r/info/margin/base",
        {},
        ["base", [0, 0, 0, 0, 0]],
    ),
    (
        lambda c: c.margin_symbol("tBTCUSD"),
        "POST",
        "/v2/auth/r/info/margin/tBTCUSD",
        {},
        ["sym", "tBTCUSD", [0, 0]],
    ),
    (lambda c: c.margin_symbols(), "POST", "/v2/auth/r/info/margin/sym_all", {}, []),
    (lambda c: c.open_orders(gid=4), "POST", "/v2/auth/r/orders", {"gid": 4}, []),
    (lambda c: c.fills(oldest_first=True), "POST", "/v2/auth/r/trades/hist", {"sort": 1}, []),
    (
        lambda c: c.update_order(OrderUpdate(id=5, price=Decimal("1E+2"))),
        "POST",
        "/v2/auth/w/order/update",
        {"id": 5, "price": "100"},
        done(ROW),
    ),
    (
        lambda c: c.cancel_order_by_cid(CID, "2026-11-22"),
        "POST",
        "/v2/auth/w/order/cancel",
        {"cid": CID, "cid_date": "2026-11-22"},
        done(ROW),
    ),
    (
        lambda c: c.cancel_orders(CancelOrders(ids=[5])),
        "POST",
        "/v2/auth/w/order/cancel/multi",
        {"id": [5]},
        done([ROW]),
    ),
    (
        lambda c: c.cancel_orders(CancelOrders(gids=[6], ids=[7])),
        "POST",
        "/v2/auth/w/order/cancel/multi",
        {"id": [7], "gid": [6]},
        done([ROW]),
    ),
    (
        lambda c: c.cancel_all_orders(),
        "POST",
        "/v2/auth/w/order/cancel/multi",
        {"all": 1},
        done([]),
    ),
    (
        lambda c: c.operate([CancelOrder(5)]),
        "POST",
        "/v2/auth/w/order/multi",
        {"ops": [["oc", {"id": 5}]]},
        done([done(ROW)]),
    ),
    (
        lambda c: c.transfer(
            WalletType.EXCHANGE, WalletType.MARGIN, "UST", Decimal("1.50"), currency_to="USTF0"
        ),
        "POST",
        "/v2/auth/w/transfer",
        {
            "from": "exchange",
            "to": "margin",
            "currency": "UST",
            "currency_to": "USTF0",
            "amount": "1.50",
        },
        done([0, "exchange", "margin", None, "UST", "USTF0", None, 1.5]),
    ),
    (
        lambda c: c.deposit_address(WalletType.FUNDING, "bitcoin", renew=True),
        "POST",
        "/v2/auth/w/deposit/address",
        {"wallet": "funding", "method": "bitcoin", "op_renew": 1},
        done([None, "BITCOIN", "BTC", None, "1abc", None]),
    ),
    (
        lambda c: c.withdraw(
            WalletType.EXCHANGE,
            "ripple",
            Decimal(5),
            "rPool",
            payment_id="42",
            fee_deducted=True,
            note="rent",
        ),
        "POST",
        "/v2/auth/w/withdraw",
        {
            "wallet": "exchange",
            "method": "ripple",
            "amount": "5",
            "address": "rPool",
            "payment_id": "42",
            "fee_deduct": 1,
            "note": "rent",
        },
        done([1, None, "ripple", "42", "exchange", 5, None, None, 0.1]),
    ),
    (
        lambda c: c.withdraw("exchange", "bitcoin", Decimal(5), "1abc"),
        "POST",
        "/v2/auth/w/withdraw",
        {"wallet": "exchange", "method": "bitcoin", "amount": "5", "address": "1abc"},
        done([1, None, "bitcoin", None, "exchange", 5, None, None, 0.1]),
    ),
    (
        lambda c: c.make_token(),
        "POST",
        "/v2/auth/w/token",
        {"scope": "api", "ttl": 120, "writePermission": False},
        ["pub:api:x"],
    ),
    (
        lambda c: c.make_token(lasts_seconds=60, capabilities=["o", "w"], may_write=True),
        "POST",
        "/v2/auth/w/token",
        {"scope": "api", "ttl": 60, "writePermission": True, "caps": ["o", "w"]},
        ["pub:api:x"],
    ),
    (
        lambda c: c.set_alert("tETHUSD", Decimal("185.0"), count=3),
        "POST",
        "/v2/auth/w/alert/set",
        {"type": "price", "symbol": "tETHUSD", "price": "185.0", "count": 3},
        ["price:tETHUSD:185", "price", "tETHUSD", 185, 3],
    ),
    (
        lambda c: c.delete_alert("tETHUSD", Decimal(185)),
        "POST",
        "/v2/auth/w/alert/price:tETHUSD:185/del",
        {},
        [True],
    ),
]


@pytest.mark.parametrize(
    ("call", "method", "target", "body", "answer"), CALLS, ids=range(len(CALLS))
)
def test_a_call_goes_where_it_should(call, method, target, body, answer):
    with talking_to((200, answer)) as (client, server):
        call(client)
    (request,) = server.requests

    assert (request.method, request.target) == (method, target)
    assert (json.loads(request.body) if body is not None else request.body or None) == body


SIGNED = [(call, target, answer) for call, _, target, _, answer in CALLS if "/auth/" in target]


@pytest.mark.parametrize(("call", "target", "answer"), SIGNED, ids=range(len(SIGNED)))
def test_what_is_signed_is_what_is_sent(call, target, answer):
    with talking_to((200, answer)) as (client, server):
        call(client)
    (request,) = server.requests
    nonce = request.headers["bfx-nonce"]
    credentials = Credentials("key", "secret")
    expected = v2_headers(credentials, target.removeprefix("/v2/"), nonce, request.body)

    assert {name: request.headers[name.lower()] for name in expected} == expected


def test_what_needs_no_signature_has_none():
    with talking_to((200, [0.92]), credentials=None) as (client, server):
        client.exchange_rate("USD", "EUR")
    (request,) = server.requests

    assert request.headers["content-type"] == "application/json"
    assert not [name for name in request.headers if name.startswith("bfx-")]


def test_every_endpoint_is_called_here():
    methods = {name for name in dir(RestV2) if not name.startswith("_")}
    paged = {name for name in methods if name.startswith("every_")}
    called = {name for call, *_ in CALLS for name in call.__code__.co_names}

    assert methods - paged - called == {"close", "configuration"}
