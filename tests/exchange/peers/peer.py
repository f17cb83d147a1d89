"""Another client at work in a process of its own, asked and answering in lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.exchange.peers import environments

HERE = Path(__file__).parent


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
def running(interpreter: Path | str, script: Path, *folders: Path) -> Iterator[Peer]:
    """Run a driver until the block ends. folders: where else it finds what it imports."""
    found_in = os.pathsep.join(map(str, (HERE, *folders)))
    with subprocess.Popen(
        [str(interpreter), str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": found_in, "NODE_PATH": found_in},
    ) as process:
        try:
            yield Peer(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)


@contextmanager
def running_peer(name: str, driver: str) -> Iterator[Peer]:
    """Run another client in its own environment until the block ends."""
    with running(environments.python(name), HERE / driver) as peer:
        yield peer
