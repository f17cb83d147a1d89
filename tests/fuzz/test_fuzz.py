"""Fuzzing guided by coverage. FUZZ_SECONDS says for how long; `make chaos` takes ten minutes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz import rest, stream

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".cache" / "fuzz"
TARGETS = {"rest": rest, "stream": stream}
SECONDS = int(os.environ.get("FUZZ_SECONDS", "60"))
# Around what can still be parsed: the deepest of these must not fail where it is shown.
DEPTHS = range(sys.getrecursionlimit() - 200, sys.getrecursionlimit() + 10)


@pytest.mark.timeout(SECONDS + 120)
def test_fuzzing_finds_nothing_in_either_decoder(tmp_path):
    with ExitStack() as stack:
        running = {name: stack.enter_context(fuzzing(name, tmp_path)) for name in TARGETS}

    for name, process in running.items():
        said = (tmp_path / name).read_text()
        tried = re.search(r"number_of_executed_units: (\d+)", said)
        assert process.returncode == 0, said[-5000:]
        assert tried is not None
        assert int(tried[1]) > len(TARGETS[name].seeds())


@contextmanager
def fuzzing(name: str, logs: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start to fuzz a target; the end of the block waits for its end."""
    command = [sys.executable, "-m", "tests.fuzz", name, str(SECONDS), str(FOLDER / name)]
    # A file, because a pipe that nobody reads would stop it.
    with (
        (logs / name).open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log) as process,
    ):
        yield process


def test_every_reader_and_judge_understands_one_of_the_seeds():
    understood = {seed[0] for seed in rest.seeds() if rest.check(seed) is not None}

    assert understood == set(range(len(rest.READERS) + len(rest.JUDGES)))


def test_every_line_of_a_recorded_conversation_means_something():
    conversations = stream.seeds()[:-1]

    assert [
        seed for seed in conversations if len(stream.check(seed)) < len(seed.splitlines())
    ] == []


@given(data=st.binary())
@example(b"\x00\x00[" + b"1," * 5000)
def test_any_bytes_are_an_answer_or_none(data):
    rest.check(data)


@given(data=st.binary())
def test_any_bytes_are_a_conversation(data):
    stream.check(data)


@pytest.mark.parametrize("start", [b"", b"[1,", b'[2,"te",', b"[3,", b'[0,"n",', b'{"event":'])
def test_no_depth_of_nesting_is_too_much_for_the_stream(start):
    end = {b"[": b"]", b"{": b"}"}.get(start[:1], b"")

    for depth in DEPTHS:
        stream.check(start + b"[" * depth + b"]" * depth + end)


def test_no_depth_of_nesting_is_too_much_for_rest():
    for depth in DEPTHS:
        for chosen in range(len(rest.READERS) + len(rest.JUDGES)):
            rest.check(bytes([chosen, 0]) + b"[" * depth + b"]" * depth)
