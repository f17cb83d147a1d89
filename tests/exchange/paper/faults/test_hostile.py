from __future__ import annotations

import json

from exchange.paper.faults.hostile import HOSTILE_TEXTS, made_hostile


def test_every_text_gets_another_hostile_one() -> None:
    words = ["word"] * len(HOSTILE_TEXTS)
    spoiled = json.loads(made_hostile(json.dumps(words), ""))

    assert spoiled == [f"word{text}" for text in HOSTILE_TEXTS]


def test_what_leaves_can_be_encoded_though_half_a_pair_is_in_it() -> None:
    spoiled = made_hostile(json.dumps(["x"] * len(HOSTILE_TEXTS)), "").encode()

    assert b"\\ud83d" in spoiled
    assert b"\\u0000" in spoiled


def test_the_kinds_of_hostility_are_all_there() -> None:
    together = "".join(HOSTILE_TEXTS)

    for part in ("<script>", "{{7*7}}", "\u202e", "\x00", "\x1b[31m", "\r\n", "\u200b", "\ud83d"):
        assert part in together
    assert max(map(len, HOSTILE_TEXTS)) >= 10_000


def test_spared_texts_stay() -> None:
    assert json.loads(made_hostile('["keep","spoil",1.50]', "keep"))[::2] == ["keep", 1.5]


def test_a_page_becomes_a_hostile_one() -> None:
    assert made_hostile(b"<html>", "") == HOSTILE_TEXTS[0]
