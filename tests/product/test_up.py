"""One command starts everything, keeps it alive, and takes it down."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.product.running import (
    ROOT,
    Tidewatch,
    is_alive,
    own_environment,
    running,
    start,
    until,
)

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def tidewatch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tidewatch]:
    with running(tmp_path_factory.mktemp("up")) as tidewatch:
        tidewatch.welcome_url()
        yield tidewatch


def visit(tidewatch: Tidewatch, url: str) -> tuple[int, str]:
    """Follow a sign-in link; returns the status and the session cookie, if one was given."""
    status, headers, _ = tidewatch.get(url.removeprefix(tidewatch.url))
    return status, headers.get("set-cookie", "").partition(";")[0]


def test_the_link_signs_in_once_and_is_dead_afterwards(tidewatch: Tidewatch) -> None:
    link = tidewatch.welcome_url()

    first, session = visit(tidewatch, link)
    second, nothing = visit(tidewatch, link)
    page, _, body = tidewatch.get("/", Cookie=session)

    assert (first, second) == (302, 410)
    assert "session" not in nothing
    assert page == 200
    assert b"Overview" in body


def test_a_fresh_link_can_be_had_at_any_time(tidewatch: Tidewatch) -> None:
    status, _ = visit(tidewatch, tidewatch.fresh_link())

    assert status == 302


def test_nobody_else_sees_a_page(tidewatch: Tidewatch) -> None:
    for path in ("/", "/markets/", "/markets/tBTCUSD/", "/orders/", "/portfolio/"):
        status, headers, _ = tidewatch.get(path)

        assert (status, headers["location"]) == (302, f"/sign-in/?next={path}")


def test_it_listens_on_this_machine_only(tidewatch: Tidewatch) -> None:
    ports = {tidewatch.port, int(tidewatch.environment["PAPER_PORT"])}
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]

    addresses = {
        address
        for address, _, port in (entry.partition(":") for entry in listening)
        if int(port, 16) in ports
    }

    assert addresses == {"0100007F"}


def test_every_child_that_is_killed_comes_back(tidewatch: Tidewatch) -> None:
    before = tidewatch.children()
    assert len(before) == 3

    for pid in before:
        os.kill(pid, signal.SIGKILL)

    until(
        lambda: len(tidewatch.children()) == 3 and not tidewatch.children() & before,
        "three new children",
    )
    until(lambda: tidewatch.get("/health/live/")[0] == 200, "the web process")
    until(lambda: tidewatch.feed()["state"] == "live", "live prices")


def test_secrets_are_for_their_owner_only(tidewatch: Tidewatch) -> None:
    sealing_keys = Path(tidewatch.environment["TIDEWATCH_KEY_FILE"])
    state = Path(tidewatch.environment["TIDEWATCH_HOME"])

    assert sealing_keys.stat().st_mode & 0o777 == 0o600
    assert (state / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (state / "paper").stat().st_mode & 0o777 == 0o700
    assert state not in sealing_keys.parents


def test_beat_and_its_like_leave_nothing_in_the_working_folder(tidewatch: Tidewatch) -> None:
    until(lambda: tidewatch.feed()["state"] == "live", "a worker that has started")

    assert [path.name for path in ROOT.glob("celery*")] == []


def test_a_second_one_on_the_same_state_says_so_and_leaves(tidewatch: Tidewatch) -> None:
    home = tidewatch.environment["TIDEWATCH_HOME"]
    second = start(tidewatch.home.parent / "second", TIDEWATCH_HOME=home)

    assert second.process.wait(30) == 1
    assert "already runs on" in second.output


def test_a_taken_port_is_named_with_its_cure(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        tidewatch = start(tmp_path, PORT=port)

        assert tidewatch.process.wait(30) == 1
        assert f"Port {port} is taken by another program. Choose one: PORT=" in tidewatch.output


def test_ctrl_c_stops_every_process(tmp_path: Path) -> None:
    tidewatch = start(tmp_path)
    tidewatch.welcome_url()
    children = tidewatch.children()

    tidewatch.process.send_signal(signal.SIGINT)

    assert tidewatch.process.wait(20) == 0
    assert not any(is_alive(pid) for pid in children)
    assert "Traceback" not in tidewatch.output


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    tidewatch = start(tmp_path)
    tidewatch.welcome_url()
    children = tidewatch.children()

    tidewatch.process.kill()
    tidewatch.process.wait()

    until(lambda: not any(is_alive(pid) for pid in children), "the children's end")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "PORT=eighty: write a whole number"),
        ("EXCHANGE", "kraken", "EXCHANGE=kraken: write paper or bitfinex"),
        ("EXCHANGE_API", "v3", "EXCHANGE_API=v3: write v2 or v1."),
        ("REDIS_URL", "redis://localhost", "Set both DATABASE_URL and REDIS_URL"),
        ("PUBLIC_URL", "http://tide.example", "plain http is for this machine only"),
        ("PUBLIC_URL", "tide.example", "write http(s)://host[:port]"),
    ],
)
def test_a_bad_setting_stops_the_start_with_its_cure(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    tidewatch = start(tmp_path, **{name: value})

    assert tidewatch.process.wait(30) == 1
    assert words in tidewatch.output


def test_balances_are_not_asked_for_more_often_than_v1_allows(tmp_path: Path) -> None:
    tidewatch = start(tmp_path, EXCHANGE_API="v1", BALANCES_SECONDS="5")

    assert tidewatch.process.wait(30) == 1
    assert "BALANCES_SECONDS=5: write a whole number, 10 to 3600." in tidewatch.output


def test_the_paper_exchange_runs_alone_and_prints_its_addresses(tmp_path: Path) -> None:
    paper = subprocess.Popen(
        [sys.executable, "manage.py", "paper", "--port", "0", "--seed", "7"],
        cwd=ROOT,
        env=own_environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )

    assert paper.stdout is not None
    lines = [paper.stdout.readline().split() for _ in range(4)]
    paper.send_signal(signal.SIGTERM)

    assert [line[0] for line in lines] == ["key:", "secret:", "REST:", "WebSocket:"]
    assert lines[2][1].startswith("http://127.0.0.1:")
    assert lines[3][1].startswith("ws://127.0.0.1:")
    assert paper.wait(10) == 0
    paper.stdout.close()


def test_the_paper_exchange_opens_its_admin_address_and_writes_its_ledger_if_told_to(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "ledger.jsonl"
    paper = subprocess.Popen(
        [
            *(sys.executable, "manage.py", "paper", "--port", "0", "--key", "k", "--secret", "s"),
            *("--admin", "--rate-limits", "--ledger-file", str(ledger), "--speed", "2"),
        ],
        cwd=ROOT,
        env=own_environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )

    assert paper.stdout is not None
    rest_url, _, admin_url = [paper.stdout.readline().split()[1] for _ in range(3)]
    codes = [requests.get(f"{rest_url}/v1/symbols", timeout=10).status_code for _ in range(6)]
    state = requests.get(admin_url, timeout=10).json()
    paper.send_signal(signal.SIGTERM)

    assert paper.wait(10) == 0
    assert codes == [200] * 5 + [429]
    assert state["counts"]["request"] == 6
    assert len(ledger.read_text().splitlines()) == 6
    paper.stdout.close()
