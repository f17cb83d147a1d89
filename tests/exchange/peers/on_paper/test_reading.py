"""What else the other clients can read, each by methods of its own.

They take every row apart and raise where one is shorter or otherwise than they expect.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from exchange.paper import PaperExchange, PaperKey, running_paper
from exchange.paper.keys import SCOPES
from tests.exchange.paper.caller import Caller
from tests.exchange.peers.on_paper.conftest import Start

BTC, PERPETUAL = "tBTCUSD", "tBTCF0:USTF0"

READS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "official": [
        ("conf", {"config": "pub:list:pair:exchange"}),
        ("get_tickers", {"symbols": [BTC, "fUSD"]}),
        ("get_tickers_history", {"symbols": [BTC]}),
        ("get_f_ticker", {"symbol": "fUSD"}),
        ("get_f_trades", {"currency": "fUSD"}),
        ("get_f_book", {"currency": "fUSD", "precision": "P0"}),
        ("get_t_raw_book", {"pair": BTC}),
        ("get_f_raw_book", {"currency": "fUSD"}),
        ("get_candles_last", {"symbol": BTC, "tf": "1D"}),
        ("get_seed_candles", {"symbol": BTC}),
        ("get_derivatives_status", {"keys": [PERPETUAL]}),
        ("get_derivatives_status_history", {"key": PERPETUAL}),
        ("get_trading_market_average_price", {"symbol": BTC, "amount": "1"}),
        ("get_funding_market_average_price", {"symbol": "fUSD", "amount": "100", "period": 2}),
        ("get_fx_rate", {"ccy1": "USD", "ccy2": "BTC"}),
        ("get_user_info", {}),
        ("get_login_history", {}),
        ("get_base_margin_info", {}),
        ("get_symbol_margin_info", {"symbol": BTC}),
        ("get_all_symbols_margin_info", {}),
        ("get_positions", {}),
        ("get_positions_history", {}),
        ("get_positions_audit", {}),
        ("get_funding_info", {"key": "fUSD"}),
        ("get_deposit_address", {"wallet": "exchange", "method": "bitcoin"}),
        ("get_movements", {}),
    ],
    "ccxt": [
        ("fetch_status", {}),
        ("fetch_currencies", {}),
        ("fetch_ticker", {"symbol": "BTC/USDT:USDT"}),
        ("fetch_order_book", {"symbol": "BTC/USDT:USDT"}),
        ("fetch_ohlcv", {"symbol": "BTC/USDT:USDT", "timeframe": "1w"}),
        ("fetch_balance", {"params": {"type": "margin"}}),
        ("fetch_trading_fees", {}),
        ("fetch_positions", {}),
        ("fetch_deposit_address", {"code": "BTC"}),
        ("fetch_deposits_withdrawals", {}),
        ("fetch_ledger", {}),
        ("fetch_closed_orders", {}),
        ("fetch_funding_rate", {"symbol": "BTC/USDT:USDT"}),
        ("fetch_funding_rate_history", {"symbol": "BTC/USDT:USDT"}),
        ("fetch_open_interest", {"symbol": "BTC/USDT:USDT"}),
        ("fetch_open_interest_history", {"symbol": "BTC/USDT:USDT"}),
    ],
    "node": [
        ("status", {}),
        ("statusMessages", {"type": "deriv", "keys": ["ALL"]}),
        ("ticker", {"symbol": "fUSD"}),
        ("tickersHistory", {"symbols": [BTC]}),
        ("candles", {"timeframe": "1D", "symbol": BTC, "section": "last"}),
        ("currencies", {}),
        ("symbols", {}),
        ("futures", {}),
        ("symbolDetails", {}),
        ("accountFees", {}),
        ("trades", {"symbol": "fUSD"}),
        ("marketAveragePrice", {"symbol": BTC, "amount": 1}),
        ("walletsHistory", {}),
        ("userInfo", {}),
        ("logins", {}),
        ("keyPermissions", {}),
        ("accountSummary", {}),
        ("movements", {}),
        ("ledgers", {"filters": {"ccy": "USD", "category": 201}}),
        ("positions", {}),
        ("positionsHistory", {}),
        ("positionsAudit", {}),
        ("marginInfo", {"key": "base"}),
        ("marginInfo", {"key": BTC}),
        ("fundingInfo", {"key": "fUSD"}),
        ("calcAvailableBalance", {"symbol": BTC, "dir": 1, "rate": 60_000, "type": "EXCHANGE"}),
        ("generateToken", {"scope": "api", "ttl": 60, "caps": ["o"]}),
        ("getDepositAddress", {"wallet": "exchange", "method": "bitcoin", "opRenew": 0}),
    ],
}
CASES = [
    pytest.param(name, *read, id=f"{name} {read[0]}")
    for name, reads in READS.items()
    for read in reads
]


@pytest.fixture(scope="module")
def exchanges() -> Iterator[dict[str, PaperExchange]]:
    """One for each client: their nonces are of different sizes."""
    with ExitStack() as running:
        yield {name: running.enter_context(busy()) for name in READS}


@contextmanager
def busy() -> Iterator[PaperExchange]:
    """Run an exchange with an account that has a position, fills, fees, and money that came."""
    everything = dict.fromkeys(SCOPES, (1, 1))
    keys = [PaperKey(name, "secret", everything, "account") for name in ("ours", "key")]
    with running_paper(seed=1, keys=keys) as paper:
        paper.pause()
        caller = Caller(paper.rest_url, keys[0])
        caller.submit("0.01")
        caller.submit("0.01", type="MARKET")
        paper.deposit("account", "bitcoin", "0.5")
        yield paper


@pytest.mark.parametrize(("name", "method", "arguments"), CASES)
def test_a_client_understands_what_it_reads(
    start: Start,
    exchanges: dict[str, PaperExchange],
    name: str,
    method: str,
    arguments: dict[str, Any],
) -> None:
    url = exchanges[name].rest_url

    assert start(name, "rest").ask("read", url=url, method=method, arguments=arguments)
