from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from exchange.limits import NoBudget
from exchange.models.markets import Timeframe
from exchange.nonce import MemoryNonces
from exchange.rest_v2 import RestV2, histories
from tests.exchange.loopback import Conversation, Request, knowing_clock, serving
from tests.exchange.rest_v2.talking import CREDENTIALS, ROW

START_MS = 1_700_000_000_000


def trade(number: int, at: int) -> list[Any]:
    return [number, at, 1, 36500]


def candle(number: int, at: int) -> list[Any]:
    return [at, 1, 2, 3, 4, 5]


def ledger_entry(number: int, at: int) -> list[Any]:
    return [number, "USD", "exchange", at, None, 1, 2, None, "words"]


def movement(number: int, at: int) -> list[Any]:
    start = [number, "BTC", "BITCOIN", None, None, START_MS, at, None, None, "COMPLETED"]
    return [*start, None, None, 1, 0, None, None, None]


def order(number: int, at: int) -> list[Any]:
    return [number, *ROW[1:5], at, *ROW[6:]]


def fill(number: int, at: int) -> list[Any]:
    # Two fills of each id: trades with ourselves.
    return [number // 2, "tBTCUSD", at, number, 1, 36500]


HISTORIES = [
    (trade, "/v2/trades/tBTCUSD/hist", 10_000, lambda c, **kw: c.every_trade("tBTCUSD", **kw)),
    (
        candle,
        "/v2/candles/trade:1m:tBTCUSD/hist",
        10_000,
        lambda c, **kw: c.every_candle("tBTCUSD", Timeframe.ONE_MINUTE, **kw),
    ),
    (
        ledger_entry,
        "/v2/auth/r/ledgers/USD/hist",
        2_500,
        lambda c, **kw: c.every_ledger_entry("USD", category=5, **kw),
    ),
    (movement, "/v2/auth/r/movements/BTC/hist", 250, lambda c, **kw: c.every_movement("BTC", **kw)),
    (
        order,
        "/v2/auth/r/orders/tBTCUSD/hist",
        2_500,
        lambda c, **kw: c.every_past_order("tBTCUSD", **kw),
    ),
    (fill, "/v2/auth/r/trades/tBTCUSD/hist", 2_500, lambda c, **kw: c.every_fill("tBTCUSD", **kw)),
]


def asked(request: Request) -> dict[str, Any]:
    """Return the members of a question, by query or by body."""
    query = dict(parse_qsl(urlsplit(request.target).query))
    return json.loads(request.body) if request.body else {k: int(v) for k, v in query.items()}


@pytest.mark.parametrize(("row", "path", "limit", "read"), HISTORIES, ids=lambda part: str(part))
def test_a_long_history_comes_whole_and_once(row, path, limit, read):
    # Every entry but a candle shares its time with another, also where pages end.
    step = 1 if row is candle else 2
    moments = [START_MS + 700 * (number // step) for number in range(2 * limit + 3)]
    everything = [row(number, at) for number, at in enumerate(moments)]
    paired = list(zip(moments, everything, strict=True))

    def talk(conversation: Conversation) -> None:
        while (request := conversation.request()) is not None:
            members = asked(request)
            first, last = members["start"], members.get("end", 2**53)
            found = [entry for at, entry in reversed(paired) if first <= at <= last]
            conversation.reply(json.dumps(found[: members["limit"]]).encode())

    told: list[int] = []
    with serving(talk) as server:
        client = RestV2(
            server.url,
            credentials=CREDENTIALS,
            nonces=MemoryNonces(),
            budget=NoBudget(),
            clock=knowing_clock(),
        )
        progress = {"progress": lambda count, oldest: told.append(count)}
        entries = list(read(client, start_ms=moments[1], **progress))
        client.close()
    expected = len([at for at in moments if at >= moments[1]])

    assert len(entries) == len({repr(entry) for entry in entries}) == expected
    assert told[0] == limit
    assert told[-1] == expected
    assert {urlsplit(request.target).path for request in server.requests} == {path}
    assert {asked(request)["limit"] for request in server.requests} == {limit}


def test_a_history_may_end_before_now():
    with serving(
        lambda conversation: conversation.reply(b"[]") if conversation.request() else None
    ) as server:
        client = RestV2(server.url, budget=NoBudget())
        entries = list(client.every_trade("tBTCUSD", start_ms=1, end_ms=2))
        client.close()
    (request,) = server.requests

    assert entries == []
    assert asked(request) == {"start": 1, "end": 2, "limit": histories.MOST_TRADES}
