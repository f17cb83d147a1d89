"""Where we read or ask otherwise than the other clients, on purpose: each case with its reason.

Both sides of every difference are tried, so that one which disappears is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from exchange import Credentials, ExchangeError, NoBudget, RestV2
from tests.exchange.peers.peer import Peer, Raised

WALLETS = "auth/r/wallets"
ORDERS = "auth/r/orders"
TINY_LIMIT = '["error",10001,"Invalid order: minimum size for BTC/USD is 0.002"]'
UNAVAILABLE = '{"code":503,"error":"temporarily_unavailable","error_description":"soon"}'


def order(status: str) -> str:
    row = [7, None, None, "tBTCUSD", 1700000000000, 1700000000000, 0.1, 0.1, "EXCHANGE LIMIT"]
    row += [None, None, None, 0, status, None, None, 61000, 0] + [None] * 14
    return json.dumps([row])


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An answer, what the other client makes of it, what we do, and why."""

    peer: str
    path: str
    text: str
    status: int = 200
    ask: Callable[[Peer, str], Any]
    theirs: Any
    use: Callable[[RestV2], Any]
    ours: Any
    why: str


def official_wallets(peer: Peer, url: str) -> Any:
    return peer.ask("wallets", url=url)


def ccxt_wallets(peer: Peer, url: str) -> Any:
    return peer.ask("wallets", url=url, kind="exchange")


def ccxt_status(peer: Peer, url: str) -> Any:
    return peer.ask("orders", url=url)[0]["status"]


def ours_is_open(client: RestV2) -> Any:
    return client.open_orders()[0].is_open


def failing(peer: str, text: str, status: int, *, theirs: str, ours: str, why: str) -> Difference:
    """An answer that is no wallet, and the errors raised for it."""
    ask = official_wallets if peer == "official" else ccxt_wallets
    return Difference(
        peer=peer,
        path=WALLETS,
        text=text,
        status=status,
        ask=ask,
        theirs=theirs,
        use=RestV2.wallets,
        ours=ours,
        why=why,
    )


