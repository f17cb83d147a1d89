"""What must survive a restart, in one SQLite file. Secrets are never stored."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from exchange.paper.engine import Engine, Past
from exchange.paper.market import archive
from exchange.paper.market.markets import Market, catalogue
from exchange.paper.numbers import dumps
from exchange.paper.records import (
    account_of,
    account_record,
    entry_of,
    entry_record,
    fill_of,
    fill_record,
    order_of,
    order_record,
    position_of,
    position_record,
)
from exchange.paper.state_file import open_state, set_aside
from exchange.paper.trading.desk import Changes, Numbering
from exchange.paper.trading.state.archive import HISTORY_MS, KEPT_FILLS
from exchange.paper.trading.state.money_ledger import KEPT_ENTRIES

_FILE = "paper.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS nonces (key TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS affairs (account TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fills (
    id INTEGER, order_id INTEGER, body TEXT NOT NULL, PRIMARY KEY (id, order_id)
);
CREATE TABLE IF NOT EXISTS positions (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    account TEXT, id INTEGER, body TEXT NOT NULL, PRIMARY KEY (account, id)
);
"""
# What the desk would not keep either: closed orders older than its history, and the oldest fills
# and movements of money. The newest order tells how late it is.
_FORGETTING = (
    (
        "DELETE FROM orders WHERE json_extract(body, '$.ending') IS NOT NULL"
        " AND json_extract(body, '$.updated_ms')"
        " < (SELECT max(json_extract(body, '$.updated_ms')) FROM orders) - ?",
        HISTORY_MS,
    ),
    (
        "DELETE FROM fills WHERE rowid NOT IN"
        " (SELECT rowid FROM fills ORDER BY rowid DESC LIMIT ?)",
        10 * KEPT_FILLS,
    ),
    (
        "DELETE FROM entries WHERE rowid NOT IN"
        " (SELECT rowid FROM entries ORDER BY rowid DESC LIMIT ?)",
        10 * KEPT_ENTRIES,
    ),
)
# Numbers of bots' quotes and trades are saved now and then; after a crash, skip past any of them.
_NUMBER_GAP = 1_000_000


class Storage:
    """Save what changed, in one transaction each time. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._path: Path | None = None
        self._database: sqlite3.Connection | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._path = folder / _FILE
            self._database = open_state(self._path, _SCHEMA + archive.SCHEMA)

    def load(self) -> Past:
        """Read what the last run left behind. `starts` already counts the run that begins.

        What cannot be understood is set aside, and a new state begins.
        """
        if self._path is None or self._database is None:
            return Past()
        try:
            self._forget(self._database)
            return self._load(self._database)
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, KeyError, TypeError, ValueError) as failure:
            self.close()
            set_aside(self._path, f"{type(failure).__name__}: {failure}")
            self._database = open_state(self._path, _SCHEMA + archive.SCHEMA)
            return Past()

    def _forget(self, database: sqlite3.Connection) -> None:
        with database:
            for statement, kept in _FORGETTING:
                database.execute(statement, (kept,))

    def _load(self, database: sqlite3.Connection) -> Past:
        facts = {name: json.loads(body) for name, body in self._rows("facts", "name, body")}
        if not facts:
            return Past()
        markets = {market.symbol: market for market in catalogue()}
        return Past(
            starts=facts["starts"] + 1,
            values=facts["values"],
            numbering=Numbering(facts["order_id"] + _NUMBER_GAP, facts["trade_id"] + _NUMBER_GAP),
            accounts=[account_of(record) for record in self._records("accounts")],
            orders=[order_of(record, markets) for record in self._listed("orders", markets)],
            fills=[fill_of(record, markets) for record in self._listed("fills", markets)],
            positions=[
                position_of(record, markets) for record in self._listed("positions", markets)
            ],
            entries=[entry_of(record) for record in self._records("entries")],
            affairs={
                account: json.loads(body)
                for account, body in self._rows("affairs", "account, body")
            },
            recorded=archive.read_history(database, facts.get("told_ms", 0)),
        )

    def nonces(self) -> dict[str, int]:
        """Return the last nonce of each key."""
        return dict(self._rows("nonces", "key, last"))

    def save(self, changes: Changes, nonces: Mapping[str, int]) -> None:
        """Write what was touched and the nonces that were used up, together or not at all."""
        if self._database is None or not (changes or nonces):
            return
        rows: dict[str, list[tuple[Any, ...]]] = {
            "nonces VALUES (?, ?)": list(nonces.items()),
            "accounts VALUES (?, ?)": [
                (account.name, json.dumps(account_record(account)))
                for account in changes.accounts.values()
            ],
            "affairs VALUES (?, ?)": [
                (account, json.dumps(record)) for account, record in changes.affairs.items()
            ],
            "orders VALUES (?, ?)": [
                (order.id, dumps(order_record(order))) for order in changes.orders.values()
            ],
            "fills VALUES (?, ?, ?)": [
                (fill.id, fill.order_id, json.dumps(fill_record(fill))) for fill in changes.fills
            ],
            "positions VALUES (?, ?)": [
                (position.id, json.dumps(position_record(position)))
                for position in changes.positions.values()
            ],
            "entries VALUES (?, ?, ?)": [
                (entry.account, entry.id, json.dumps(entry_record(entry)))
                for entry in changes.entries
            ],
        }
        with self._database:
            for target, values in rows.items():
                self._database.executemany(f"REPLACE INTO {target}", values)  # noqa: S608 - ours

    def save_course(self, engine: Engine) -> None:
        """Write where prices and numbers have got to, and what was traded."""
        if self._database is None:
            engine.history.take_unsaved()
            return
        numbering = engine.desk.numbering
        facts = {
            "starts": engine.starts,
            "values": engine.prices.values(),
            "order_id": numbering.order_id,
            "trade_id": numbering.trade_id,
            "told_ms": engine.clock(),
        }
        with self._database:
            self._database.executemany(
                "REPLACE INTO facts VALUES (?, ?)",
                [(name, json.dumps(fact)) for name, fact in facts.items()],
            )
            archive.write_history(self._database, engine.history)

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _records(self, table: str) -> Iterator[dict[str, Any]]:
        # Numbers rise, and accounts were opened one after the other: rows come oldest first.
        for (body,) in self._rows(table, "body"):
            # Fractions only stand where an order keeps what its owner wrote.
            yield json.loads(body, parse_float=Decimal)

    def _listed(self, table: str, markets: Mapping[str, Market]) -> Iterator[dict[str, Any]]:
        return (record for record in self._records(table) if record["market"] in markets)

    def _rows(self, table: str, columns: str) -> Iterable[Any]:
        if self._database is None:
            return []
        return self._database.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - our names
