"""The channel layer of one host: any process sends, nothing is dropped in silence."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull

from dashboard.live.local_layer import LARGEST_MESSAGE, TOUCH_SECONDS, LocalLayer, claim_folder


@pytest.fixture
def folder() -> Iterator[str]:
    # Short on purpose: a socket's path may not be longer than about 107 bytes.
    with tempfile.TemporaryDirectory(prefix="tw-") as name:
        yield f"{name}/layer"


@pytest.fixture
async def layer(folder: str):  # type: ignore[no-untyped-def]
    layer = LocalLayer(folder)
    yield layer
    await layer.flush()
    layer.sender.close()


async def test_every_member_of_a_group_receives(layer: LocalLayer) -> None:
    channels = [await layer.new_channel() for _ in range(3)]
    for channel in channels:
        await layer.group_add("quotes", channel)

    await layer.group_send("quotes", {"type": "tide", "height": "1.5"})
    received = [await layer.receive(channel) for channel in channels]

    assert received == [{"type": "tide", "height": "1.5"}] * 3


async def test_a_channel_that_left_the_group_receives_nothing(layer: LocalLayer) -> None:
    stays, leaves = await layer.new_channel(), await layer.new_channel()
    for channel in (stays, leaves):
        await layer.group_add("quotes", channel)
    await layer.group_discard("quotes", leaves)

    await layer.group_send("quotes", {"type": "tide"})
    await layer.receive(stays)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(layer.receive(leaves), 0.05)


async def test_a_full_receiver_is_told_to_the_sender_and_the_others_still_receive(
    layer: LocalLayer,
) -> None:
    lazy, quick = await layer.new_channel("lazy"), await layer.new_channel("quick")
    for channel in (lazy, quick):
        await layer.group_add("quotes", channel)

    heard = []

    async def send_until_full() -> None:
        for number in range(100_000):
            await layer.group_send("quotes", {"type": "tide", "number": number})
            heard.append((await layer.receive(quick))["number"])

    with pytest.raises(ChannelFull, match=lazy):
        await send_until_full()

    assert (await layer.receive(quick))["number"] == len(heard)


def send_from_elsewhere(folder: str) -> None:
    async_to_sync(LocalLayer(folder).group_send)("quotes", {"type": "tide", "pid": os.getpid()})


async def test_what_comes_while_nobody_waits_is_received_later_in_its_order(
    layer: LocalLayer,
) -> None:
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "tide", "number": 0})
    received = [await layer.receive(channel)]
    for number in range(1, 6):
        await layer.send(channel, {"type": "tide", "number": number})
        await asyncio.sleep(0)  # the loop sees each come
    received += [await layer.receive(channel) for _ in range(5)]

    assert [message["number"] for message in received] == list(range(6))


async def test_whoever_waited_once_and_then_left_it_is_full_like_any_other(
    layer: LocalLayer,
) -> None:
    channel = await layer.new_channel()
    waiting = asyncio.ensure_future(layer.receive(channel))
    await asyncio.sleep(0)
    await layer.send(channel, {"type": "tide"})
    await waiting

    async def send_until_full() -> None:
        for _ in range(100_000):
            await layer.send(channel, {"type": "tide"})
            await asyncio.sleep(0)

    with pytest.raises(ChannelFull):
        await send_until_full()


async def test_who_gives_up_waiting_takes_no_message_along(layer: LocalLayer) -> None:
    channel = await layer.new_channel()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(layer.receive(channel), 0.01)

    await layer.send(channel, {"type": "tide"})

    assert await layer.receive(channel) == {"type": "tide"}


async def test_a_wait_ends_with_its_channel(layer: LocalLayer) -> None:
    channel = await layer.new_channel()
    waiting = asyncio.ensure_future(layer.receive(channel))
    await asyncio.sleep(0)

    await layer.close_channel(channel)

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_channel_is_of_one_loop(layer: LocalLayer) -> None:
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "tide"})
    await layer.receive(channel)

    with pytest.raises(RuntimeError, match="one event loop"):
        await asyncio.to_thread(asyncio.run, layer.receive(channel))


async def test_another_process_can_send(layer: LocalLayer, folder: str) -> None:
    channel = await layer.new_channel()
    await layer.group_add("quotes", channel)
    other = multiprocessing.get_context("spawn").Process(target=send_from_elsewhere, args=(folder,))

    other.start()
    message = await asyncio.wait_for(layer.receive(channel), 30)
    other.join()

    assert message == {"type": "tide", "pid": other.pid}


async def test_a_receiver_that_died_is_forgotten_at_the_next_message(
    layer: LocalLayer, folder: str
) -> None:
    channel = await layer.new_channel()
    await layer.group_add("quotes", channel)
    layer.receivers.pop(channel).close()  # as the kernel does for a killed process

    await layer.group_send("quotes", {"type": "tide"})

    assert layer.members("quotes") == []
    assert not (Path(folder) / channel).exists()


async def test_what_lies_in_the_temporary_folder_is_touched_so_that_it_is_not_cleared_away(
    layer: LocalLayer, folder: str
) -> None:
    channel = await layer.new_channel()
    await layer.group_add("quotes", channel)
    paths = [Path(folder) / channel, Path(folder) / "groups" / "quotes" / channel]
    for path in paths:
        os.utime(path, (1, 1))
    layer.touched -= TOUCH_SECONDS
    await layer.send(channel, {"type": "tide"})

    await layer.receive(channel)

    assert all(path.stat().st_mtime > 1 for path in paths)


async def test_a_message_for_nobody_is_no_error(layer: LocalLayer) -> None:
    await layer.group_send("nobody", {"type": "tide"})
    await layer.send("local.gone", {"type": "tide"})


async def test_a_message_that_no_datagram_holds_is_refused(layer: LocalLayer) -> None:
    channel = await layer.new_channel()

    with pytest.raises(ValueError, match="too large"):
        await layer.send(channel, {"type": "x" * LARGEST_MESSAGE})


async def test_the_largest_message_arrives_whole(layer: LocalLayer) -> None:
    channel = await layer.new_channel()
    text = "x" * (LARGEST_MESSAGE - len('{"type":""}'))

    await layer.send(channel, {"type": text})

    assert await layer.receive(channel) == {"type": text}


def test_a_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "layer").mkdir(mode=0o755)

    with pytest.raises(PermissionError, match="open to others"):
        claim_folder(tmp_path / "layer")


def test_a_link_laid_for_us_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "layer").symlink_to(tmp_path / "elsewhere")

    with pytest.raises((PermissionError, FileExistsError)):
        claim_folder(tmp_path / "layer")


async def test_whose_files_were_cleared_away_is_told_instead_of_waiting_for_ever(
    layer: LocalLayer, folder: str
) -> None:
    """H12: a receiver that nobody can reach any more has to join anew."""
    channel = await layer.new_channel()
    await layer.group_add("quotes", channel)

    shutil.rmtree(folder)

    with pytest.raises(FileNotFoundError):
        async with asyncio.timeout(30):
            await layer.receive(channel)
