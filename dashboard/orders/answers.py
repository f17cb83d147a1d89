"""What the exchange's answers to orders and cancellations mean, in sentences for people.

Each says what happened, whether anything was sent, and what to do.
"""

from __future__ import annotations

from exchange import errors

MOST_CHARACTERS = 300

UNKNOWN = (
    "We sent this order and got no answer. It may or may not be at the exchange. "
    "We're looking it up; don't send it again. If this stays so for minutes, look for it at the "
    "exchange: only there can you be sure that it was not placed."
)
CANCEL_SENT = "Asking the exchange to cancel."
CANCEL_ACCEPTED = "Cancellation requested; waiting for the exchange to confirm it."
CANCEL_UNKNOWN = (
    "Cancellation requested, not confirmed: the exchange gave no answer. "
    "It is safe to press Cancel again."
)

# The first that fits.
REFUSALS: list[tuple[type[errors.Refused], str]] = [
    (
        errors.NotAuthenticated,
        "The exchange does not accept this key, so nothing was placed. Store a new key.",
    ),
    (
        errors.NonceTooSmall,
        "Something else uses this key too, so the exchange turned the order down. Nothing was "
        "placed. Give Tidewatch a key of its own.",
    ),
    (errors.NotPermitted, "This key may not place orders. Nothing was placed."),
    (
        errors.RateLimited,
        "The exchange takes no more calls from here for a minute or so. Nothing was placed.",
    ),
    (errors.UnderMaintenance, "The exchange is closed for maintenance. Nothing was placed."),
]


def refused(refusal: errors.Refused) -> str:
    """Return why an order was refused."""
    for kind, sentence in REFUSALS:
        if isinstance(refusal, kind):
            return sentence
    return f"The exchange refused this order: {own_words(refusal)} Nothing was placed."


CLOCK_AHEAD = (
    "This machine's clock is ahead of the exchange's: signing by it would spoil the key. "
    "Set the clock right, then try again."
)


def not_sent(problem: Exception) -> str:
    if isinstance(problem, errors.ClockAhead):
        return f"{CLOCK_AHEAD} Nothing was sent."
    if isinstance(problem, errors.NotSent):
        return "The exchange could not be reached. Nothing was sent; you can try again."
    return f"{problem} Nothing was sent."


def cancel_not_sent(problem: Exception) -> str:
    if isinstance(problem, errors.ClockAhead):
        return f"{CLOCK_AHEAD} The cancellation was not sent."
    if isinstance(problem, errors.NotSent):
        return "The cancellation was not sent: the exchange could not be reached. Try again."
    return f"The cancellation was not sent. {problem}"


def cancel_refused(refusal: errors.Refused) -> str:
    return f"The exchange did not cancel: {own_words(refusal)} Its state is being read again."


def amendment_refused(refusal: errors.Refused) -> str:
    return f"The exchange did not change the order: {own_words(refusal)} It is being read again."


def own_words(refusal: errors.Refused) -> str:
    """Return the exchange's reason as the end of a sentence, cut to what a page can hold."""
    words = refusal.reason.strip().removeprefix("Invalid order: ")[:MOST_CHARACTERS].rstrip(".")
    return f"{words or 'no reason given'}."
