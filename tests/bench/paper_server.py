"""A paper exchange on a core of its own, for `paper_load`: `lively` makes its markets busier."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from exchange.paper import PaperKey, serve
from exchange.paper.market.markets import Market, catalogue

MARKETS = 300


def markets(steps_between_actions: float | None) -> list[Market]:
    """The first 300 markets, all of them acting so often if told."""
    listed = list(catalogue()[:MARKETS])
    if steps_between_actions is None:
        return listed
    return [replace(market, steps_between_actions=steps_between_actions) for market in listed]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", type=int)
    parser.add_argument("--steps-between-actions", type=float)
    parser.add_argument("--speed", type=float, default=1)
    chosen = parser.parse_args()
    if chosen.core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {chosen.core})
    serve(
        keys=[PaperKey("bench", "secret")],
        speed=chosen.speed,
        listed=markets(chosen.steps_between_actions),
        on_ready=lambda rest_url, ws_url: print(rest_url, ws_url, flush=True),
    )


if __name__ == "__main__":
    main()
