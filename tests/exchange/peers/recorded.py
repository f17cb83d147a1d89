"""A loopback server that gives every client the same answers, character for character."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate

from tests.exchange.loopback import Conversation, Request, Server, serving

# ccxt reads its markets and currencies before anything else.
MARKETS = (
    '[[["BTCUSD",[null,null,null,"0.00004","2000.0",null,null,null,0.2,0.1,null,null]],'
    '["DOGE:USD",[null,null,null,"4.0","500000.0",null,null,null,0.3,0.15,null,null]]],[],[],[]]'
)
CURRENCIES = (
    '[["BTC","DOGE","USD","UST"],[["UST","USDt"]],[["BTC","Bitcoin"],["UST","Tether USDt"]],'
    "[],[],[],[],[],[],[],[]]"
)


class Recorded:
    """What is answered to each path, and what was asked."""

    def __init__(self, server: Server, answers: dict[str, tuple[int, str]]) -> None:
        self.server = server
        self._answers = answers

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def last(self) -> Request:
        """The newest request."""
        return self.server.requests[-1]

    def forget(self) -> None:
        """Answer every path with an empty list again."""
        self._answers.clear()

    def answer(self, path: str, text: str, status: int = 200) -> None:
        """Answer a path of v2 with these very characters from now on."""
        self._answers[f"/v2/{path}"] = (status, text)


@contextmanager
def recorded_exchange() -> Iterator[Recorded]:
    """Serve while the block runs; a path without an answer gives an empty list."""
    answers: dict[str, tuple[int, str]] = {}

    def talk(conversation: Conversation) -> None:
        while (request := conversation.request()) is not None:
            path = request.target.partition("?")[0]
            status, text = answers.get(path, (200, "[]"))
            if path.startswith("/v2/conf/pub:info:pair,"):
                text = MARKETS
            if path.startswith("/v2/conf/pub:list:currency,"):
                text = CURRENCIES
            # Without a date we would not sign the next request.
            headers = f"Content-Type: application/json\r\nDate: {formatdate(usegmt=True)}\r\n"
            conversation.reply(text.encode(), status, headers)

    with serving(talk) as server:
        yield Recorded(server, answers)
