"""A conversation at the door of the live socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from dashboard.accounts.models import User
from dashboard.asgi import application
from dashboard.live.hub import hub

pytestmark = pytest.mark.django_db(transaction=True)
ORIGIN = (b"origin", b"http://localhost:8000")


@database_sync_to_async
def signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.get_or_create(username="owner")[0])
    return client


@database_sync_to_async
def cookie_of(client: Client) -> bytes:
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode()


def door(*headers: tuple[bytes, bytes]) -> WebsocketCommunicator:
    return WebsocketCommunicator(application, "/live/", headers=list(headers))


@pytest.fixture(autouse=True)
async def stopped_hub() -> AsyncIterator[None]:
    yield
    await hub.stop()


async def opened(client: Client | None = None) -> WebsocketCommunicator:
    visitor = door(ORIGIN, (b"cookie", await cookie_of(client or await signed_in())))
    is_open, _ = await visitor.connect()
    assert is_open
    return visitor


async def test_the_owner_is_let_in_and_told_how_the_feed_is() -> None:
    visitor = await opened()

    text = await visitor.receive_from()

    assert "data-feed" in text
    await visitor.disconnect()


async def test_what_the_page_looks_at_is_watched_until_it_leaves() -> None:
    visitor = await opened()
    await visitor.receive_from()
    await visitor.send_to(json.dumps({"watch": ["tBTCUSD"]}))
    await visitor.receive_nothing()

    assert hub.audience.union() == ["tBTCUSD"]
    await visitor.disconnect()
    assert hub.audience.union() == []


async def test_a_signed_out_visitor_is_told_so_and_not_to_come_back() -> None:
    visitor = door(ORIGIN)
    await visitor.connect()

    message = await visitor.receive_output()

    assert (message["type"], message["code"]) == ("websocket.close", 4401)


async def test_signing_out_anywhere_closes_the_page_and_no_other_sign_in() -> None:
    client, others = await signed_in(), await signed_in()
    leaving, staying = await opened(client), await opened(others)
    for visitor in (leaving, staying):
        await visitor.receive_from()

    await database_sync_to_async(client.post)("/sign-out/")
    message = await leaving.receive_output(5)

    assert (message["type"], message["code"]) == ("websocket.close", 4401)
    assert await staying.receive_nothing()
    await staying.disconnect()


@pytest.mark.parametrize(
    "origin",
    [
        None,
        b"null",
        b"http://localhost:9999",
        b"https://localhost:8000",
        b"http://localhost",
        b"http://127.0.0.1:8001",
        b"http://evil.example",
        b"http://localhost:8000.evil.example",
        b"file://",
        b"http://localhost.:8000",
        b"ws://localhost:8000",
    ],
)
async def test_a_page_of_any_other_origin_is_refused(origin: bytes | None) -> None:
    headers = [(b"cookie", await cookie_of(await signed_in()))]
    if origin is not None:
        headers.append((b"origin", origin))

    is_open, _ = await door(*headers).connect()

    assert not is_open


async def test_the_third_bad_frame_closes_the_door() -> None:
    visitor = await opened()
    await visitor.receive_from()
    for _ in range(3):
        await visitor.send_to('{"type": "person.changed"}')

    message = await visitor.receive_output()

    assert (message["type"], message["code"]) == ("websocket.close", 4400)


async def test_binary_nonsense_is_a_bad_frame_not_a_crash() -> None:
    visitor = await opened()
    await visitor.receive_from()
    await visitor.send_to(bytes_data=b"\x00\xff")
    await visitor.send_to(json.dumps({"watch": ["tBTCUSD"]}))
    await visitor.receive_nothing()

    assert hub.audience.union() == ["tBTCUSD"]
    await visitor.disconnect()


async def test_more_than_ten_frames_a_second_close_the_door() -> None:
    visitor = await opened()
    await visitor.receive_from()
    for number in range(12):
        await visitor.send_to(json.dumps({"watch": [f"tX{number:02}USD"]}))

    message = await visitor.receive_output()

    assert (message["type"], message["code"]) == ("websocket.close", 4429)


async def test_a_socket_to_elsewhere_is_refused() -> None:
    cookie = await cookie_of(await signed_in())
    visitor = WebsocketCommunicator(
        application, "/elsewhere/", headers=[ORIGIN, (b"cookie", cookie)]
    )

    is_open, _ = await visitor.connect()

    assert not is_open
