"""The paper exchange: a Bitfinex that fits in a process, for trying out and for testing.

It shares no code with the client, so that one mistake can't pass on both sides.
"""

from exchange.paper.keys import PaperKey
from exchange.paper.running import PaperExchange, running_paper, serve
from exchange.paper.stream.subscriptions import Pace

__all__ = ["Pace", "PaperExchange", "PaperKey", "running_paper", "serve"]
