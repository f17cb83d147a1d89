"""What the exchange's answers to orders and cancellations mean, in sentences for people.

Each says what happened, whether anything was sent, and what to do.
"""

from __future__ import annotations

import math

from exchange import errors

MOST_CHARACTERS = 300

UNKNOWN = (
    "We sent this order and got no answer. It may or may not be at the exchange. "
    "We're looking it up; don't send it again. If this stays so for minutes, look for it at the "
    "exchange: only there can you be sure that it was not placed."
)
DOUBTED = (
    "The exchange turned this order down{why}, and we look once whether it really is not there "
    "before we believe it. Don't send it again meanwhile."
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
        "The exchange's rate limit: it had taken too many calls from here and takes no more calls "
        "for a minute or so. Nothing was placed; place it again after that.",
    ),
    (errors.UnderMaintenance, "The exchange is closed for maintenance. Nothing was placed."),
]


def refused(refusal: errors.Refused) -> str:
    """Return why an order was refused."""
    for kind, sentence in REFUSALS:
        if isinstance(refusal, kind):
            return sentence
    return f"The exchange refused this order: {own_words(refusal)} Nothing was placed."


def doubted(refusal: errors.Refused) -> str:
    """Return what to say while a refusal has to be borne out by a look at the exchange."""
    is_limited = isinstance(refusal, errors.RateLimited)
    why = " because of its rate limit: too many calls came from here" if is_limited else ""
    return DOUBTED.format(why=why)


CLOCK_AHEAD = (
    "This machine's clock is ahead of the exchange's: signing by it would spoil the key. "
    "Set the clock right, then try again."
)


def not_sent(problem: Exception) -> str:
    if isinstance(problem, errors.ClockAhead):
        return f"{CLOCK_AHEAD} Nothing was sent."
    if isinstance(problem, errors.NotSent):
        return "The exchange could not be reached. Nothing was sent; you can try again."
    if isinstance(problem, errors.RateLimited):
        return (
            f"The exchange takes no calls from here for {math.ceil(problem.wait_seconds)} s more: "
            "its rate limit. Nothing was sent; try again after that."
        )
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
