"""What all contenders of the bench share. Standard library only: it runs in every environment."""

import asyncio
import time

PATH = "auth/w/order/submit"
ORDER = {
    "type": "EXCHANGE LIMIT",
    "symbol": "tBTCUSD",
    "amount": "0.5",
    "price": "25000",
    "cid": 1700000000123,
    "flags": 4096,
}


def microseconds():
    return str(time.time_ns() // 1000)


class Stopwatch:
    """Measure this process's CPU time from the first frame of data to the last."""

    def __init__(self, count):
        self._left = count
        self._started = None
        self.done = asyncio.Event()
        self.seconds = 0.0

    def tick(self):
        if self._started is None:
            self._started = time.process_time()
        self._left -= 1
        if self._left == 0:
            self.seconds = time.process_time() - self._started
            self.done.set()
