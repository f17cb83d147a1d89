"""Our own work for the bench, in a process of its own like everybody's."""

import asyncio
import time
from contextlib import suppress

from driving import answer_questions
from work import ORDER, PATH, Stopwatch, microseconds

from exchange import Channel, Credentials, NoBudget, RestV2, StreamClient, wire
from exchange.signing import v2_headers

CREDENTIALS = Credentials("key", "secret")
clients = {}


def sign(count):
    started = time.process_time()
    for _ in range(count):
        body = wire.dumps(ORDER)
        v2_headers(CREDENTIALS, PATH, microseconds(), body)
    return time.process_time() - started


def wallets(url, count):
    client = clients.get(url)
    if client is None:
        client = RestV2(url, credentials=CREDENTIALS, budget=NoBudget())
        clients[url] = client
        client.wallets()
    started = time.process_time()
    for _ in range(count):
        client.wallets()
    return time.process_time() - started


def frames(url, kind, symbols, count):
    watch = Stopwatch(count)
    wanted = [Channel.ticker(s) if kind == "ticker" else Channel.book(s) for s in symbols]
    names = {"ticker": "TickerUpdated", "book": "BookUpdated"}

    def on_event(event):
        if type(event).__name__ == names[kind]:
            watch.tick()

    async def follow():
        client = StreamClient(url, on_event=on_event)
        client.want(wanted)
        task = asyncio.create_task(client.run())
        await watch.done.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(follow())
    return watch.seconds


answer_questions({"sign": sign, "wallets": wallets, "frames": frames})
