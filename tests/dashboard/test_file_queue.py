"""The broker made of files: every message arrives whole, once, in order."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from dashboard.file_queue import SCHEME


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection(f"{SCHEME}://localhost", transport_options=options) as connection:
        yield connection


@pytest.fixture
def name(tmp_path: Path) -> str:
    """A queue of its own: kombu remembers for the whole process what it has declared."""
    return tmp_path.name


def test_messages_come_in_the_order_they_were_sent(connection: Connection, name: str) -> None:
    queue = connection.SimpleQueue(name)
    for number in range(20):
        queue.put({"number": number})

    numbers = [queue.get(block=False).payload["number"] for _ in range(20)]

    assert numbers == list(range(20))
    with pytest.raises(Empty):
        queue.get(block=False)


def test_several_takers_at_once_get_every_message_once_and_none_half_written(
    connection: Connection, name: str
) -> None:
    wanted = range(200)
    writer = connection.SimpleQueue(name)
    is_written = threading.Event()

    def take() -> list[int]:
        queue, found = connection.clone().SimpleQueue(name), []
        while True:
            is_last_look = is_written.is_set()
            with contextlib.suppress(Empty):
                found.append(queue.get(block=False).payload["number"])
                continue
            if is_last_look:
                return found

    with ThreadPoolExecutor() as threads:
        takers = [threads.submit(take) for _ in range(3)]
        for number in wanted:
            writer.put({"number": number, "ballast": "x" * 5_000})
        is_written.set()
        found = [number for taker in takers for number in taker.result()]

    assert sorted(found) == list(wanted)


def test_workers_that_start_together_bind_their_queues_and_none_reads_half_a_table(
    connection: Connection, name: str
) -> None:
    starters = 16
    together = threading.Barrier(starters)

    def bind(number: int) -> None:
        channel = connection.clone().channel()
        together.wait()
        channel._queue_bind(name, f"key {number}", "", f"queue {number}")
        assert (f"key {number}", "", f"queue {number}") in channel.get_table(name)

    with ThreadPoolExecutor(starters) as pool:
        list(pool.map(bind, range(starters)))

    bound = connection.channel().get_table(name)
    assert sorted(bound) == sorted((f"key {n}", "", f"queue {n}") for n in range(starters))


def test_a_queue_is_bound_once_however_often_it_is_declared(
    connection: Connection, name: str
) -> None:
    channel = connection.channel()
    for _ in range(3):
        channel._queue_bind(name, "key", "", "queue")

    assert channel.get_table(name) == [("key", "", "queue")]
    assert channel.get_table("nobody") == []
