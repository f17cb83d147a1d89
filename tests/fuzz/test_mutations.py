from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import rest, stream
from tests.fuzz.mutations import mutated

# Which changes are tried need only be the same at every run.
Chance = random.Random

ROW = b'[7,null,"tBTCUSD",0.5,{"meta":[1,"x"]}]'


@given(seed=st.integers(0, 2**32))
def test_a_changed_answer_is_json_again_and_the_same_for_the_same_chance(seed):
    changed = mutated(ROW, Chance(seed))

    assert changed is None or isinstance(json.loads(changed), list)
    assert changed == mutated(ROW, Chance(seed))


def test_changes_reach_every_member_and_rarely_lead_to_what_was_there():
    chance = Chance(1)
    changed = {mutated(ROW, chance) for _ in range(1000)}
    values = [json.loads(text) for text in changed if text is not None]

    assert len(changed) > 700
    assert {len(value) for value in values} >= {3, 4, 5, 6}
    for place, before in enumerate(json.loads(ROW)):
        assert any(len(value) == 5 and value[place] != before for value in values)


@pytest.mark.parametrize("text", [b"", b"[1", b"7", b"[]", b"\xff", b"[" * 100_000])
def test_what_has_no_members_is_left_to_other_changes(text):
    assert mutated(text, Chance(1)) is None


def test_each_decoder_keeps_what_stands_around_the_json():
    chance = Chance(1)
    answers = [rest.mutated(b"\x05\x01" + ROW, chance) for _ in range(50)]
    talks = [stream.mutated(b'[1,"hb"]\n[2,"hb"]', chance) for _ in range(50)]

    assert {answer[:2] for answer in answers if answer} == {b"\x05\x01"}
    assert all(json.loads(answer[2:]) is not None for answer in answers if answer)
    assert {len(talk.splitlines()) for talk in talks if talk} == {2}
    assert any(talk.startswith(b'[1,"hb"]\n') for talk in talks if talk)
    assert any(talk.endswith(b'\n[2,"hb"]') for talk in talks if talk)
