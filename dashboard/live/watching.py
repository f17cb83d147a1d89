"""What browsers may say on the live socket: one kind of frame, strictly read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dashboard.live.candles import split_candles
from exchange.symbols import is_symbol

MOST_TOPICS = 500
LARGEST_FRAME = 16 * 1024
KINDS = ("book", "trades")
EXACT = "P0"
COARSE = ("P1", "P2", "P3", "P4")  # every order apart, R0, is on no page
PRECISIONS = (EXACT, *COARSE)


class BadFrame(ValueError):
    """A frame that is not `{"watch": […]}`; its text says what is wrong."""


def read_watch(text: str | None) -> frozenset[str]:
    """Return the topics of a watch frame.

    They are symbols, `book:<symbol>`, `book:<symbol>:<P1 to P4>`, `trades:<symbol>` and
    `candles:<timeframe>:<symbol>`. Topics of a good frame that are not of these shapes are left
    out, so that an old page's words do no harm. Raises BadFrame for anything else than one list
    of at most 500 strings.
    """
    if text is None or len(text) > LARGEST_FRAME:
        raise BadFrame("a frame is text of at most 16 KiB")
    topics = topics_in(text)
    if len(topics) > MOST_TOPICS:
        raise BadFrame(f"at most {MOST_TOPICS} topics")
    return frozenset(topic for topic in topics if is_topic(topic))


def topics_in(text: str) -> list[str]:
    try:
        frame: Any = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BadFrame("not JSON") from exc
    match frame:
        case {"watch": [*topics], **rest} if not rest and all(
            isinstance(topic, str) for topic in topics
        ):
            return topics
    raise BadFrame('write {"watch": ["tBTCUSD", …]}')


def is_topic(topic: str) -> bool:
    return is_symbol(split_topic(topic)[1])


def split_topic(topic: str) -> tuple[str, str]:
    """Return the kind ("quote", "book", "trades" or "candles") and the symbol of a topic."""
    if found := split_candles(topic):
        return "candles", found[1]
    kind, colon, name = topic.partition(":")
    if not colon or kind not in KINDS:
        return "quote", topic
    return kind, split_book(name)[0] if kind == "book" else name


def split_book(name: str) -> tuple[str, str]:
    """Return the symbol and the precision of a book's name, "tBTCUSD" or "tBTCUSD:P1".

    A precision that does not exist stays a part of the symbol, and no such pair is listed.
    """
    symbol, _, precision = name.rpartition(":")
    return (symbol, precision) if precision in COARSE and is_symbol(symbol) else (name, EXACT)


def book_name(symbol: str, precision: str) -> str:
    """Return what a book is called in a topic after `book:`."""
    return symbol if precision == EXACT else f"{symbol}:{precision}"


def name_in(topic: str) -> str:
    """Return what follows the kind in the topic of a book."""
    return topic.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Precision:
    """One of the books that a page offers: what to watch for it, and what it is."""

    name: str
    topic: str
    title: str
    words: str


def precisions_of(symbol: str) -> list[Precision]:
    """Return the books of a symbol, the exact one first, each rounding away one digit more."""
    return [
        Precision(
            name=precision,
            topic=f"book:{book_name(symbol, precision)}",
            title=f"Prices in {digits} significant digit{'s' if digits > 1 else ''}",
            words="every price"
            if precision == EXACT
            else f"to {digits} digit{'s' if digits > 1 else ''}",
        )
        for precision, digits in zip(PRECISIONS, range(5, 0, -1), strict=True)
    ]