DIFFERENCES = [
    Difference(
        peer="official",
        path=WALLETS,
        text='[["exchange","USD",12345678901234.56789,0,null,null,null]]',
        ask=lambda peer, url: peer.ask("wallets", url=url)[0]["balance"],
        theirs=12345678901234.568,
        use=lambda client: client.wallets()[0].balance,
        ours=Decimal("12345678901234.56789"),
        why="it rounds money to a binary fraction; every digit that came is kept here",
    ),
    Difference(
        peer="ccxt",
        path=WALLETS,
        text='[["exchange","USD",12345678901234.56789,0,null,null,null]]',
        ask=lambda peer, url: ccxt_wallets(peer, url)["USD"]["total"],
        theirs="12345678901234.568",
        use=lambda client: client.wallets()[0].balance,
        ours=Decimal("12345678901234.56789"),
        why="it keeps digits as text, but only after a binary fraction has had them",
    ),
    Difference(
        peer="ccxt",
        path="ticker/tBTCUSD",
        text="[1,1,2,1,0.5,0,1.5,0,2,1]",
        ask=lambda peer, url: peer.ask("ticker", url=url, symbol="BTC/USD")["percentage"],
        theirs="50",
        use=lambda client: client.ticker("tBTCUSD").daily_change_relative,
        ours=Decimal(0),
        why="it works out what is 0; we repeat what the exchange says",
    ),
    Difference(
        peer="official",
        path="conf/pub:list:pair:exchange,pub:map:currency:sym",
        text='[["BTCUSD"],[["UST","USDt"]]]',
        ask=lambda peer, url: peer.ask(
            "configuration", url=url, keys="pub:list:pair:exchange,pub:map:currency:sym"
        ),
        theirs=["BTCUSD"],
        use=lambda client: client.configuration("pub:list:pair:exchange", "pub:map:currency:sym"),
        ours={
            "pub:list:pair:exchange": ["BTCUSD"],
            "pub:map:currency:sym": [["UST", "USDt"]],
        },
        why="it gives the answer to the first key only",
    ),
    Difference(
        peer="official",
        path=WALLETS,
        text='[["exchange","USD",1,0,1]]',
        ask=official_wallets,
        theirs="AssertionError",
        use=lambda client: client.wallets()[0].balance,
        ours=Decimal(1),
        why="rows of old recordings are shorter, and nothing in them that matters is missing",
    ),
    Difference(
        peer="ccxt",
        path=WALLETS,
        text='[["margin","BTC",5,0,null,null,null]]',
        ask=lambda peer, url: ccxt_wallets(peer, url)["total"],
        theirs={},
        use=lambda client: [(wallet.type, wallet.balance) for wallet in client.wallets()],
        ours=[("margin", Decimal(5))],
        why="it shows one kind of wallet, for money spread over three",
    ),
    *(
        Difference(
            peer="ccxt",
            path=ORDERS,
            text=order(status),
            ask=ccxt_status,
            theirs=status,
            use=ours_is_open,
            ours=False,
            why="it passes on statuses of which it does not know that they end an order",
        )
        for status in ("POSTONLY CANCELED", "IOC CANCELED", "FORCED EXECUTED")
    ),
    failing(
        "official",
        '["error",10114,"nonce: small"]',
        500,
        theirs="RuntimeError",
        ours="NonceTooSmall",
        why="whoever shares a key has to tell this from all else",
    ),
    failing(
        "official",
        '["error",11010,"ratelimit: error"]',
        429,
        theirs="RuntimeError",
        ours="RateLimited",
        why="the caller waits for it, and for nothing else",
    ),
    failing(
        "official",
        '{"error":"ERR_RATE_LIMIT"}',
        429,
        theirs="AssertionError",
        ours="RateLimited",
        why="the second shape of the same",
    ),
    failing(
        "ccxt",
        '{"error":"ERR_RATE_LIMIT"}',
        429,
        theirs="ExchangeError",
        ours="RateLimited",
        why="it knows this refusal by its other shape only",
    ),
    failing(
        "official",
        UNAVAILABLE,
        503,
        theirs="AssertionError",
        ours="NoAnswer",
        why="an exchange that is down has said nothing about wallets",
    ),
    failing(
        "official",
        "<html>Bad gateway</html>",
        502,
        theirs="JSONDecodeError",
        ours="NoAnswer",
        why="what stands before the exchange answers in HTML",
    ),
    failing(
        "ccxt",
        TINY_LIMIT,
        500,
        theirs="PermissionDenied",
        ours="InvalidRequest",
        why="an order that is too small has nothing to do with the key",
    ),
]


def outcome(attempt: Callable[[], Any]) -> Any:
    """What came of it, or the name of the class of what was raised."""
    try:
        return attempt()
    except Raised as raised:
        return raised.kind
    except ExchangeError as error:
        return type(error).__name__


@pytest.mark.parametrize("case", DIFFERENCES, ids=lambda case: f"{case.peer}: {case.why}")
def test_we_differ_on_purpose(case, exchange, request):
    peer = request.getfixturevalue(case.peer)
    client = RestV2(exchange.url, credentials=Credentials("key", "secret"), budget=NoBudget())
    exchange.answer(case.path, case.text, case.status)
    theirs = outcome(lambda: case.ask(peer, exchange.url))
    ours = outcome(lambda: case.use(client))
    client.close()

    assert theirs == case.theirs
    assert ours == case.ours


def test_ccxt_cancels_all_orders_when_asked_for_those_of_one_pair(ccxt, exchange):
    exchange.answer("auth/w/order/cancel/multi", "[null,null,null,null,[]]")
    ccxt.ask("cancel_all", url=exchange.url, symbol="BTC/USD")

    # The pair is not even mentioned.
    assert json.loads(exchange.last.body) == {"all": 1}


def test_their_nonces_count_in_different_units(official, ccxt, exchange):
    official.ask("post", url=exchange.url, secret="secret", path=WALLETS, body={})
    microseconds = exchange.last.headers["bfx-nonce"]
    signed = ccxt.ask("sign", secret="secret", path=WALLETS, body={})

    # A key that has seen the first is of no use to the second. Ours are of the first kind.
    assert len(microseconds) == 16
    assert len(signed["headers"]["bfx-nonce"]) == 13
