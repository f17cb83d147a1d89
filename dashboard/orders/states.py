"""The states of an order and the ways between them: the law of the journal.

    DRAFT ──► INTENT ──► SENDING ──► OPEN ──► FILLED, CANCELED
                │           │
                │           ├──► FILLED, CANCELED     accepted, and over at once
                │           ├──► REJECTED             the exchange said no
                │           ├──► NOT_SENT             not a byte left this machine
                │           └──► UNKNOWN              sent, and no usable answer came
                │                   └──► any of these, or NOT_PLACED, UNRESOLVED
                └──► EXPIRED_UNSENT

- A row is INTENT before anything is sent and SENDING before the first byte leaves; both are
  committed first. Nothing ever goes back to a state from which it could be sent again.
- Only the request that the person makes sends, and only within 15 seconds of the click.
- UNKNOWN is a state, not an error: it ends when the exchange's own lists say what happened.
- Everything else in this area moves rows with `journal.move`, which asks this table.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    DRAFT = "DRAFT"  # shown for review; nobody has pressed the button
    INTENT = "INTENT"  # the button was pressed
    SENDING = "SENDING"  # claimed by one request, which alone may send it
    OPEN = "OPEN"  # at the exchange, and may still trade
    FILLED = "FILLED"  # all of it traded
    CANCELED = "CANCELED"  # over before all of it traded
    REJECTED = "REJECTED"  # the exchange refused it
    NOT_SENT = "NOT_SENT"  # nothing left this machine
    EXPIRED_UNSENT = "EXPIRED_UNSENT"  # too old to be sent
    UNKNOWN = "UNKNOWN"  # sent; it may or may not be at the exchange
    NOT_PLACED = "NOT_PLACED"  # was UNKNOWN, and proved not to be there
    UNRESOLVED = "UNRESOLVED"  # was UNKNOWN, and cannot be found out any more


_ANSWERED = {State.OPEN, State.FILLED, State.CANCELED, State.REJECTED, State.NOT_SENT}

TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.INTENT}),
    State.INTENT: frozenset({State.SENDING, State.EXPIRED_UNSENT}),
    State.SENDING: frozenset(_ANSWERED | {State.UNKNOWN}),
    # An answer that comes late still settles what had to be called unknown.
    State.UNKNOWN: frozenset(_ANSWERED | {State.NOT_PLACED, State.UNRESOLVED}),
    State.OPEN: frozenset({State.FILLED, State.CANCELED}),
    State.FILLED: frozenset(),
    State.CANCELED: frozenset(),
    State.REJECTED: frozenset(),
    State.NOT_SENT: frozenset(),
    State.EXPIRED_UNSENT: frozenset(),
    State.NOT_PLACED: frozenset(),
    State.UNRESOLVED: frozenset(),
}

# Orders that end nowhere by themselves: what pages list first and the sync asks about often.
UNSETTLED = frozenset({State.INTENT, State.SENDING, State.UNKNOWN, State.OPEN})
# Sent, and not yet tied to an order of the exchange: the only rows that may be adopted.
ADOPTABLE = frozenset({State.SENDING, State.UNKNOWN})


def sources(target: State) -> frozenset[State]:
    """Return the states from which an order may come to `target`."""
    return frozenset(state for state, targets in TRANSITIONS.items() if target in targets)


def is_final(state: State) -> bool:
    return not TRANSITIONS[state]
