"""What a browser may say on the socket, and nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.watching import (
    BadFrame,
    precisions_of,
    read_watch,
    split_book,
    split_topic,
)
from exchange.symbols import is_symbol

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_watch_frame_is_read() -> None:
    frame = json.dumps({"watch": ["tBTCUSD", "book:tDOGE:USD", "trades:tBTCUSD"]})

    assert read_watch(frame) == {"tBTCUSD", "book:tDOGE:USD", "trades:tBTCUSD"}


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "{}{}",
        "[" * 15_000,
        '{"watch": "tBTCUSD"}',
        '{"watch": [1]}',
        '{"watch": [null]}',
        '{"watch": [], "type": "person.changed"}',
        '{"type": "market.flushed"}',
        '{"watch": NaN}',
        json.dumps({"watch": ["tBTCUSD"] * 501}),
        json.dumps({"watch": ["x" * 17_000]}),
    ],
)
def test_anything_else_is_a_bad_frame(text: str | None) -> None:
    with pytest.raises(BadFrame):
        read_watch(text)


@given(anything)
def test_any_json_is_read_or_refused_and_never_fails_otherwise(frame: object) -> None:
    try:
        topics = read_watch(json.dumps(frame))
    except BadFrame:
        return

    assert all(is_symbol(split_topic(topic)[1]) for topic in topics)


def test_topics_of_unknown_shape_are_left_out() -> None:
    frame = json.dumps(
        {
            "watch": [
                "tBTCUSD",
                "user.1",
                "t<b>",
                "book:",
                "orders:tBTCUSD",
                "candles:2h:tBTCUSD",
                "../x",
            ]
        }
    )

    assert read_watch(frame) == {"tBTCUSD"}


@pytest.mark.parametrize(
    ("topic", "parts"),
    [
        ("tBTCUSD", ("quote", "tBTCUSD")),
        ("tDOGE:USD", ("quote", "tDOGE:USD")),
        ("book:tDOGE:USD", ("book", "tDOGE:USD")),
        ("trades:tBTCUSD", ("trades", "tBTCUSD")),
        ("candles:1h:tDOGE:USD", ("candles", "tDOGE:USD")),
        ("book:tBTCUSD:P1", ("book", "tBTCUSD")),
        ("book:tDOGE:USD:P4", ("book", "tDOGE:USD")),
        ("trades:tDOGE:USD:P1", ("trades", "tDOGE:USD:P1")),
    ],
)
def test_a_topic_names_a_kind_and_a_symbol(topic: str, parts: tuple[str, str]) -> None:
    assert split_topic(topic) == parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("tBTCUSD", ("tBTCUSD", "P0")),
        ("tBTCUSD:P1", ("tBTCUSD", "P1")),
        ("tDOGE:USD:P4", ("tDOGE:USD", "P4")),
        ("tBTCUSD:P0", ("tBTCUSD:P0", "P0")),
        ("tBTCUSD:R0", ("tBTCUSD:R0", "P0")),
        ("tBTCUSD:P9", ("tBTCUSD:P9", "P0")),
    ],
)
def test_a_precision_that_is_not_offered_is_taken_for_a_pair_that_is_not_listed(
    name: str, parts: tuple[str, str]
) -> None:
    assert split_book(name) == parts


@pytest.mark.parametrize("symbol", ["tBTCUSD", "tDOGE:USD"])
def test_every_precision_that_a_page_offers_is_a_topic_of_its_own(symbol: str) -> None:
    topics = {precision.topic for precision in precisions_of(symbol)}

    assert read_watch(json.dumps({"watch": sorted(topics)})) == topics
    assert {split_book(topic.removeprefix("book:")) for topic in topics} == {
        (symbol, precision) for precision in ("P0", "P1", "P2", "P3", "P4")
    }
