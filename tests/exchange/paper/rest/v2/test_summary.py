from __future__ import annotations

from decimal import Decimal

from exchange.paper import running_paper
from tests.exchange.paper.caller import KEY, Caller
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.few import FEW_MARKETS

MONTH_MS = 30 * 24 * 3600 * 1000


def test_the_summary_tells_the_fees(caller: Caller) -> None:
    summary = caller.v2("auth/r/summary")

    assert len(summary) == 10
    assert summary[4][0][:3] == [0.001] * 3
    assert summary[4][1][:3] == [0.002] * 3


def test_what_was_traded_and_paid_in_a_month_is_added_up() -> None:
    clock = Clock()
    with running_paper(listed=FEW_MARKETS, keys=[KEY], clock=clock) as paper:
        paper.pause()
        caller = Caller(paper.rest_url)
        nothing = caller.v2("auth/r/summary")[5]
        caller.submit("0.1")
        caller.submit("-0.05")
        fills = caller.v2("auth/r/trades/hist")
        volumes, fees, total = caller.v2("auth/r/summary")[5]
        clock.ms += MONTH_MS + 1
        forgotten = caller.v2("auth/r/summary")[5]

    assert nothing == forgotten
    assert [row["curr"] for row in nothing[0]] == ["Total (USD)"]
    assert nothing[1:] == [{}, 0]
    by_currency = {row["curr"]: Decimal(row["vol"]) for row in volumes}
    assert by_currency["BTC"] == Decimal("0.15")
    assert 0.14 < by_currency["Total (USD)"] / Decimal(fills[0][5]) < 0.16
    assert set(fees) == {"BTC", "USD"}
    assert fees["BTC"] == 0.0002
    assert abs(fees["USD"] + sum(row[9] for row in fills if row[10] == "USD")) < 1e-7
    assert total > fees["USD"]
