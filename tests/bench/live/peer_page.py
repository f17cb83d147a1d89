"""The floor of a live page: a table, a bare `websockets` broadcast, and text nodes that are set.

peer_page.py SYMBOL…; prints its two ports: where browsers open it, where news come in.
"""

import asyncio
import sys

from websockets.asyncio.server import broadcast, serve

SYMBOLS = sys.argv[1:]
ROWS = "".join(f"<tr><th>{each}<td id={each}>–" for each in SYMBOLS)
PAGE = f"""<!doctype html><meta charset=utf-8><title>Prices</title><table>{ROWS}</table><script>
const all = [...document.querySelectorAll("td")];
const cells = new Map(all.map((cell) => [cell.id, cell.firstChild]));
new WebSocket(location.href.replace("http", "ws")).onmessage = ({{ data }}) => {{
  for (const [symbol, price] of Object.entries(JSON.parse(data))) cells.get(symbol).data = price;
}};
</script>"""
browsers = set()


def page(connection, request):
    if "Upgrade" in request.headers:
        return None
    response = connection.respond(200, PAGE if request.path == "/" else "")
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


async def admit(browser):
    browsers.add(browser)
    try:
        await browser.wait_closed()
    finally:
        browsers.discard(browser)


async def publish(reader, writer):
    while size := await reader.read(4):
        size += await reader.readexactly(4 - len(size)) if len(size) < 4 else b""
        broadcast(browsers, (await reader.readexactly(int.from_bytes(size))).decode())


async def main():
    plain = {"compression": None, "ping_interval": None, "process_request": page}
    async with serve(admit, "127.0.0.1", 0, **plain) as server:
        desk = await asyncio.start_server(publish, "127.0.0.1", 0)
        doors = server.sockets[0], desk.sockets[0]
        print(*(door.getsockname()[1] for door in doors), flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
