"""Faults on demand: what can go wrong between a program and its exchange, made to happen."""

from exchange.paper.faults.answers import Altered, Body, HostileText, Refuse, Resized, Status
from exchange.paper.faults.conditions import Ban, DelistedPair, Maintenance, SkewedClock
from exchange.paper.faults.frames import (
    AlteredFrame,
    Announcement,
    BadChecksum,
    DroppedFrame,
    ExtraFrame,
    HostileFrame,
    MutedChannel,
    ReorderedFrame,
    RepeatedFrame,
)
from exchange.paper.faults.keys import NarrowedKey, NonceUsedElsewhere, RevokedKey
from exchange.paper.faults.planting import Fault, NeverStruck, Planted
from exchange.paper.faults.requests import (
    AfterAccept,
    BeforeAccept,
    Delay,
    Drip,
    Duplicate,
    Garbage,
    MidReply,
    Reset,
)

__all__ = [
    "AfterAccept",
    "Altered",
    "AlteredFrame",
    "Announcement",
    "BadChecksum",
    "Ban",
    "BeforeAccept",
    "Body",
    "Delay",
    "DelistedPair",
    "Drip",
    "DroppedFrame",
    "Duplicate",
    "ExtraFrame",
    "Fault",
    "Garbage",
    "HostileFrame",
    "HostileText",
    "Maintenance",
    "MidReply",
    "MutedChannel",
    "NarrowedKey",
    "NeverStruck",
    "NonceUsedElsewhere",
    "Planted",
    "Refuse",
    "ReorderedFrame",
    "RepeatedFrame",
    "Reset",
    "Resized",
    "RevokedKey",
    "SkewedClock",
    "Status",
]
