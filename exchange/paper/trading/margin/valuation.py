"""What an account on margin is worth, what its positions demand, and what it may still trade.

Everything is reckoned in USD at the middle of the books. Nothing is charged for what is borrowed.
Source: Bitfinex support, "Intro to Margin Trading" and "Margin Call Policy".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from exchange.paper.market.markets import USD, Market, pair_name
from exchange.paper.numbers import UNIT, Number, parse_units, quotient
from exchange.paper.trading.margin.positions import Position
from exchange.paper.trading.margin.settlement import MARGIN
from exchange.paper.trading.orders import CLOSE, REDUCE_ONLY, Order
from exchange.paper.trading.state.floor import Floor

_REDUCES = CLOSE | REDUCE_ONLY


@dataclass(frozen=True, slots=True)
class PositionView:
    """A position at the middle of its book. Money in units of quote currency, None: unreachable."""

    profit: int
    percent: Number
    liquidation_price: int | None
    leverage: Number


@dataclass(frozen=True, slots=True)
class MarginBase:
    """An account on margin, in units of USD. swaps, the cost of funding, is always 0."""

    profit: int
    swaps: int
    balance: int
    net: int
    required: int


@dataclass(frozen=True, slots=True)
class MarginSymbol:
    """What may be traded on one market: balances in quote, buy and sell in base, all in units."""

    tradable: int
    gross: int
    buy: int
    sell: int


class Margin:
    """Answer what positions are worth and whether more can be carried."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def value(self, currency: str, units: int) -> int:
        """Return what an amount is worth in USD; 0 where no market tells."""
        if currency == USD.code:
            return units
        live = self._floor.markets.get(f"t{pair_name(currency, USD.code)}")
        return units * live.middle // UNIT if live else 0

    def profit(self, position: Position) -> int:
        """Return what closing a position at the middle would bring, in units of quote."""
        live = self._floor.markets[position.market.symbol]
        return position.amount * live.middle // UNIT - position.cost

    def balance(self, account: str) -> int:
        """Return what the margin wallets hold, in USD."""
        return sum(
            self.value(wallet.currency, wallet.balance)
            for wallet in self._floor.account(account).wallets.values()
            if wallet.kind == MARGIN and wallet.balance
        )

    def open_profit(self, account: str) -> int:
        """Return what all positions have won or lost so far, in USD."""
        return sum(
            self.value(position.market.quote.code, self.profit(position))
            for position in self._floor.positions.of(account)
        )

    def equity(self, account: str) -> int:
        """Return what would be left if every position closed at the middle, in USD."""
        return self.balance(account) + self.open_profit(account)

    def maintenance(self, account: str) -> int:
        """Return the equity below which positions are liquidated, in USD."""
        return (
            sum(
                self._exposure_value(position.market, position.amount) * _minimum(position.market)
                for position in self._floor.positions.of(account)
            )
            // UNIT
        )

    def is_exhausted(self, account: str) -> bool:
        """Tell whether an account can no longer carry its positions."""
        return self.equity(account) < self.maintenance(account)

    def carries(self, order: Order) -> bool:
        """Tell whether an account could carry an order if it were filled, with all others.

        An order that demands no more than there is demanded without it always fits.
        """
        before = self._initial(order.account, but=order)
        after = self._initial(order.account, but=order, extra=order)
        return after <= before or after <= self.equity(order.account)

    def view(self, position: Position) -> PositionView:
        """Describe an open position as it stands now."""
        profit, equity = self.profit(position), self.equity(position.account)
        value = self._exposure_value(position.market, position.amount)
        return PositionView(
            profit=profit,
            percent=quotient(profit * 100, abs(position.cost) or 1),
            liquidation_price=self._liquidation_price(position, equity),
            leverage=quotient(value, equity) if equity > 0 else Number("0"),
        )

    def base(self, account: str) -> MarginBase:
        """Sum an account up."""
        balance, profit = self.balance(account), self.open_profit(account)
        required = self.maintenance(account)
        return MarginBase(profit, 0, balance, balance + profit, required)

    def symbol(self, account: str, symbol: str) -> MarginSymbol:
        """Tell what an account may trade on a market; nothing where nobody lends for it."""
        live = self._floor.markets[symbol]
        market, price = live.market, live.middle
        worth = self.value(market.quote.code, UNIT)
        if market.initial_margin is None or not worth:
            return MarginSymbol(0, 0, 0, 0)
        rate, equity = _initial_rate(market), self.equity(account)
        free = max(0, equity - self._initial(account))
        tradable, gross = (units * UNIT // rate * UNIT // worth for units in (free, max(0, equity)))
        held = self._floor.positions.amount(account, symbol)
        room = tradable * UNIT // price
        return MarginSymbol(tradable, gross, room + 2 * max(0, -held), room + 2 * max(0, held))

    def spare(self, account: str, currency: str, held: int) -> int:
        """Return how much of what is held of a currency nothing else needs, in its units."""
        demanded, worth = self._initial(account), self.value(currency, UNIT)
        if not demanded or not worth:
            return held
        free = max(0, min(self.balance(account), self.equity(account)) - demanded)
        return min(held, free * UNIT // worth)

    def _initial(self, account: str, but: Order | None = None, extra: Order | None = None) -> int:
        amounts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for position in self._floor.positions.of(account):
            amounts[position.market.symbol][0] = position.amount
        for order in self._floor.archive.open_of(account):
            if (but is None or order.id != but.id) and _demands(order):
                amounts[order.market.symbol][1 if order.is_buy else 2] += order.remaining
        if extra is not None and not extra.flags & _REDUCES:
            amounts[extra.market.symbol][1 if extra.is_buy else 2] += extra.remaining
        demanded = 0
        for symbol, (held, buys, sells) in amounts.items():
            market = self._floor.markets[symbol].market
            worst = max(abs(held), abs(held + buys), abs(held - sells))
            demanded += self._exposure_value(market, worst) * _initial_rate(market)
        return demanded // UNIT

    def _exposure_value(self, market: Market, amount: int) -> int:
        total = abs(amount) * self._floor.markets[market.symbol].middle // UNIT
        return self.value(market.quote.code, total)

    def _liquidation_price(self, position: Position, equity: int) -> int | None:
        # Where equity, moving with this position alone, meets what all positions demand.
        market, amount = position.market, position.amount
        worth, middle = (
            self.value(market.quote.code, UNIT),
            self._floor.markets[market.symbol].middle,
        )
        rate = _minimum(market)
        slope = worth * (amount * UNIT - rate * abs(amount))
        if not slope:
            return None
        own = self._exposure_value(market, amount) * rate // UNIT
        others = self.maintenance(position.account) - own
        price = ((others - equity) * UNIT * UNIT + amount * middle * worth) * UNIT // slope
        return price if price > 0 else None


def _demands(order: Order) -> bool:
    # Of a pair only one can ever trade, and what reduces a position demands nothing.
    is_second = order.waits_for_price and order.partner is not None
    return order.kind.is_margin and not is_second and not order.flags & _REDUCES


def _initial_rate(market: Market) -> int:
    return parse_units(market.initial_margin or "1")


def _minimum(market: Market) -> int:
    return parse_units(market.minimum_margin or "1")
