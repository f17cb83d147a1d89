from __future__ import annotations

import json

from exchange.paper.account.affairs import (
    SETTLED_AFTER_MS,
    Affairs,
    Alert,
    Movement,
    affairs_of,
    affairs_record,
)

SENT = Movement(
    id=5, currency="BTC", method="BITCOIN", started_ms=1000, amount=-3, fee=1, address="there"
)
CAME = Movement(
    id=6, currency="XRP", method="RIPPLE", started_ms=1000, amount=3, fee=0, address="here"
)


def test_a_withdrawal_is_over_after_a_while() -> None:
    over = 1000 + SETTLED_AFTER_MS

    assert (SENT.status(over - 1), SENT.status(over)) == ("PENDING", "COMPLETED")
    assert (SENT.updated_ms(over - 1), SENT.updated_ms(over + 9)) == (1000, over)
    assert SENT.transaction_id(over - 1) is None
    assert SENT.transaction_id(over) == "paper-transaction-5"


def test_a_deposit_is_over_when_it_is_told() -> None:
    assert (CAME.status(1000), CAME.updated_ms(10**9)) == ("COMPLETED", 1000)


def test_affairs_are_the_same_after_being_stored() -> None:
    affairs = Affairs(
        opened_ms=7,
        movements=[SENT, CAME],
        alerts=[Alert(symbol="tBTCUSD", price=5, count=1)],
        renewals={"bitcoin/exchange": 2},
    )

    assert affairs_of(json.loads(json.dumps(affairs_record(affairs)))) == affairs
