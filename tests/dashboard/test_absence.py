"""A server that is gone is one line in the log; a mistake of ours keeps the way to it."""

from __future__ import annotations

import logging

import kombu.exceptions
import psycopg
import pytest
import redis
from celery.beat import SchedulingError
from django.db import InterfaceError, OperationalError, ProgrammingError
from psycopg import errors
from psycopg_pool import PoolTimeout

from dashboard.absence import is_absence, is_database_absence
from dashboard.log_lines import AbsenceIsNoCrash, LineFormatter


def of_postgres(kind: type[Exception], cause: type[psycopg.Error] | None = None) -> Exception:
    problem = kind("the connection is closed")
    problem.__cause__ = (cause or psycopg.OperationalError)("the connection is closed")
    return problem


def of_beat(cause: Exception) -> Exception:
    problem = SchedulingError("Couldn't apply scheduled task orders")
    problem.__context__ = cause
    return problem


ABSENT = [
    kombu.exceptions.OperationalError("Timeout reading from socket"),
    of_beat(kombu.exceptions.OperationalError("Timeout reading from socket")),
    of_postgres(OperationalError),
    of_postgres(InterfaceError),
    of_postgres(OperationalError, errors.CannotConnectNow),
    of_postgres(OperationalError, PoolTimeout),
    of_postgres(OperationalError, errors.AdminShutdown),
    OperationalError("database is locked"),
    redis.ConnectionError("refused"),
    redis.TimeoutError("silence"),
    ExceptionGroup("two tasks", [redis.ConnectionError("refused"), of_postgres(OperationalError)]),
]
PRESENT = [
    None,
    of_beat(KeyError("no such task")),
    OperationalError("no such column: x"),
    of_postgres(ProgrammingError),
    of_postgres(OperationalError, errors.DeadlockDetected),
    redis.ResponseError("wrong number of arguments"),
    TimeoutError("somebody else"),
    ExceptionGroup("two tasks", [redis.ConnectionError("refused"), ValueError("ours")]),
]


def logged(problem: BaseException | None) -> str:
    told = (type(problem), problem, None) if problem else None
    record = logging.LogRecord("a.name", logging.ERROR, "", 0, "it %s", ("failed",), told)
    AbsenceIsNoCrash().filter(record)
    return LineFormatter().format(record)


@pytest.mark.parametrize("problem", ABSENT, ids=repr)
def test_a_server_that_is_gone_is_one_line(problem: Exception) -> None:
    assert is_absence(problem)
    assert logged(problem).count("\n") == 0
    assert type(problem).__name__ in logged(problem)


@pytest.mark.parametrize("problem", PRESENT, ids=repr)
def test_all_else_is_told_whole(problem: Exception | None) -> None:
    assert not is_absence(problem)
    assert ("\n" in logged(problem)) == (problem is not None)


def test_redis_is_not_the_database() -> None:
    assert not is_database_absence(redis.ConnectionError("refused"))
