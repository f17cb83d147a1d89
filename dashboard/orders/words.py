"""Orders in words: their states, and what a state means for the person."""

from __future__ import annotations

from django.utils import timezone

from dashboard.accounts.selectors import KeyTrouble
from dashboard.figures import price_text
from dashboard.orders import answers
from dashboard.orders.models import Order
from dashboard.orders.states import State

STATES = {
    State.DRAFT: "not placed",
    State.INTENT: "about to be sent",
    State.SENDING: "being sent",
    State.OPEN: "open",
    State.FILLED: "filled",
    State.CANCELED: "cancelled",
    State.REJECTED: "refused",
    State.NOT_SENT: "not sent",
    State.EXPIRED_UNSENT: "not sent, too late",
    State.UNKNOWN: "unknown, being looked up",
    State.NOT_PLACED: "not placed",
    State.UNRESOLVED: "unknown, needs you",
}

SENTENCES = {
    State.DRAFT: "Nothing was sent.",
    State.INTENT: "The order is about to be sent.",
    State.SENDING: "The order is on its way; the exchange has not answered yet.",
    State.OPEN: "The order is at the exchange and waits for its price.",
    State.FILLED: "All of it was traded.",
    State.CANCELED: "The order was cancelled.",
    State.REJECTED: "The exchange refused the order. Nothing was placed.",
    State.NOT_SENT: "Nothing was sent; you can try again.",
    State.EXPIRED_UNSENT: "It could not be sent in time, so it was not sent at all. Try again.",
    State.UNKNOWN: answers.UNKNOWN,
    State.NOT_PLACED: "The exchange never took this order. You can place it again.",
    State.UNRESOLVED: (
        "We cannot find out what became of this order any more. Look it up at the exchange "
        "before you place it again."
    ),
}

TYPES = {"LIMIT": "limit", "MARKET": "market", "FOK": "fill or kill", "IOC": "immediate or cancel"}


TONES = {
    State.FILLED: "success",
    State.OPEN: "success",
    State.REJECTED: "error",
    State.NOT_SENT: "error",
    State.UNRESOLVED: "error",
    State.UNKNOWN: "warning",
    State.EXPIRED_UNSENT: "warning",
}


def tone(order: Order) -> str:
    """Return how loud the state's notice is."""
    return TONES.get(State(order.state), "info")


def state_words(order: Order) -> str:
    """Return the state in a few words, with how far it got where that matters."""
    words = STATES[State(order.state)]
    if order.state in {State.OPEN, State.CANCELED} and order.executed:
        return "partly filled" if order.state == State.OPEN else f"partly filled, {words}"
    return words


def sentence(order: Order, trouble: KeyTrouble | None = None) -> str:
    """Return what happened, whether anything was sent, and what to do.

    trouble: why the account's key is left alone, where it is.
    """
    if order.state == State.UNKNOWN:
        return sentence_of_unknown(order, trouble)
    if order.reason:
        return order.reason
    if order.state == State.OPEN and order.cancel_note:
        return order.cancel_note
    if order.state == State.OPEN and order.executed:
        return "Part of it was traded; the rest waits for its price."
    if order.state == State.OPEN and order.is_market:
        return "The order is at the exchange and is being traded."
    if order.state == State.FILLED and order.cancel_requested_at:
        return "All of it was traded before the cancellation arrived."
    if order.state == State.CANCELED and order.executed:
        return "Part of it was traded, then it was cancelled."
    return SENTENCES[State(order.state)]


def sentence_of_unknown(order: Order, trouble: KeyTrouble | None) -> str:
    """Return how the search for a lost order stands, with the seconds a ban makes it wait."""
    parts = [order.alarm or order.reason or SENTENCES[State.UNKNOWN]]
    if trouble is not None:
        parts.append(
            f"The search waits for the key: {trouble.text} It is tried again at "
            f"{trouble.rests_until:%H:%M:%S} UTC, and another key at once."
        )
    elif order.look_problem:
        parts.append(f"The last look-up failed: {order.look_problem}")
        if order.looked_for_from is not None:
            wait = (order.looked_for_from - timezone.now()).total_seconds()
            parts.append(f"We look again in {max(1, round(wait))} s.")
    return " ".join(parts)


def type_words(type: str) -> str:
    """Return "limit" for "EXCHANGE LIMIT"; the margin wallet's types say so."""
    name = type.removeprefix("EXCHANGE ")
    words = TYPES.get(name, name.lower())
    return words if type.startswith("EXCHANGE ") else f"{words}, margin"


# Source: Bitfinex docs, Flag values.
FLAGS = {
    64: "hidden",
    512: "closes the position",
    1024: "reduce only",
    4096: "post only",
    16384: "one cancels the other",
}


def option_words(order: Order) -> list[str]:
    """Return what the order carries beside its type: "post only", "until 2026-12-31 18:00"."""
    found = [words for flag, words in FLAGS.items() if order.flags & flag]
    if order.leverage is not None:
        found.append(f"leverage {order.leverage}")
    if order.time_in_force is not None:
        found.append(f"until {order.time_in_force:%Y-%m-%d %H:%M} UTC")
    return found


def further_price(order: Order) -> str:
    """Return the price that is not the first one: a stop's limit, a distance, a pair's stop."""
    if order.price_aux_limit is not None:
        return f"limit {price_text(order.price_aux_limit)}"
    if order.price_trailing is not None:
        return f"trails by {price_text(order.price_trailing)}"
    if order.price_oco_stop is not None:
        return f"or stop {price_text(order.price_oco_stop)}"
    return ""
