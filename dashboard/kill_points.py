"""Moments at which `make chaos` kills a process, to see that no order is lost or made twice.

A process reaches one with `kill_point(KillPoint.CLAIMED)`. Where CHAOS_KILL_POINTS names a folder
and a file in it is named like the point, the process that takes the file away dies there, at once
and without a chance to clean up, as if the machine had lost its power. Nothing sets the variable
but the tests; on the real exchange it is not looked at.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from dashboard.environment import env_text

_FOLDER = env_text("CHAOS_KILL_POINTS")


class KillPoint(StrEnum):
    """Every such moment; tests/chaos kills at each of them."""

    # Placing, in the process that the person talks to.
    INTENT_SAVED = "intent-saved"  # the press is written down; nobody may send yet
    CLAIMED = "claimed"  # this process alone may send; nothing is signed
    SIGNED = "signed"  # nonce and bytes are written down; no byte has left
    ANSWERED = "answered"  # the exchange has answered; the journal does not know it
    # Cancelling and amending.
    CANCEL_SAVED = "cancel-saved"
    CANCEL_ANSWERED = "cancel-answered"
    ONE_CANCEL_SAVED = "one-cancel-saved"  # the same on the page of one order
    ONE_CANCEL_ANSWERED = "one-cancel-answered"
    AMENDMENT_SAVED = "amendment-saved"
    AMENDMENT_ANSWERED = "amendment-answered"
    # Finding out, in a worker.
    SWEPT = "swept"  # one row was retired, the next was not
    FENCED = "fenced"  # a later nonce was accepted; it is not written down
    SEARCHED = "searched"  # the exchange's lists were read for a lost order; nothing is stored
    SYNC_READ = "sync-read"  # the exchange's lists were read; nothing is stored
    STREAM_TOLD = "stream-told"  # the account's stream told of something; nothing is stored


def kill_point(name: KillPoint) -> None:
    """Die here if a test wants it."""
    if _FOLDER and settings.EXCHANGE == "paper":
        die_if_armed(name)


def die_if_armed(name: KillPoint) -> None:
    armed = Path(_FOLDER) / name
    try:
        # Of several processes that get here one is killed; the file that stays tells which.
        armed.rename(armed.with_name(f"{name}.{os.getpid()}.killed"))
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
