"""A browser that does not read costs little, disturbs nobody, and is cut off in the end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from dashboard.live import delivery
from dashboard.live.hub import Hub
from tests.dashboard.live.flushes import flushed, quote, say
from tests.dashboard.live.pages import opened
from tests.dashboard.live.serving import ROOT, Server, serving
from tests.product.running import until

BTC, ETH = "tBTCUSD", "tETHUSD"
SYMBOLS = [f"tX{number:02}USD" for number in range(100)]
STALLED = "3"
MIB = 1024 * 1024
# A browser in a process of its own, that opens the socket, looks at symbols, and reads on.
READER = """
import sys
from tests.dashboard.live.serving import Browser
page = Browser(int(sys.argv[1]), 4096)
page.watch(*sys.argv[2:])
print("open", flush=True)
try:
    while True:
        page.frame()
except OSError as end:
    print(type(end).__name__, flush=True)
"""


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("daphne")
    with serving(folder, STALLED_SECONDS=STALLED) as server:
        yield server


async def test_a_stopped_browser_is_spared_then_cut_off_and_its_neighbour_misses_nothing(
    server: Server,
) -> None:
    neighbour = server.open_page(*SYMBOLS)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(server.port), *SYMBOLS],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        until(lambda: server.told()["pages"] == 2, "both pages are open")
        os.kill(reader.pid, signal.SIGSTOP)
        before = server.told()["rss_kib"]
        most_waiting, number = 0, 0
        while not (told := server.told())["cut_off"]:
            number += 1
            await say(*SYMBOLS, last=f"{number}.5")
            neighbour.text_with(f"last|{number}.5|")
            most_waiting = max(most_waiting, told["most_waiting"])

        assert 0 < most_waiting < MIB
        assert server.told()["rss_kib"] - before < 8 * 1024
        until(lambda: server.told()["pages"] == 1, "the page is gone")
        os.kill(reader.pid, signal.SIGCONT)
        # No close frame: a browser calls this 1006, and comes back.
        assert reader.stdout.readline() in {"ConnectionError\n", "ConnectionResetError\n"}
    neighbour.close()


async def test_a_page_that_reads_again_in_time_is_shown_the_newest_and_stays(
    server: Server,
) -> None:
    page = server.open_page(*SYMBOLS, kernel_buffer=4096)
    number = 0
    while not server.told()["behind"]:
        number += 1
        await say(*SYMBOLS, last=f"{number}.5")
    await say(*SYMBOLS, last="999.5")

    page.text_with("last|999.5|")

    until(lambda: not server.told()["behind"], "it is no longer behind")
    assert server.told()["pages"] == 1
    page.close()


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(delivery, "time", SimpleNamespace(monotonic=lambda: self.now))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def test_a_page_that_takes_something_now_and_then_is_waited_for_a_minute(
    clock: Clock,
) -> None:
    hub = Hub()
    slow = await opened(hub, BTC)
    slow.is_stuck, slow.waiting = True, 10_000
    await hub.market_flushed(flushed(quote(BTC, "1")))

    for second in range(1, 60):
        clock.now += 1
        slow.waiting -= 10 if second % 10 == 0 else 0
        hub.delivery.settle_all()
        assert not slow.is_cut_off
    clock.now += 1
    hub.delivery.settle_all()

    assert slow.is_cut_off
    assert slow not in hub.audience
    assert hub.delivery.cut_off == 1
    hub.delivery.stop()


async def test_a_page_that_takes_nothing_is_cut_off_after_a_quarter_of_a_minute(
    clock: Clock,
) -> None:
    hub = Hub()
    slow = await opened(hub, BTC)
    slow.is_stuck = True
    await hub.market_flushed(flushed(quote(BTC, "1")))

    clock.now += delivery.STALLED_SECONDS - 0.1
    hub.delivery.settle_all()
    assert not slow.is_cut_off
    clock.now += 0.1
    hub.delivery.settle_all()

    assert slow.is_cut_off
    hub.delivery.stop()


async def test_what_a_slow_page_turned_away_from_is_not_shown_to_it() -> None:
    hub = Hub()
    slow, other = await opened(hub, BTC), await opened(hub, BTC)
    slow.is_stuck = True
    await hub.market_flushed(flushed(quote(BTC, "1"), quote(ETH, "2")))
    await hub.watch(slow, frozenset({ETH}))

    slow.is_stuck = False
    hub.delivery.settle_all()

    assert BTC not in slow.text
    assert f'data-quote="{ETH}"' in slow.text
    assert BTC in other.text
    hub.delivery.stop()


async def test_of_what_happened_to_a_person_a_slow_page_is_told_once() -> None:
    hub = Hub()
    slow = await opened(hub, BTC)
    slow.is_stuck = True
    await hub.market_flushed(flushed(quote(BTC, "1")))
    for _ in range(100):
        await hub.person_changed({"type": "person.changed", "user": 1, "what": "orders-changed"})

    slow.is_stuck = False
    hub.delivery.settle_all()

    assert slow.text.count("orders-changed") == 1
    hub.delivery.stop()


async def test_a_page_that_is_behind_catches_up_though_no_relay_speaks() -> None:
    hub = Hub()
    slow = await opened(hub, BTC)
    slow.is_stuck = True
    await hub.market_flushed(flushed(quote(BTC, "1")))
    slow.is_stuck = False

    async with asyncio.timeout(10):
        while not slow.text:  # noqa: ASYNC110 - the fact has no event of its own
            await asyncio.sleep(0.01)

    assert "last|1|" in slow.text
