"""Where we read a socket otherwise than the other clients, on purpose: each case with its reason.

Both sides of every difference are tried, so that one which disappears is noticed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from exchange.stream import account_events, events
from exchange.stream.channels import ACCOUNT, Channel
from tests.exchange.peers.peer import Peer, Raised
from tests.exchange.peers.streaming import BOOK, TICKER, TRADES, heard, opening

TRADE = "[3,1700000000125,0.5,61000]"
FILL = '[11,"tBTCUSD",1700000000000,7,0.1,42,"EXCHANGE MARKET",42.7,-1,-0.1,"UST",9]'
LEVELS = "[7,[[61000,2,0.5],[60999,1,1.7e-7],[61001,1,-0.25]]]"
CHECKSUM = zlib.crc32(b"61000:0.5:61001:-0.25:60999:1.7e-7")


def order(status: str, length: int = 32) -> str:
    row = [7, 55, 66, "tBTCUSD", 1700000000000, 1700000000000, 0.1, 0.1, "EXCHANGE LIMIT"]
    row += [None, None, None, 0, status, None, None, 61000, 0, 0, 0, *[None] * 12]
    return json.dumps(row[:length])


def wallets(*currencies: str) -> str:
    return json.dumps([0, "ws", [["exchange", name, 1, 0, 1, None, None] for name in currencies]])


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Frames of one channel, what the other client makes of them, what we do, and why.

    theirs and ours come of `ask`, given all that the client told or knows, and of `use`, given
    our events.
    """

    peer: str
    channel: Channel
    frames: list[str]
    ask: Callable[[Any], Any]
    theirs: Any
    use: Callable[[list[Any]], Any]
    ours: Any
    why: str


def names(told: list[list[Any]]) -> list[str]:
    return [name for name, _ in told]


def kinds(told: list[Any]) -> list[type[events.Event]]:
    return [type(event) for event in told]


