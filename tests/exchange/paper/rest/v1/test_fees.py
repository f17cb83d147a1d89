from __future__ import annotations

from tests.exchange.paper.caller import Caller


def test_trading_fees_are_percents_for_every_base_currency(caller: Caller) -> None:
    (info,) = caller.v1("/v1/account_infos").json()
    by_base = {row["pairs"]: (row["maker_fees"], row["taker_fees"]) for row in info["fees"]}

    assert (info["maker_fees"], info["taker_fees"]) == ("0.1", "0.2")
    assert by_base["BTC"] == ("0.1", "0.2")
    assert len(by_base) == len(info["fees"]) == 6


def test_withdrawal_fees_are_told_by_currency(caller: Caller) -> None:
    fees = caller.v1("/v1/account_fees").json()["withdraw"]

    assert fees["BTC"] == "0.0004"
    assert "USD" not in fees


def test_the_summary_adds_a_month_up(caller: Caller) -> None:
    before = caller.v1("/v1/summary").json()
    caller.submit("0.1")
    after = caller.v1("/v1/summary").json()
    volumes = {row["curr"]: row["vol"] for row in after["trade_vol_30d"]}

    assert before["trade_vol_30d"] == [{"curr": "Total (USD)", "vol": 0}]
    assert (after["maker_fee"], after["taker_fee"]) == (0.001, 0.002)
    assert volumes["BTC"] == 0.1
    assert volumes["Total (USD)"] > 1_000
    assert after["fees_trading_30d"] == {"BTC": 0.0002}
    assert 0 < after["fees_trading_total_30d"] < volumes["Total (USD)"] * 0.0021
