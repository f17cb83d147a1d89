"""Fuzz one decoder: python -m tests.fuzz rest|stream SECONDS FOLDER.

What was found to reach new code is kept in FOLDER/corpus, what failed in FOLDER/failures.
"""

from __future__ import annotations

import hashlib
import random
import sys
from importlib import import_module
from pathlib import Path

import atheris

name, seconds, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
with atheris.instrument_imports(include=["exchange"]):
    target = import_module(f"tests.fuzz.{name}")

corpus, failures = folder / "corpus", folder / "failures"
corpus.mkdir(parents=True, exist_ok=True)
failures.mkdir(exist_ok=True)
for seed in target.seeds():
    (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Change an input: every other time so that its JSON stays JSON."""
    chance = random.Random(seed)  # noqa: S311
    changed = target.mutated(data, chance) if chance.random() < 0.5 else None
    if changed is None or len(changed) > most:
        return atheris.Mutate(data, most)
    return changed


atheris.Setup(
    [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={seconds}",
        f"-dict={Path(__file__).with_name('words.dict')}",
        f"-artifact_prefix={failures}/",
        "-max_len=8192",
        # Seconds for one input, and MiB: an answer may neither hang a process nor fill it.
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
    ],
    target.check,
    custom_mutator=mutate,
)
atheris.Fuzz()
