"""What a client hears, kept until it is asked for. Standard library only: for foreign packages."""

import asyncio
from collections import defaultdict

PATIENCE_SECONDS = 20


class Heard:
    """Queues by kind, and what the client complained about."""

    def __init__(self):
        self.forget()

    def forget(self):
        self._queues = defaultdict(asyncio.Queue)
        self._complaints = []

    def note(self, kind, what):
        self._queues[kind].put_nowait(what)

    def complain(self, complaint):
        self._complaints.append(complaint)

    def watch(self, task):
        """Complain if a task ends by an error."""
        task.add_done_callback(self._ended)

    async def hear(self, kind):
        return await asyncio.wait_for(self._queues[kind].get(), PATIENCE_SECONDS)

    async def complaints(self):
        return self._complaints

    def _ended(self, task):
        if not task.cancelled() and (error := task.exception()) is not None:
            self.complain(f"{type(error).__name__}: {error}")
