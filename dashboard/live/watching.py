"""What browsers may say on the live socket: one kind of frame, strictly read."""

from __future__ import annotations

import json
from typing import Any

from dashboard.live.candles import split_candles
from exchange.symbols import is_symbol

MOST_TOPICS = 500
LARGEST_FRAME = 16 * 1024
KINDS = ("book", "trades")


class BadFrame(ValueError):
    """A frame that is not `{"watch": […]}`; its text says what is wrong."""


def read_watch(text: str | None) -> frozenset[str]:
    """Return the topics of a watch frame: symbols, `book:<symbol>`, `trades:<symbol>` and
    `candles:<timeframe>:<symbol>`.

    Topics of a good frame that are not of these shapes are left out, so that an old page's
    words do no harm. Raises BadFrame for anything else than one list of at most 500 strings.
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
    kind, colon, symbol = topic.partition(":")
    return (kind, symbol) if colon and kind in KINDS else ("quote", topic)
