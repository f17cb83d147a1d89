"""What went wrong at the exchange, as a sentence for the person whose account it is.

For reads only: what a failed order means is the journal's business.
"""

from __future__ import annotations

from dashboard.accounts.sealing import SealingError
from exchange import errors

# The first that fits; the tree in exchange.errors says which is a kind of which.
SENTENCES: list[tuple[type[Exception], str]] = [
    (
        errors.NotAuthenticated,
        "The exchange does not accept this key. It may have been revoked: store a new one.",
    ),
    (
        errors.NonceTooSmall,
        "Something else uses this key too, so the exchange turned our call down. "
        "Give Tidewatch a key of its own.",
    ),
    (errors.NotPermitted, "The key lacks the permission for this."),
    (errors.RateLimited, "The exchange asks us to slow down; we try again within a minute or so."),
    (errors.UnderMaintenance, "The exchange is closed for maintenance."),
    (
        errors.ClockAhead,
        "This machine's clock is ahead of the exchange's, so nothing is signed: it would spoil the "
        "key. Set the clock right.",
    ),
    (errors.NotSent, "The exchange cannot be reached."),
    (errors.NoAnswer, "The exchange did not answer."),
    (errors.DecodeError, "The exchange answered in a way we do not understand."),
]


def problem_text(problem: Exception) -> str:
    """Return what to tell the person about a read that failed."""
    if isinstance(problem, SealingError):
        return str(problem)
    for kind, sentence in SENTENCES:
        if isinstance(problem, kind):
            return sentence
    return "The exchange refused to answer."
