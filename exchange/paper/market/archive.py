"""The history on disk: recorded spans, and the stretches nobody attended."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict

from exchange.paper.market.course import Stretch
from exchange.paper.market.history import History, Recorded
from exchange.paper.market.spans import Span

SCHEMA = """
CREATE TABLE IF NOT EXISTS spans (
    symbol TEXT, start_ms INTEGER, end_ms INTEGER, open INTEGER, high INTEGER, low INTEGER,
    close INTEGER, volume INTEGER, trades INTEGER, first_id INTEGER, last_id INTEGER,
    PRIMARY KEY (symbol, start_ms)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stretches (
    start_ms INTEGER PRIMARY KEY, end_ms INTEGER, first_id INTEGER, last_id INTEGER,
    before TEXT, after TEXT
);
"""


def read_history(database: sqlite3.Connection, told_ms: int) -> Recorded:
    """Read what earlier runs recorded. told_ms is when the last of them was last heard of."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for symbol, *figures in database.execute("SELECT * FROM spans ORDER BY start_ms"):
        spans[symbol].append(Span(*figures))
    stretches = [
        Stretch(
            start_ms=start_ms,
            end_ms=end_ms,
            first_id=first_id,
            last_id=last_id,
            before=json.loads(before),
            after=json.loads(after),
        )
        for start_ms, end_ms, first_id, last_id, before, after in database.execute(
            "SELECT * FROM stretches ORDER BY start_ms"
        )
    ]
    return Recorded(told_ms, stretches, spans)


def write_history(database: sqlite3.Connection, history: History) -> None:
    """Write what has changed since the last time. The caller holds the transaction."""
    unsaved = [(symbol, span) for symbol, spans in history.take_unsaved().items() for span in spans]
    # A coarser span takes the place of all the finer ones it covers.
    database.executemany(
        "DELETE FROM spans WHERE symbol = ? AND start_ms >= ? AND start_ms < ?",
        [(symbol, span.start_ms, span.end_ms) for symbol, span in unsaved],
    )
    database.executemany(
        "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(symbol, *span) for symbol, span in unsaved],
    )
    database.execute("DELETE FROM stretches WHERE start_ms < ?", (history.stretches[0].start_ms,))
    database.executemany(
        "INSERT OR IGNORE INTO stretches VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                stretch.start_ms,
                stretch.end_ms,
                stretch.first_id,
                stretch.last_id,
                json.dumps(stretch.before),
                json.dumps(dict(stretch.after)),
            )
            for stretch in history.stretches
        ],
    )
