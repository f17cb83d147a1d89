from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from exchange.paper import PaperExchange, running_paper
from exchange.paper.engine import Engine
from exchange.paper.ledger import KEPT_REQUESTS, Ledger, ReceivedRequest
from exchange.paper.market.markets import catalogue
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.tickets import place

PROGRAM = f"""
import sys
from pathlib import Path
from exchange.paper import PaperKey, serve
serve(
    keys=[PaperKey({KEY.key!r}, {KEY.secret!r})],
    state_folder=Path(sys.argv[1]),
    ledger_file=Path(sys.argv[1]) / "ledger.jsonl",
    on_ready=lambda rest, ws: print(rest, flush=True),
)
"""


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]


def request(nonce: int) -> ReceivedRequest:
    return ReceivedRequest(
        number=nonce,
        received_ms=1,
        method="POST",
        path="/v2/auth/r/wallets",
        key="k",
        nonce=str(nonce),
        status=200,
        verdict="ok",
    )


def test_old_requests_make_room_for_new_ones() -> None:
    ledger = Ledger()
    for nonce in range(KEPT_REQUESTS + 5):
        ledger.record_request(request(nonce))

    assert len(ledger.requests) == KEPT_REQUESTS
    assert ledger.requests[0].nonce == "5"


def test_an_order_is_kept_as_it_was_accepted(engine: Engine) -> None:
    order = place(engine, "-0.1", "70000.5", cid=3)
    engine.cancel(order)
    (record,) = engine.ledger.orders

    assert (record.account, record.symbol, record.kind) == ("ann", "tBTCUSD", "EXCHANGE LIMIT")
    assert (record.amount, record.price) == (Decimal("-0.1"), Decimal("70000.5"))


def test_counts_forget_nothing_and_do_not_grow_with_every_path() -> None:
    ledger = Ledger()
    for nonce in range(KEPT_REQUESTS + 5):
        ledger.record_request(replace(request(nonce), path=f"/v2/{nonce}", verdict="no"))
    counts = ledger.counts

    assert counts["request"] == counts["request refused"] == KEPT_REQUESTS + 5
    assert counts["request /v2/0"] == 1
    assert len(counts) < 6_000
    assert sum(count for name, count in counts.items() if "/v2/" in name or "else" in name) == (
        KEPT_REQUESTS + 5
    )


def test_cancelled_orders_are_recorded(engine: Engine) -> None:
    order = place(engine, "-0.1", "70000.5")
    with engine.ledger.arriving("socket") as arrival:
        engine.cancel(order)
    (change,) = engine.ledger.changes

    assert (change.what, change.id, change.came_by) == ("cancel", order.id, "socket")
    assert change.request == arrival.number
    assert engine.ledger.counts["cancel"] == 1


def test_the_ledger_tells_by_which_way_an_order_came(paper: PaperExchange, caller: Caller) -> None:
    caller.submit("0.1", "50000")
    caller.v1(
        "/v1/order/new",
        symbol="btcusd",
        amount="0.1",
        price="50000.0",
        side="buy",
        type="exchange limit",
        exchange="bitfinex",
    )
    paper.place(KEY.owner, "tBTCUSD", "0.1", "50000")
    ways = [order.came_by for order in paper.ledger.orders]
    first, second = paper.ledger.requests
    numbers = [order.request for order in paper.ledger.orders]

    assert ways == ["v2", "v1", "hand"]
    assert numbers == [first.number, second.number, None]
    assert paper.ledger.counts["order v1"] == 1


def test_what_was_sent_is_kept_as_a_digest(paper: PaperExchange, caller: Caller) -> None:
    caller.send("/v2/auth/r/wallets", b"{}", "5", "no signature")
    caller.public("/v2/platform/status")
    signed, public = paper.ledger.requests

    assert signed.body_sha256 == hashlib.sha256(b"{}").hexdigest()
    assert public.body_sha256 == ""


def test_the_file_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        caller = Caller(program.stdout.readline().strip())
        (row,) = caller.submit("0.1", "50000", cid=9)[4]
        caller.v2("auth/w/order/cancel", {"id": row[0]})
        program.send_signal(signal.SIGKILL)
    order, submitted, cancelled, asked = lines(tmp_path)

    assert (order["record"], order["id"], order["cid"]) == ("order", row[0], 9)
    assert (order["amount"], order["price"], order["came_by"]) == ("0.1", "50000.0", "v2")
    assert order["request"] == submitted["number"]
    assert submitted["path"] == "/v2/auth/w/order/submit"
    assert (cancelled["record"], cancelled["id"]) == ("cancel", row[0])
    assert asked["verdict"] == "ok"
    assert KEY.secret not in (tmp_path / "ledger.jsonl").read_text()


def test_a_line_that_a_killed_process_did_not_write_is_written_at_the_next_start(
    tmp_path: Path,
) -> None:
    options: dict[str, Any] = {
        "keys": [KEY],
        "listed": catalogue()[:3],
        "state_folder": tmp_path,
        "ledger_file": tmp_path / "ledger.jsonl",
    }
    with running_paper(**options) as paper:
        paper.place(KEY.owner, "tBTCUSD", "0.1", "50000")
        paper.place(KEY.owner, "tBTCUSD", "0.2", "50000")
    kept, lost = (tmp_path / "ledger.jsonl").read_text().splitlines()
    # The second line is torn: its process was killed while it wrote.
    (tmp_path / "ledger.jsonl").write_text(f"{kept}\n{lost[:30]}")
    with running_paper(**options) as paper:
        Caller(paper.rest_url).public("/v2/platform/status")
    first, torn, recovered, asked = (tmp_path / "ledger.jsonl").read_text().splitlines()

    assert (first, torn) == (kept, lost[:30])
    assert json.loads(recovered)["recovered"] is True
    assert json.loads(recovered)["id"] == json.loads(lost)["id"]
    assert json.loads(recovered)["amount"] == "0.2"
    assert json.loads(asked)["path"] == "/v2/platform/status"


def test_amended_orders_are_recorded_as_they_became(paper: PaperExchange, caller: Caller) -> None:
    (row,) = caller.submit("0.1", "50000")[4]
    caller.v2("auth/w/order/update", {"id": row[0], "amount": "0.2", "price": "50001"})
    (change,) = paper.ledger.changes

    assert (change.what, change.id, change.came_by) == ("amend", row[0], "v2")
    assert (change.remaining, change.price) == (Decimal("0.2"), Decimal(50001))
    assert change.request == paper.ledger.requests[1].number
