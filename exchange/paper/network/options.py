"""How to run a paper exchange."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from exchange.paper.keys import PaperKey
from exchange.paper.market.markets import Market
from exchange.paper.network.clocks import wall_ms
from exchange.paper.network.guides import Beside
from exchange.paper.stream.subscriptions import Pace

# Source: recorded answers; the exchange has used all three.
RateLimitAnswer = Literal["object", "array", "message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run a paper exchange.

    port 0 takes any free one. speed is how many times faster than real time prices live;
    timestamps and heartbeats keep to the clock. Without state_folder nothing survives a stop.
    ledger_file gets every record of the ledger as a line of JSON. admin opens /admin/ to programs
    on the same machine. tls is a server's context; the addresses then begin with https and wss.
    listed are the markets there are, by default all. beside are run for as long as the exchange is.
    """

    host: str = "127.0.0.1"
    port: int = 0
    seed: int = 1
    keys: Sequence[PaperKey] = ()
    speed: float = 1
    state_folder: Path | None = None
    ledger_file: Path | None = None
    rate_limits: bool = False
    rate_limit_answer: RateLimitAnswer = "object"
    admin: bool = False
    tls: ssl.SSLContext | None = None
    listed: Sequence[Market] | None = None
    beside: Sequence[Beside] = ()
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], int] = wall_ms
