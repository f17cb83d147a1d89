"""The same by bitfinex-api-py, in its own environment."""

import asyncio
import json
import time
from contextlib import suppress

from bfxapi import Client
from bfxapi._utils.json_encoder import JSONEncoder
from driving import answer_questions
from work import ORDER, PATH, Stopwatch

clients = {}


def client(url):
    if url not in clients:
        clients[url] = Client("key", "secret", rest_host=f"{url}/v2").rest
    return clients[url]


def sign(count):
    signed = client("http://localhost").auth._m._Middleware__get_authentication_headers
    started = time.process_time()
    for _ in range(count):
        signed(PATH, json.dumps(ORDER, cls=JSONEncoder))
    return time.process_time() - started


def wallets(url, count):
    auth = client(url).auth
    started = time.process_time()
    for _ in range(count):
        auth.get_wallets()
    return time.process_time() - started


def frames(url, kind, symbols, count):
    watch = Stopwatch(count)
    details = {} if kind == "ticker" else {"prec": "P0", "freq": "F0", "len": "25"}

    async def follow():
        wss = Client(wss_host=url).wss
        wss.on(f"t_{kind}_update", lambda *_: watch.tick())

        async def subscribe():
            for symbol in symbols:
                await wss.subscribe(kind, symbol=symbol, **details)

        wss.on("open", subscribe)
        task = asyncio.create_task(wss.start())
        await watch.done.wait()
        await wss.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(follow())
    return watch.seconds


answer_questions({"sign": sign, "wallets": wallets, "frames": frames})
