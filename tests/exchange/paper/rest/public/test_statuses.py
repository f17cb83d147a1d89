from __future__ import annotations

import pytest

from exchange.paper.market.spans import HOUR_MS, MINUTE_MS
from tests.exchange.paper.caller import Caller


def test_the_platform_works(caller: Caller) -> None:
    assert caller.public("/v2/platform/status").text == "[1]"


def test_a_perpetual_stands_near_its_pair(caller: Caller) -> None:
    (row,) = caller.public("/v2/status/deriv", keys="tBTCF0:USTF0").json()
    spot = caller.public("/v2/ticker/tBTCUST").json()[6]

    assert len(row) == 24
    assert row[0] == "tBTCF0:USTF0"
    assert row[4] == spot
    assert row[3] == pytest.approx(spot, rel=0.01)
    assert row[15] == pytest.approx(spot, rel=0.01)
    assert row[8] % (8 * HOUR_MS) == 0
    assert 0 < row[8] - row[1] <= 8 * HOUR_MS
    assert 0 <= row[10] < 480
    assert abs(row[12]) < 0.001
    assert row[18] > 0
    assert row[22:] == [0.0005, 0.0025]


def test_all_perpetuals_can_be_had_and_unknown_ones_are_left_out(caller: Caller) -> None:
    everything = caller.public("/v2/status/deriv", keys="ALL").json()
    unknown = caller.public("/v2/status/deriv", keys="tNOPE,tBTCUSD,fUSD")

    assert len(everything) >= 20
    assert (unknown.status_code, unknown.json()) == (200, [])


def test_past_statuses_leave_the_key_out(caller: Caller) -> None:
    path = "/v2/status/deriv/tBTCF0:USTF0/hist"
    rows = caller.public(path, limit="5").json()
    candles = caller.public("/v2/candles/trade:1m:tBTCF0:USTF0/hist", limit="5").json()
    spots = caller.public("/v2/candles/trade:1m:tBTCUST/hist", limit="20").json()

    assert [len(row) for row in rows] == [23] * 5
    assert [(row[0], row[2]) for row in rows] == [(row[0], row[2]) for row in candles]
    assert all(row[0] % MINUTE_MS == 0 for row in rows)
    assert {(row[0], row[3]) for row in rows} <= {(row[0], row[2]) for row in spots} | {
        (row[0], row[2]) for row in candles
    }
    assert caller.public("/v2/status/deriv/tNOPE/hist").json() == []


def test_nobody_has_been_liquidated(caller: Caller) -> None:
    assert caller.public("/v2/liquidations/hist").json() == []


def test_keys_are_needed(caller: Caller) -> None:
    answer = caller.public("/v2/status/deriv")

    assert (answer.status_code, answer.json()) == (500, ["error", 10020, "keys: invalid"])


def test_before_a_perpetual_was_there_it_had_no_status(caller: Caller) -> None:
    answer = caller.public("/v2/status/deriv/tBTCF0:USTF0/hist", start="0", end="1000")

    assert (answer.status_code, answer.json()) == (200, [])
