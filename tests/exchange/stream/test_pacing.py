from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from exchange.stream.channels import Channel
from exchange.stream.pacing import BackOff, Gate, Timing, Watch

TIMING = Timing()
A, B = Channel.ticker("tBTCUSD"), Channel.book("tBTCUSD")


class Longest(Random):
    """Chance that never shortens."""

    def uniform(self, a: float, b: float) -> float:
        return b


def test_delays_double_up_to_the_limit():
    back_off = BackOff(TIMING, Longest())

    assert [back_off.delay() for _ in range(7)] == [0.25, 0.5, 1, 2, 4, 5, 5]


def test_a_working_connection_starts_the_delays_anew():
    back_off = BackOff(TIMING, Longest())
    for _ in range(5):
        back_off.delay()
    back_off.reset()

    assert back_off.delay() == 0.25


@given(st.integers())
def test_chance_shortens_a_delay_by_a_half_at_most(seed):
    back_off = BackOff(TIMING, Random(seed))  # noqa: S311, chance, not secrecy
    delays = [back_off.delay() for _ in range(200)]

    assert all(0.125 <= delay <= 5 for delay in delays)
    assert all(delay >= 2.5 for delay in delays[6:])


def test_twenty_connections_a_minute_are_let_through():
    gate = Gate(TIMING.connections, TIMING.connection_window)
    let_through = [gate.admit(100 + second) for second in range(20)]
    wait = gate.admit(120)

    assert let_through == [0.0] * 20
    assert wait == 40
    assert gate.admit(159.9) > 0
    assert gate.admit(160) == 0
    assert gate.admit(160) == 1


@given(st.lists(st.floats(0, 30), max_size=200))
def test_no_window_ever_sees_more_connections_than_allowed(pauses):
    gate, now, admitted = Gate(20, 60.0), 0.0, []
    for pause in pauses:
        now += pause
        if gate.admit(now) == 0:
            admitted.append(now)

    assert all(sum(1 for at in admitted if start <= at < start + 60) <= 20 for start in admitted)


def test_a_channel_is_silent_after_18_seconds_and_told_once():
    watch = Watch(TIMING)
    watch.expect([A, B], 100)
    watch.heard([B], 110)

    assert watch.newly_silent(117.9) == []
    assert watch.newly_silent(118) == [(A, 18)]
    assert watch.newly_silent(119) == []
    assert not watch.is_lost(119)
    assert watch.is_lost(120)


def test_a_frame_ends_the_silence():
    watch = Watch(TIMING)
    watch.expect([A, B], 100)
    watch.newly_silent(118)
    watch.heard([A], 118)
    watch.heard([B], 119)

    assert not watch.is_lost(130)
    assert watch.newly_silent(136) == [(A, 18)]


def test_a_socket_whose_channels_are_all_silent_is_lost_at_once():
    watch = Watch(TIMING)
    watch.expect([A, B], 100)

    assert not watch.is_lost(117.9)
    assert watch.is_lost(118)


def test_asking_again_does_not_restart_the_clock():
    watch = Watch(TIMING)
    watch.expect([A], 100)
    watch.expect([A], 110)

    assert watch.newly_silent(118) == [(A, 18)]


def test_a_channel_that_is_forgotten_is_never_silent():
    watch = Watch(TIMING)
    watch.expect([A], 100)
    watch.forget(A)
    watch.heard([A], 101)

    assert watch.newly_silent(1000) == []
    assert not watch.is_lost(1000)
