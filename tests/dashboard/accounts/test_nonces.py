from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from dashboard.accounts.models import NonceTurn
from dashboard.accounts.nonces import DatabaseNonces
from exchange.errors import NotSent

pytestmark = pytest.mark.django_db(transaction=True)


def test_nonces_rise_although_the_clock_stalls() -> None:
    nonces = DatabaseNonces(clock=lambda: 1000)
    issued = []
    for _ in range(3):
        with nonces.turn("key") as turn:
            issued.append(turn.issue())

    assert issued == ["1000", "1001", "1002"]


def test_one_turn_may_issue_several_nonces() -> None:
    nonces = DatabaseNonces(clock=lambda: 1000)
    with nonces.turn("key") as turn:
        issued = [turn.issue(), turn.issue()]

    assert issued == ["1000", "1001"]


def test_keys_do_not_wait_for_each_other() -> None:
    nonces = DatabaseNonces(clock=lambda: 7, patience_seconds=0)
    with nonces.turn("one") as first, nonces.turn("other") as second:
        issued = [first.issue(), second.issue()]

    assert issued == ["7", "7"]


def test_the_table_does_not_hold_the_key() -> None:
    with DatabaseNonces().turn("canary-key"):
        row = repr(NonceTurn.objects.values().get())

    assert "canary-key" not in row


def test_a_held_key_makes_others_give_up_unsent() -> None:
    nonces = DatabaseNonces(patience_seconds=0.05)
    with nonces.turn("key"), pytest.raises(NotSent, match="busy"), nonces.turn("key"):
        pass


def test_a_turn_given_back_is_free_at_once() -> None:
    nonces = DatabaseNonces(patience_seconds=0)
    with nonces.turn("key"):
        pass
    with nonces.turn("key") as turn:
        issued = turn.issue()

    assert issued


def test_a_holder_that_overslept_is_passed_over() -> None:
    nonces = DatabaseNonces(clock=lambda: 50, patience_seconds=2, lease=timedelta(0))
    with nonces.turn("key") as sleeper:
        with nonces.turn("key") as waiter:
            issued = waiter.issue()
        with pytest.raises(NotSent, match="held the key for too long"):
            sleeper.issue()

    assert issued == "50"


def test_who_was_passed_over_does_not_end_the_turn_of_another() -> None:
    expired = DatabaseNonces(lease=timedelta(0))
    with expired.turn("key"):
        NonceTurn.objects.update(epoch=99, held_until="2100-01-01T00:00:00Z")

    assert NonceTurn.objects.get().held_until is not None


def test_f62_polls_stand_back_while_an_order_waits() -> None:
    hasty = DatabaseNonces(patience_seconds=0)
    with DatabaseNonces().turn("key"), pytest.raises(NotSent), hasty.turn("key", urgent=True):
        pass
    with pytest.raises(NotSent), DatabaseNonces(patience_seconds=0.05).turn("key"):
        pass
    with hasty.turn("key", urgent=True) as turn:
        issued = turn.issue()

    assert issued


def test_threads_never_get_the_same_nonce_nor_hold_the_key_together() -> None:
    nonces = DatabaseNonces(patience_seconds=30)
    issued: list[int] = []
    inside = []

    def call() -> None:
        for _ in range(10):
            with nonces.turn("key") as turn:
                inside.append(1)
                alone = len(inside) == 1
                nonce = int(turn.issue())
                inside.pop()
            issued.append(nonce if alone else -1)
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(issued) == 40
    assert -1 not in issued
    assert len(set(issued)) == 40


def test_without_its_table_nothing_is_sent() -> None:
    with connection.schema_editor() as editor:
        editor.delete_model(NonceTurn)
    try:
        with pytest.raises(NotSent, match="does not answer"), DatabaseNonces().turn("key"):
            pass
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(NonceTurn)


def test_a_table_that_goes_away_in_mid_turn_means_not_sent() -> None:
    with DatabaseNonces().turn("key") as turn:
        with connection.schema_editor() as editor:
            editor.delete_model(NonceTurn)
        try:
            with pytest.raises(NotSent, match="does not answer"):
                turn.issue()
        finally:
            with connection.schema_editor() as editor:
                editor.create_model(NonceTurn)
