"""Another client at work in a process of its own, asked and answering in lines of JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.exchange.peers import environments


class Raised(Exception):
    """What the other client raised instead of an answer; `kind` is the name of its class."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind


class Peer:
    """One running client. Its questions are the functions of its driver."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, question: str, **details: Any) -> Any:
        """Return the driver's answer. Raises Raised with what the client raised."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([question, details]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the other client's process has ended"
        outcome = json.loads(line)
        if "raised" in outcome:
            raise Raised(*outcome["raised"])
        return outcome["answer"]


@contextmanager
def running_peer(name: str, driver: str) -> Iterator[Peer]:
    """Run a client until the block ends."""
    script = Path(__file__).with_name(driver)
    command = [str(environments.python(name)), str(script)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Peer(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)
