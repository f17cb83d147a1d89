"""Everything that can go wrong with the exchange, one leaf per thing the caller does next.

ExchangeError
├── NotSent                 not a byte left this machine: nothing happened, try again at will
│   └── ClockAhead          our clock would spoil the key: set it right
├── NoAnswer                a read got no usable answer: repeat it later
├── OutcomeUnknown          a write left, its outcome is not known: look it up, never resend
├── DecodeError             an answer of a shape we do not know
├── StreamClosed            the stream's socket is gone: a new one is on its way
└── Refused                 the exchange said no (code, reason)
    ├── NotAuthenticated    key or signature not accepted: ask the owner for another key
    ├── NonceTooSmall       something else uses this key, or its nonce ran ahead
    ├── NotPermitted        the key lacks a permission
    ├── RateLimited         too many calls: wait out the ban
    ├── UnderMaintenance    the exchange is closed for a while
    └── InvalidRequest      a parameter, an amount or a balance does not fit
"""

from __future__ import annotations


class ExchangeError(Exception):
    """Root of the tree above."""


class NotSent(ExchangeError):
    """Nothing left this machine, so nothing can have happened at the exchange."""


class ClockAhead(NotSent):
    """This machine's clock is ahead of the exchange's: a nonce by it would spoil the key."""


class NoAnswer(ExchangeError):
    """A read was sent and no usable answer came back. Reads may be repeated."""


class OutcomeUnknown(ExchangeError):
    """A write was sent and its outcome cannot be told from what came back.

    The caller looks the outcome up. Sending again could do the thing twice.
    """


class DecodeError(ExchangeError):
    """The exchange sent something whose shape or content is not the documented one."""


class StreamClosed(ExchangeError):
    """The stream's connection ended."""


class Refused(ExchangeError):
    """The exchange answered, and the answer was no.

    `code` is Bitfinex's error code (None where the answer carried none), `reason` its own words.
    `is_final` is False where the same words may also cover a write that went through: the caller
    looks once before it believes them.
    """

    def __init__(self, reason: str, code: int | None = None, *, is_final: bool = True) -> None:
        super().__init__(reason, code)
        self.reason = reason
        self.code = code
        self.is_final = is_final

    def __str__(self) -> str:
        return self.reason if self.code is None else f"{self.reason} ({self.code})"


class NotAuthenticated(Refused):
    """The key is unknown, or the signature does not fit what was received."""


class NonceTooSmall(Refused):
    """A nonce at least this high was already used with this key."""


class NotPermitted(Refused):
    """The key is good, but may not do this."""


class RateLimited(Refused):
    """Too many calls from this address; Bitfinex blocks it for a minute.

    Also raised by our own budget before anything is sent. `wait_seconds` says when to try again.
    """

    def __init__(
        self,
        reason: str,
        code: int | None = None,
        *,
        is_final: bool = True,
        wait_seconds: float = 60.0,
    ) -> None:
        super().__init__(reason, code, is_final=is_final)
        self.wait_seconds = wait_seconds


class UnderMaintenance(Refused):
    """The exchange is in maintenance and takes no orders."""


class InvalidRequest(Refused):
    """The exchange understood the call and rejects what it asks for."""
