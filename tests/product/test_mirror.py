"""The paper exchange by its command, following another one."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import requests

from exchange.paper import running_paper
from tests.product.running import ROOT, own_environment


def test_the_paper_exchange_mirrors_another_one_if_told_to(tmp_path: Path) -> None:
    with running_paper(seed=5) as real:
        real.pause()
        real.move_price("tBTCUSD", "123450")
        paper = subprocess.Popen(
            [
                *(sys.executable, "manage.py", "paper", "--port", "0", "--key", "k"),
                *("--secret", "s", "--mirror", "--mirror-url", real.ws_url),
            ],
            cwd=ROOT,
            env=own_environment(tmp_path),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert paper.stdout is not None
        rest_url = paper.stdout.readline().split()[1]
        wanted = [float(price) for price in real.best_prices("tBTCUSD")]
        deadline = time.monotonic() + 30
        while touch(rest_url) != wanted:
            assert time.monotonic() < deadline, "it does not follow"
            time.sleep(0.1)
        paper.terminate()

        assert paper.wait(10) == 0

        paper.stdout.close()


def touch(rest_url: str) -> list[float]:
    book = requests.get(f"{rest_url}/v2/book/tBTCUSD/P0", params={"len": "1"}, timeout=10).json()
    return [row[0] for row in book]
