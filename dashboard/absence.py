"""Whether a failure means that a server we rely on is gone, and is no mistake of ours."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# Classes of PostgreSQL's SQLSTATE: connection, resources, and its own end or beginning. A deadlock
# has the same name in Django and is a mistake of ours.
_SERVER_GONE = ("08", "53", "57P0")
_POSTGRESQL = ("psycopg", "psycopg_pool")
# What SQLite raises for its file; under the same name it complains of statements that are wrong.
_FILE_TROUBLE = ("database is locked", "unable to open database file", "disk I/O error")
# By names, for on one machine nothing else loads these modules. Celery's beat wraps the broker's.
_BROKER_GONE = {
    ("redis.exceptions", "ConnectionError"),
    ("redis.exceptions", "TimeoutError"),
    ("kombu.exceptions", "OperationalError"),
}
_WRAPPER = ("celery.beat", "SchedulingError")


def is_absence(problem: BaseException | None) -> bool:
    """Tell whether the database or Redis could not be reached; in a group, whether each of them."""
    if isinstance(problem, BaseExceptionGroup):
        return all(map(is_absence, problem.exceptions))
    return is_redis_absence(problem) or is_database_absence(problem)


def is_redis_absence(problem: BaseException | None) -> bool:
    """Tell whether Redis could not be reached, as what it keeps or as the broker."""
    kinds = {(kind.__module__, kind.__name__) for kind in type(problem).__mro__}
    if problem is not None and _WRAPPER in kinds:
        return is_redis_absence(problem.__cause__ or problem.__context__)
    return not _BROKER_GONE.isdisjoint(kinds)


def is_database_absence(problem: BaseException | None) -> bool:
    """Tell whether the database could not be reached."""
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    cause = problem.__cause__
    if type(cause).__module__.partition(".")[0] not in _POSTGRESQL:
        return str(problem).startswith(_FILE_TROUBLE)
    # A server that answers with a code is there, unless the code says that it goes or comes.
    code = getattr(cause, "sqlstate", None)
    return code is None or code.startswith(_SERVER_GONE)
