"""How a log line looks: one line per event, whatever was put into it."""

from __future__ import annotations

import logging
import time


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
        line = super().formatMessage(record)
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)
