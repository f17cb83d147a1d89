"""How a log line looks: one line per event, whatever was put into it."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from dashboard.absence import is_absence

# A sign-in link that was asked for in a way that does not use it up still works.
TOKEN = re.compile(r"(/welcome/)[^/\s]+")
LONGEST_LINE = 2_000


class RefusalIsNoCrash(logging.Filter):
    """Keep the line of a refused request, and leave out the way through Django to it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


class AbsenceIsNoCrash(logging.Filter):
    """Say in one line that a server is gone: the way through our code to it is no help."""

    def filter(self, record: logging.LogRecord) -> bool:
        problem = record.exc_info[1] if record.exc_info else None
        if is_absence(problem):
            record.msg = f"{record.getMessage()} ({type(problem).__name__}: {problem})"
            record.args = record.exc_info = None
        return True


class HandshakeIsNoCrash(logging.Filter):
    """Of a handshake that Daphne cannot read, keep what is wrong with it: anybody may send one."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage().strip()
        if text.startswith("Traceback "):
            record.msg, record.args = "refused a handshake: %s", (text.splitlines()[-1],)
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class HealthIsNoNews(logging.Filter):
    """Leave out what machines ask every few seconds; its answer is its own report."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", "")
        return not path.startswith("/health/")


class LineFormatter(logging.Formatter):
    """`2026-11-22T14:02:11Z WARNING dashboard.orders …`, control characters made visible."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = TOKEN.sub(r"\1…", super().formatMessage(record))[:LONGEST_LINE]
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)


def logging_config(level: str) -> dict[str, Any]:
    """Return Django's LOGGING: our own lines from `level` up, warnings of all others."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "dashboard.log_lines.LineFormatter"}},
        "filters": {
            "absence": {"()": "dashboard.log_lines.AbsenceIsNoCrash"},
            "handshake": {"()": "dashboard.log_lines.HandshakeIsNoCrash"},
            "health": {"()": "dashboard.log_lines.HealthIsNoNews"},
            "refusal": {"()": "dashboard.log_lines.RefusalIsNoCrash"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["absence"],
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "dashboard": {"level": level},
            "exchange": {"level": level},
            # At DEBUG these two print whole frames and requests, signatures included.
            "websockets": {"level": "WARNING"},
            "urllib3": {"level": "WARNING"},
            # Whoever asked for a connection says that there is none.
            "psycopg.pool": {"level": "ERROR"},
            # Django's own handler would print each line a second time.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"filters": ["health"]},
            "daphne.ws_protocol": {"filters": ["handshake"]},
            **{
                f"django.security.{name}": {"filters": ["refusal"]}
                for name in ("DisallowedHost", "RequestDataTooBig", "TooManyFieldsSent")
            },
        },
    }
