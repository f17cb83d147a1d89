"""H7 and B62: foreign, expired and hostile pages at the live socket of a running Tidewatch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.product.hostile_frames import (
    CLOSE,
    TEXT,
    WATCH,
    Address,
    close_code,
    frame,
    frame_from,
    status,
)
from tests.product.hostile_trial import address_of, try_hostile_pages
from tests.product.running import Tidewatch, running

pytestmark = pytest.mark.timeout(180)
MIB = 1024
PAGES = 50
SIGNED_OUT, TOO_MANY = 4401, 4429


@pytest.fixture(scope="module")
def tidewatch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tidewatch]:
    with running(tmp_path_factory.mktemp("hostile")) as tidewatch:
        tidewatch.welcome_url()
        yield tidewatch


@pytest.fixture(scope="module")
def address(tidewatch: Tidewatch) -> Address:
    return address_of(tidewatch)


def test_h7_ten_thousand_hostile_frames_leave_no_trace_and_neighbours_in_peace(
    tidewatch: Tidewatch,
) -> None:
    found = try_hostile_pages(tidewatch, 10_000)

    assert found.frames >= 10_000
    assert found.doors >= 28
    assert found.tracebacks == 0
    assert found.rss_kib < 20 * MIB
    assert found.problems == []
    assert found.attacked  # the neighbours heard of prices all the while


def test_b62_eleven_foreign_origins_are_refused(address: Address) -> None:
    port = address.port
    origins = [
        None,
        "null",
        f"http://localhost:{port + 1}",
        f"https://localhost:{port}",
        "http://localhost",
        f"http://127.0.0.2:{port}",
        "http://evil.example",
        f"http://localhost:{port}.evil.example",
        f"http://evil.example#http://localhost:{port}",
        f"http://localhost.:{port}",
        f"ws://localhost:{port}",
        f"http://[::1:{port}",
    ]

    for origin in origins:
        with address.connect(origin=origin) as link:
            assert status(link) in {400, 403}, origin


def test_b62_a_socket_at_any_other_path_is_refused(tidewatch: Tidewatch, address: Address) -> None:
    for path in ("/", "/live", "/live//", "/live/x/", "/live/%00", "/LIVE/", "/orders/"):
        with address.connect(path=path) as link:
            assert status(link) == 403, path

    assert "Traceback" not in tidewatch.output


@pytest.mark.parametrize("cookie", ["", "nonsense", "expired"])
def test_b62_without_a_sign_in_that_lasts_the_page_is_told_so(
    tidewatch: Tidewatch, cookie: str
) -> None:
    if cookie == "expired":
        cookie = address_of(tidewatch).cookie
        tidewatch.manage("shell", "--no-imports", "-c", EXPIRE.format(key=cookie.partition("=")[2]))

    with Address(tidewatch.port, cookie).connect() as link:
        assert status(link) == 101
        assert close_code(link) == SIGNED_OUT


EXPIRE = """
from datetime import UTC, datetime
from django.contrib.sessions.models import Session
assert Session.objects.filter(session_key="{key}").update(expire_date=datetime.now(UTC)) == 1
"""


@pytest.mark.parametrize(
    "header",
    [
        b"Sec-WebSocket-Protocol: \xff\xfe\r\n",
        b"Sec-WebSocket-Protocol: a, a\r\n",
        b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9999\r\n",
        b"Origin: http://evil.example\r\n",
        b"Cookie: \xff=\xfe; ;;=\r\n",
        b"Sec-WebSocket-Version: 12\r\n",
        b"X\xffY: 1\r\n",
        b"Daphne-Root-Path: %ff/../\r\n",
        b"Daphne-Root-Path: /live\r\n",
    ],
)
def test_b62_a_handshake_that_nobody_can_read_is_one_line_in_the_log(
    tidewatch: Tidewatch, address: Address, header: bytes
) -> None:
    before = len(tidewatch.output)
    with address.connect(header=header) as link:
        status(link)

    assert "Traceback" not in tidewatch.output
    assert tidewatch.output[before:].count("\n") <= 1


def test_b62_the_fifty_first_page_of_one_person_is_one_too_many_until_another_closes(
    address: Address,
) -> None:
    with contextlib.ExitStack() as stack:
        pages = [stack.enter_context(address.opened()) for _ in range(PAGES)]
        for page in pages:
            assert frame_from(page)[0] == TEXT  # it was greeted: it is counted
        with address.opened() as last:
            assert close_code(last) == TOO_MANY

        pages[0].sendall(frame((1000).to_bytes(2, "big"), CLOSE))
        assert close_code(pages[0]) == 1000
        with address.opened() as last:
            last.sendall(frame(WATCH))
            assert frame_from(last)[0] == TEXT
