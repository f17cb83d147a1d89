"""What the person sees before an order is placed, computed by the server from the order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dashboard.decimal_field import trimmed
from dashboard.live.board import absent_cells, board
from dashboard.live.quotes import Cell
from dashboard.markets import selectors as markets
from dashboard.markets.models import Instrument
from dashboard.orders import rules, sizing
from dashboard.orders.estimate import Basis, Estimate
from dashboard.orders.fees import FeeRate, fee_rate
from dashboard.orders.guards import Guard, guards_of
from dashboard.orders.holds import account_hold
from dashboard.orders.kinds import FLAG_TITLES, flag_names, is_margin, kind_of
from dashboard.orders.locks import OLD_MS, placing_lock
from dashboard.orders.models import Order
from dashboard.orders.outlook import Outlook, outlook_of
from dashboard.portfolio.selectors import Available


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an order does to one currency of its wallet; None where it is not known."""

    currency: str
    name: str
    amount: Decimal | None
    before: Decimal | None

    @property
    def after(self) -> Decimal | None:
        if self.before is None or self.amount is None:
            return None
        return trimmed(self.before + self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """An order with its cost, fee and effect, and whether it may be placed now."""

    order: Order
    instrument: Instrument
    estimate: Estimate
    outlook: Outlook
    fee_rate: FeeRate
    fee: Decimal | None
    paid: Change
    received: Change
    price_age: Cell
    price_age_ms: int | None
    lock: str
    # What makes it impossible as things stand now, in sentences.
    problems: tuple[str, ...]
    guards: tuple[Guard, ...]

    @property
    def is_by_book(self) -> bool:
        return self.estimate.basis is Basis.BOOK

    @property
    def is_by_last_price(self) -> bool:
        return self.estimate.basis is Basis.LAST

    @property
    def is_about(self) -> bool:
        """Whether the market makes the price, so that the cost is no more than a guess."""
        return self.estimate.basis is not Basis.LIMIT

    @property
    def is_beyond_book(self) -> bool:
        covered = self.estimate.covered
        return covered is not None and covered < self.order.amount

    @property
    def has_old_price(self) -> bool:
        return self.price_age_ms is not None and self.price_age_ms >= OLD_MS

    @property
    def lacks_balance(self) -> bool:
        return self.paid.after is not None and self.paid.after < 0

    @property
    def is_margin(self) -> bool:
        return is_margin(self.order)

    @property
    def kind_title(self) -> str:
        kind = kind_of(self.order)
        return kind.title if kind else self.order.type

    @property
    def options(self) -> list[str]:
        return [FLAG_TITLES[name] for name in flag_names(self.order)]

    @property
    def has_hard_guard(self) -> bool:
        return any(guard.is_hard for guard in self.guards)


def review_of(order: Order) -> Review | None:
    """Work out what placing the order would do now; None where its market is gone."""
    instrument = markets.instrument(order.symbol)
    if instrument is None:
        return None
    estimate = sizing.estimate_of(order)
    outlook = outlook_of(order)
    rate = fee_rate(order.account, instrument.quote)
    fraction = rate.of(is_maker=outlook.is_maker)
    available = sizing.available(order, instrument)
    paid, received, fee = effects(order, instrument, estimate, fraction, available)
    quote = board.quote(order.symbol)
    return Review(
        order=order,
        instrument=instrument,
        estimate=estimate,
        outlook=outlook,
        fee_rate=rate,
        fee=fee,
        paid=paid,
        received=received,
        price_age=(quote.cells if quote else absent_cells(order.symbol))["age"],
        price_age_ms=quote.age_ms() if quote else None,
        lock=account_hold(order.account) or placing_lock(order.symbol, instrument.public_name),
        problems=tuple(sentence for _, sentence in rules.problems(order, instrument, available)),
        guards=tuple(guards_of(order, instrument, outlook, available)),
    )


def effects(
    order: Order,
    instrument: Instrument,
    estimate: Estimate,
    fraction: Decimal,
    available: Available,
) -> tuple[Change, Change, Decimal | None]:
    """Return what is paid, what is received less the fee, and the fee.

    The exchange takes its fee from the currency that the order brings in.
    Source: Bitfinex, Fees.
    """
    base, quote = (
        (instrument.base, instrument.base_name, order.amount),
        (instrument.quote, instrument.quote_name, estimate.total),
    )
    paid, received = (quote, base) if order.side == "buy" else (base, quote)
    gross = received[2]
    fee = None if gross is None else trimmed(gross * fraction)
    net = None if gross is None or fee is None else gross - fee
    return (
        change(available, paid[0], paid[1], minus(paid[2])),
        change(available, received[0], received[1], net),
        fee,
    )


def minus(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount


def change(available: Available, currency: str, name: str, amount: Decimal | None) -> Change:
    return Change(currency=currency, name=name, amount=amount, before=available[currency])
