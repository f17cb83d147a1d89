"""A peer: NiceGUI with a label for each price, as its documentation has it.

peer_nicegui.py PORT DESK SYMBOL…; browsers open the one port, news come in at the other.
"""

import asyncio
import json
import sys

from nicegui import app, ui

PORT, DESK = map(int, sys.argv[1:3])
SYMBOLS = sys.argv[3:]
pages = []


@ui.page("/")
def prices():
    with ui.grid(columns=2):
        labels = {}
        for symbol in SYMBOLS:
            ui.label(symbol)
            labels[symbol] = ui.label("–")
    pages.append(labels)
    ui.context.client.on_disconnect(lambda: pages.remove(labels))


async def publish(reader, writer):
    while size := await reader.read(4):
        size += await reader.readexactly(4 - len(size)) if len(size) < 4 else b""
        news = json.loads(await reader.readexactly(int.from_bytes(size)))
        for labels in pages:
            for symbol, price in news.items():
                labels[symbol].text = price


@app.on_startup
async def open_desk():
    app.desk = await asyncio.start_server(publish, "127.0.0.1", DESK)


ui.run(host="127.0.0.1", port=PORT, show=False, reload=False, show_welcome_message=False)
