from __future__ import annotations

import pytest
from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dashboard.orders.states import (
    ADOPTABLE,
    TRANSITIONS,
    UNSETTLED,
    State,
    is_final,
    sources,
)

AFTER_SENDING = {State.OPEN, State.FILLED, State.CANCELED, State.REJECTED, State.NOT_SENT}


class Journal(RuleBasedStateMachine):
    """One order on any way through the table, several callers pushing it."""

    def __init__(self) -> None:
        super().__init__()
        self.past = [State.DRAFT]

    @property
    def state(self) -> State:
        return self.past[-1]

    @rule(wanted=st.sampled_from(State))
    def someone_tries(self, wanted: State) -> None:
        if self.state in sources(wanted):
            self.past.append(wanted)

    @precondition(lambda self: not is_final(self.state))
    @rule(data=st.data())
    def someone_succeeds(self, data: st.DataObject) -> None:
        self.past.append(data.draw(st.sampled_from(sorted(TRANSITIONS[self.state]))))

    @invariant()
    def it_is_sent_at_most_once(self) -> None:
        assert self.past.count(State.SENDING) <= 1

    @invariant()
    def nothing_is_at_the_exchange_that_was_not_sent(self) -> None:
        if self.state in AFTER_SENDING | {State.UNKNOWN}:
            assert State.SENDING in self.past

    @invariant()
    def nothing_is_sent_that_nobody_wanted(self) -> None:
        if State.SENDING in self.past:
            assert self.past.index(State.INTENT) < self.past.index(State.SENDING)

    @invariant()
    def no_state_comes_twice(self) -> None:
        assert len(set(self.past)) == len(self.past)

    @invariant()
    def what_expired_was_never_sent(self) -> None:
        if State.EXPIRED_UNSENT in self.past:
            assert State.SENDING not in self.past

    @invariant()
    def the_end_is_the_end(self) -> None:
        assert not any(is_final(state) for state in self.past[:-1])


TestJournal = Journal.TestCase


def test_every_state_has_its_line_in_the_table() -> None:
    assert set(TRANSITIONS) == set(State)


def test_every_state_but_the_first_can_be_reached() -> None:
    assert {state for state in State if not sources(state)} == {State.DRAFT}


def test_sending_never_goes_back() -> None:
    assert not TRANSITIONS[State.SENDING] & {State.DRAFT, State.INTENT, State.EXPIRED_UNSENT}


def test_unknown_is_never_rounded_to_unsent() -> None:
    assert State.EXPIRED_UNSENT not in TRANSITIONS[State.UNKNOWN]
    assert State.INTENT not in TRANSITIONS[State.UNKNOWN]


def test_the_settled_states_are_those_without_a_way_out() -> None:
    assert {state for state in State if not is_final(state)} == UNSETTLED | {State.DRAFT}


def test_only_what_was_sent_may_be_adopted() -> None:
    assert {State.SENDING, State.UNKNOWN} == ADOPTABLE


@pytest.mark.parametrize("state", sorted(AFTER_SENDING))
def test_a_late_answer_still_settles_what_was_unknown(state: State) -> None:
    assert State.UNKNOWN in sources(state)


def test_the_deadlines_leave_the_request_its_time() -> None:
    assert settings.ORDER_INTENT_SECONDS == 15
    assert settings.ORDER_SENDING_SECONDS == 20
    assert settings.ORDER_FIRST_ABSENCE_SECONDS == 15
    assert settings.ORDER_SECOND_ABSENCE_SECONDS == 10
