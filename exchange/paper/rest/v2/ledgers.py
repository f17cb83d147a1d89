"""What moved on wallets: every movement, and what wallets held at some time.

Source: Bitfinex docs, "Ledgers" and "Wallets historic"; recorded descriptions of 2018.
"""

from __future__ import annotations

from exchange.paper.fields import whole
from exchange.paper.numbers import number
from exchange.paper.rest.account_calls import Call, Method, methods
from exchange.paper.rest.histories import span
from exchange.paper.rows import Row
from exchange.paper.trading.accounts import Entry

_ENTRIES_BY_DEFAULT, _MOST_ENTRIES = 25, 2_500


def entries(call: Call) -> list[Entry]:
    """Return the movements of the currency in the path, or of all, oldest first."""
    currency, category = call.path["currency"], whole(call.fields, "category")
    return [
        entry
        for entry in call.engine.desk.money_ledger.entries(call.account)
        if currency in (None, entry.currency) and category in (None, entry.category)
    ]


def _ledgers(call: Call) -> list[Row]:
    wanted = span(call.fields, default=_ENTRIES_BY_DEFAULT, most=_MOST_ENTRIES)
    return [_row(entry) for entry in wanted.newest(entries(call), lambda entry: entry.made_ms)]


def _row(entry: Entry) -> Row:
    amounts = number(entry.amount), number(entry.balance)
    row: Row = [entry.id, entry.currency, entry.kind, entry.made_ms, None, *amounts, None]
    return [*row, description(entry)]


def description(entry: Entry) -> str:
    """Tell a movement as ledgers do, with the wallet it happened on."""
    return f"{entry.text} on wallet {entry.kind}"


def _wallets_then(call: Call) -> list[Row]:
    end_ms = whole(call.fields, "end", call.engine.clock()) or 0
    currency = call.fields.get("currency")
    newest: dict[tuple[str, str], Entry] = {}
    for entry in call.engine.desk.money_ledger.entries(call.account):
        if entry.made_ms <= end_ms and currency in (None, entry.currency):
            newest[entry.kind, entry.currency] = entry
    return [
        [kind, code, number(entry.balance), 0, None, None, entry.made_ms]
        for (kind, code), entry in newest.items()
    ]


METHODS = methods(
    (r"r/ledgers(?:/(?P<currency>[^/]+))?/hist", Method(_ledgers, "history")),
    (r"r/wallets/hist", Method(_wallets_then, "history")),
)
