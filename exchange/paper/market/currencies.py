"""The currencies of the paper exchange, read from the table beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_TABLE = Path(__file__).with_name("currencies.txt")
_COLUMNS = 10
_NONE = "-"
# What moves less in a day is held at its value.
_PEGGED_BELOW = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A currency: its wire code, the name and ticker people use, and how its value behaves.

    start_value is in USD, day_volatility a fraction per day, day_turnover in USD; minimum and
    maximum are order sizes in coins. margin is the initial margin, None where there is none.
    pegged values are pulled back to where they started.
    """

    code: str
    label: str
    ticker: str
    start_value: float
    day_volatility: float
    day_turnover: float
    minimum: str
    maximum: str
    margin: str | None = None
    quotes: tuple[str, ...] = ()

    @property
    def pegged(self) -> bool:
        """Tell whether its value is held where it started."""
        return self.day_volatility < _PEGGED_BELOW


def _read(line: str) -> Currency:
    columns = line.split(maxsplit=_COLUMNS - 1)
    code, value, moves, turnover, minimum, maximum, margin, quotes, ticker, label = columns
    return Currency(
        code=code,
        label=label,
        ticker=code if ticker == _NONE else ticker,
        start_value=float(value),
        day_volatility=float(moves),
        day_turnover=float(turnover),
        minimum=minimum,
        maximum=maximum,
        margin=None if margin == _NONE else margin,
        quotes=() if quotes == _NONE else tuple(quotes.split(",")),
    )


CURRENCIES = tuple(
    _read(line) for line in _TABLE.read_text().splitlines() if line and not line.startswith("#")
)
BY_CODE = {currency.code: currency for currency in CURRENCIES}
USD = BY_CODE["USD"]
