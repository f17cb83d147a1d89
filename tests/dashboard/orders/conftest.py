"""A ticket's fields, and a wire between us and the exchange that can be cut."""

from __future__ import annotations

import html
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

import exchange as wire_models
from dashboard.accounts.models import ExchangeAccount
from dashboard.markets.models import Instrument
from dashboard.orders import journal
from dashboard.orders.models import Fill, Order
from dashboard.orders.reconcile import reconcile
from dashboard.orders.states import State
from exchange.models.orders import OrderType
from exchange.paper import PaperExchange

Fields = dict[str, str]

# What an order must have before the database lets it be NOT_PLACED.
PROOFS: dict[str, object] = {
    "fence_nonce": 1,
    "first_absence_at": datetime(2026, 11, 1, tzinfo=UTC),
    "second_absence_at": datetime(2026, 11, 1, tzinfo=UTC),
}


def a_fill(account: ExchangeAccount, number: int, **changes: object) -> Fill:
    """Return a trade of one coin that is not stored yet, with some columns changed."""
    columns: dict[str, object] = {
        "trade_id": number,
        "exchange_order_id": number,
        "symbol": "tBTCUSD",
        "side": "buy",
        "amount": Decimal(1),
        "price": Decimal(1),
        "traded_at": timezone.now(),
    }
    return Fill(account=account, **columns | changes)


def ticket(**changes: str) -> Fields:
    """Return a valid ticket for the bitcoin market, with some fields changed."""
    fields = {
        "symbol": "tBTCUSD",
        "side": "buy",
        "type": "LIMIT",
        "amount": "0.01",
        "price": "60000",
    }
    return fields | changes


def token_in(page: str) -> str:
    """Return the one-time token of a review."""
    found = re.search(r'name="token" value="([0-9a-f-]{36})"', page)
    assert found, "the page holds no token"
    return found[1]


def text_of(answer: Any) -> str:
    """Return an answer's page as people read it, its entities resolved."""
    return html.unescape(answer.content.decode())


@pytest.fixture
def open_order(account: ExchangeAccount, bitcoin: Instrument) -> Order:
    """A buy of half a bitcoin at 60 000, of which two fifths traded."""
    return Order.objects.create(
        user=account.user,
        account=account,
        state=State.OPEN,
        symbol="tBTCUSD",
        side="buy",
        type="EXCHANGE LIMIT",
        amount=Decimal("0.5"),
        price=Decimal(60000),
        executed=Decimal("0.2"),
        average_price=Decimal(59999),
        cid=2**44,
        exchange_id=77,
        created_at=timezone.now(),
    )


Review = Callable[..., str]


@pytest.fixture
def review(owner_client: Client, account: ExchangeAccount, live_bitcoin: Instrument) -> Review:
    """Fill in a ticket and return the token of its review: review(amount="0.02")."""

    def fill_in(**changes: str) -> str:
        answer = owner_client.post("/orders/new/", ticket(**changes), follow=True)
        assert answer.status_code == 200, answer.content.decode()
        return token_in(answer.content.decode())

    return fill_in


def forged_answer(body: str, status: int = 200) -> bytes:
    """Return the bytes of an HTTP answer."""
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def refusal(code: int, words: str) -> bytes:
    """Return an HTTP answer in which the exchange refuses."""
    return forged_answer(json.dumps(["error", code, words]), status=500)


class Wire:
    """A TCP proxy that passes bytes on, until it is told to lose or to forge answers.

    `forged` maps a part of a path to the answer that is given instead; b"" hangs up.
    """

    def __init__(self, address: str) -> None:
        target = urlsplit(address)
        self._target = (target.hostname, target.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.forged: dict[str, bytes] = {}
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(near,))
            self._threads.append(thread)
            thread.start()

    def _carry(self, near: socket.socket) -> None:
        """Carry one request and its answer, then hang up: calls here never share a connection."""
        with near, socket.create_connection(self._target) as far:
            request = self._whole(near)
            far.sendall(request)
            answer = self._whole(far)
            path = request.split(b" ", 2)[1].decode() if request else ""
            forged = [answer for part, answer in self.forged.items() if part in path]
            answer = forged[0] if forged else answer
            near.sendall(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))

    @staticmethod
    def _whole(side: socket.socket) -> bytes:
        """Read one HTTP message: its head, then as many bytes as that promises."""
        message = b""
        while b"\r\n\r\n" not in message:
            piece = side.recv(65536)
            if not piece:
                return message
            message += piece
        head, _, body = message.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        missing = (int(length[1]) if length else 0) - len(body)
        while missing > 0:
            piece = side.recv(65536)
            if not piece:
                break
            message += piece
            missing -= len(piece)
        return message


@pytest.fixture
def wire(paper: PaperExchange, settings: object) -> Iterator[Wire]:
    """The paper exchange behind a wire that can lose its answers."""
    carrying = Wire(paper.rest_url)
    settings.EXCHANGE_AUTH_URL = carrying.url  # type: ignore[attr-defined]
    yield carrying
    carrying.close()


@pytest.fixture
def draft(account: ExchangeAccount) -> Order:
    return journal.record_draft(
        account=account,
        symbol="tBTCUSD",
        side="buy",
        type=OrderType.LIMIT,
        amount=Decimal("0.01"),
        price=Decimal("60000"),
    )


@pytest.fixture
def claimed(draft: Order) -> Order:
    assert journal.declare_intent(draft)
    assert journal.claim(draft)
    return draft


def seen(order: Order, **changes: Any) -> wire_models.Order:
    """Return the exchange's view of one of our orders."""
    sent_at = order.sent_at or timezone.now()
    members: dict[str, Any] = {
        "id": 77,
        "gid": None,
        "cid": order.cid,
        "symbol": order.symbol,
        "created": sent_at,
        "updated": sent_at,
        "amount": order.signed_amount,
        "amount_orig": order.signed_amount,
        "type": order.type,
        "flags": 0,
        "status": "ACTIVE",
        "price": order.price,
        "price_avg": Decimal(0),
    }
    return wire_models.Order(**members | changes)


def find_out(order: Order, passes: int = 6) -> None:
    """Look for an unknown order until it is settled, as if the time between looks were over."""
    long = timedelta(seconds=60)
    for _ in range(passes):
        rows = Order.objects.filter(pk=order.pk, state=State.UNKNOWN)
        rows.update(looked_for_from=None)
        rows.filter(sent_at__gt=timezone.now() - long / 2).update(sent_at=F("sent_at") - long / 2)
        rows.filter(first_absence_at__isnull=False).update(
            first_absence_at=F("first_absence_at") - long
        )
        reconcile(Order.objects.get(pk=order.pk))
    order.refresh_from_db()
