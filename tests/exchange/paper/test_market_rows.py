from __future__ import annotations

from exchange.paper.engine import Engine
from exchange.paper.market_rows import funding_ticker_row
from tests.exchange.paper.clock import Clock


def test_where_no_loan_is_asked_for_the_ticker_has_no_best_bid(clock: Clock) -> None:
    live = Engine(seed=1, clock=clock).find("fUSD")
    assert live is not None
    before = funding_ticker_row(live, first_trade=True)
    for resting in list(live.book.bids.orders()):
        live.book.remove(resting)
    after = funding_ticker_row(live, first_trade=True)

    assert None not in before[1:4]
    assert after == [before[0], None, None, 0, *before[4:]]
