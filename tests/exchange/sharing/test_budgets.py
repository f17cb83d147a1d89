from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from exchange.errors import NotSent, RateLimited
from exchange.sharing.budgets import SqliteBudget
from tests.exchange.test_limits import Clock, spend_all

SPAWN = multiprocessing.get_context("spawn")


def test_what_the_file_remembers_from_before_a_restart_of_the_machine_is_void(tmp_path):
    clock = Clock()
    budget = SqliteBudget(tmp_path / "budget.sqlite3", steady=clock)
    spend_all(lambda: budget.spend("platform"))
    budget.ban()
    clock.now = 3.0

    assert spend_all(lambda: budget.spend("platform")) == 24

    budget.close()


def test_one_process_after_another_spends_from_one_file(tmp_path):
    path = tmp_path / "budget.sqlite3"
    mine = SqliteBudget(path)
    spent = spend_all(lambda: mine.spend("trades"))
    child = SPAWN.Process(target=spend_one, args=(path,))
    child.start()
    child.join(20)
    mine.close()

    assert spent == 12
    assert child.exitcode == 7


def spend_one(path: Path) -> None:
    try:
        SqliteBudget(path).spend("trades")
    except RateLimited:
        raise SystemExit(7) from None


def test_a_file_that_cannot_be_used_means_not_sent_and_hides_no_answer(tmp_path):
    (tmp_path / "budget.sqlite3").mkdir()
    budget = SqliteBudget(tmp_path / "budget.sqlite3")
    with pytest.raises(NotSent, match="unusable") as caught:
        budget.spend("book")

    assert isinstance(caught.value.__cause__, sqlite3.Error)
    budget.ban()


def test_a_ban_of_one_process_stops_the_others(tmp_path):
    path = tmp_path / "budget.sqlite3"
    mine = SqliteBudget(path)
    mine.ban()
    child = SPAWN.Process(target=spend_one, args=(path,))
    child.start()
    child.join(20)
    mine.close()

    assert child.exitcode == 7