DIFFERENCES = [
    Difference(
        peer="official",
        channel=TICKER,
        frames=["[7,[34408215965.0713312,1,2,1,1,1,1,1,1,1]]"],
        ask=lambda told: told[0][1]["bid"],
        theirs=34408215965.071335,
        use=lambda told: told[0].ticker.bid,
        ours=Decimal("34408215965.0713312"),
        why="it rounds to a binary fraction; every digit that came is kept here",
    ),
    Difference(
        peer="ccxt",
        channel=TICKER,
        frames=["[7,[1,1,2,1,0.5,0,1.5,0,2,1]]"],
        ask=lambda known: known["tickers"]["BTC/USD"]["percentage"],
        theirs=50,
        use=lambda told: told[0].ticker.daily_change_relative,
        ours=0,
        why="it works out what is 0; we repeat what the exchange says",
    ),
    Difference(
        peer="ccxt",
        channel=BOOK,
        frames=[LEVELS, f'[7,"cs",{CHECKSUM if CHECKSUM < 2**31 else CHECKSUM - 2**32}]'],
        ask=lambda known: known["books"],
        theirs={},
        use=kinds,
        ours=[events.BookSnapshot, events.ChecksumVerified],
        why="it writes small amounts otherwise than the wire, and throws a right book away",
    ),
    Difference(
        peer="official",
        channel=BOOK,
        frames=[LEVELS, '[7,"cs",5]'],
        ask=names,
        theirs=["t_book_snapshot", "checksum"],
        use=kinds,
        ours=[events.BookSnapshot, events.ChecksumFailed],
        why="it passes the sum on and keeps no book to hold it against",
    ),
    Difference(
        peer="official",
        channel=TRADES,
        frames=[f'[7,"te",{TRADE}]', f'[7,"tu",{TRADE}]'],
        ask=names,
        theirs=["t_trade_execution", "t_trade_execution_update"],
        use=kinds,
        ours=[events.TradeExecuted, events.Heartbeat],
        why="it tells a trade of strangers twice, as the exchange does",
    ),
    Difference(
        peer="ccxt",
        channel=TRADES,
        frames=[f'[7,"tu",{TRADE}]'],
        ask=lambda known: known["trades"]["BTC/USD"],
        theirs=[],
        use=kinds,
        ours=[events.TradeExecuted],
        why="it hears the first of the two frames of a trade only, whatever came of that",
    ),
    Difference(
        peer="ccxt",
        channel=ACCOUNT,
        frames=[f'[0,"on",{order("ACTIVE")}]'],
        ask=lambda known: known["orders"][0]["clientOrderId"],
        theirs="55",
        use=lambda told: told[0].order.cid,
        ours=66,
        why="it takes the number of the group for the client's own",
    ),
    Difference(
        peer="ccxt",
        channel=ACCOUNT,
        frames=[f'[0,"oc",{order("POSTONLY CANCELED")}]'],
        ask=lambda known: known["orders"][0]["status"],
        theirs="POSTONLY",
        use=lambda told: (told[0].change, told[0].order.is_open),
        ours=(account_events.Change.CLOSED, False),
        why="it passes on half of a status of which it does not know that it ends an order",
    ),
    Difference(
        peer="official",
        channel=ACCOUNT,
        frames=[f'[0,"on",{order("ACTIVE", 20)}]'],
        ask=names,
        theirs="AssertionError",
        use=kinds,
        ours=[account_events.OrderChanged],
        why="a row may grow or shrink at its end, and nothing in it that matters is missing",
    ),
    Difference(
        peer="ccxt",
        channel=ACCOUNT,
        frames=[f'[0,"os",[{order("ACTIVE")}]]', '[0,"os",[]]'],
        ask=lambda known: [order["status"] for order in known["orders"]],
        theirs=["open"],
        use=lambda told: told[-1].orders,
        ours=(),
        why="an order that ended while the socket was away stays open there for ever",
    ),
    Difference(
        peer="ccxt",
        channel=ACCOUNT,
        frames=[wallets("BTC", "UST"), wallets("UST")],
        ask=lambda known: sorted(known["balance"]["exchange"]["total"]),
        theirs=["BTC", "USDT"],
        use=lambda told: [wallet.currency for wallet in told[-1].wallets],
        ours=["UST"],
        why="a snapshot replaces all that was known",
    ),
    Difference(
        peer="ccxt",
        channel=ACCOUNT,
        frames=[f'[0,"te",{FILL}]'],
        ask=lambda known: known["fills"],
        theirs=[],
        use=kinds,
        ours=[account_events.FillExecuted],
        why="it keeps a fill back until the fee is known, a second or two later",
    ),
    Difference(
        peer="official",
        channel=ACCOUNT,
        frames=[f'[0,"tu",{FILL}]'] * 2,
        ask=names,
        theirs=["trade_execution_update"] * 2,
        use=kinds,
        ours=[account_events.FillCharged, events.Heartbeat],
        why="what is told twice after a reconnect would be counted twice",
    ),
    Difference(
        peer="official",
        channel=ACCOUNT,
        frames=['[0,"fte",[636854,"fUSD",1700000000000,41237920,-1000,0.003,7]]'],
        ask=names,
        theirs=[],
        use=kinds,
        ours=[account_events.FundingFilled],
        why="it says nothing of a loan that came of an offer",
    ),
]


def told_by(peer: Peer, case: Difference, url: str) -> Any:
    """What the other client says of the frames, or the name of the class of what it raised."""
    is_ccxt, is_account = case.peer == "ccxt", case.channel is ACCOUNT
    try:
        if is_ccxt:
            texts = case.frames if is_account else [opening(case.channel), *case.frames]
            return case.ask(peer.ask("frames", url=url, texts=texts))
        subscription = None if is_account else case.channel.wire()
        return case.ask(peer.ask("frames", subscription=subscription, texts=case.frames))
    except Raised as raised:
        return raised.kind


@pytest.mark.parametrize("case", DIFFERENCES, ids=lambda case: f"{case.peer}: {case.why}")
def test_we_differ_on_purpose(case, exchange, request):
    theirs = told_by(request.getfixturevalue(case.peer), case, exchange.url)
    ours = case.use(heard(case.channel, case.frames))

    assert theirs == case.theirs
    assert ours == case.ours
