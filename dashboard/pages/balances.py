"""What the exchange wallet holds of the two currencies that a market trades."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.markets.models import Instrument
from dashboard.portfolio.models import WalletType
from dashboard.portfolio.selectors import Holding, Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBalance:
    """One of the two currencies; `holding` is None where the wallet has nothing of it."""

    currency: str
    name: str
    holding: Holding | None


def pair_balances(portfolio: Portfolio, instrument: Instrument) -> list[PairBalance]:
    """Return the base currency, then the quote currency."""
    held = {
        holding.wallet.currency: holding
        for group in portfolio.groups
        if group.type == WalletType.EXCHANGE
        for holding in group.holdings
    }
    return [
        PairBalance(currency=currency, name=name, holding=held.get(currency))
        for currency, name in (
            (instrument.base, instrument.base_name),
            (instrument.quote, instrument.quote_name),
        )
    ]
