from __future__ import annotations

from typing import Any

import pytest

from exchange.paper.stream.account.filters import Filter
from exchange.paper.stream.account.frames import trading_topics, wallet_topics


@pytest.mark.parametrize("value", [None, [], [5], "trading", {"trading": 1}])
def test_what_names_nothing_lets_everything_through(value: Any) -> None:
    wanted = Filter.read(value)

    assert wanted.admits(("notify",))
    assert wanted.admits_some("trading")


def test_a_name_stands_for_itself_and_for_its_parts() -> None:
    wide, narrow = Filter.read(["wallet"]), Filter.read(["wallet-exchange-BTC"])
    bitcoin, dollars = wallet_topics("exchange", "BTC"), wallet_topics("exchange", "USD")

    assert (wide.admits(bitcoin), wide.admits(dollars)) == (True, True)
    assert (narrow.admits(bitcoin), narrow.admits(dollars)) == (True, False)
    assert (narrow.admits_some("wallet"), narrow.admits_some("trading")) == (True, False)


def test_a_name_that_only_begins_alike_is_another() -> None:
    wanted = Filter.read(["trading-tBTCUSDX"])

    assert not wanted.admits(trading_topics("tBTCUSD"))
    assert not Filter.read(["tradings"]).admits_some("trading")
