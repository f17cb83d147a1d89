from __future__ import annotations

import pytest

from exchange.models.wallets import WalletType
from exchange.stream import calculations


def test_figures_are_asked_for_by_name():
    assert calculations.wallet(WalletType.EXCHANGE, "USD") == "wallet_exchange_USD"
    assert calculations.margin("tBTCUSD") == "margin_sym_tBTCUSD"
    assert calculations.position("tBTCF0:USTF0") == "position_tBTCF0:USTF0"
    assert calculations.funding("fUSD") == "funding_sym_fUSD"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: calculations.wallet(WalletType.EXCHANGE, "usd "),
        lambda: calculations.wallet("savings", "USD"),  # type: ignore[arg-type]
        lambda: calculations.margin("fUSD"),
        lambda: calculations.position("BTC"),
        lambda: calculations.funding("tBTCUSD"),
    ],
)
def test_what_has_no_name_is_not_asked_for(ask):
    with pytest.raises(ValueError, match="not a"):
        ask()
