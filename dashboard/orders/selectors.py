"""Orders and fills as pages show them. Everything starts from a user."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from dashboard.accounts.models import ExchangeAccount, User
from dashboard.accounts.selectors import key_trouble, main_account
from dashboard.live.board import board
from dashboard.live.quotes import Cell
from dashboard.markets import selectors as markets
from dashboard.markets.models import Instrument
from dashboard.orders import amending, words
from dashboard.orders.distances import Distance, distance_of
from dashboard.orders.models import Fill, Order, OrderSync
from dashboard.orders.states import UNSETTLED, State
from dashboard.orders.way import Step, way_of
from dashboard.portfolio import selectors as portfolio

MOST_PAST = 50
MOST_FILLS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What was charged in one currency, under the name people know it by."""

    amount: Decimal
    currency: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order with what a page says about it."""

    order: Order
    name: str
    base_name: str
    quote_name: str
    fees: tuple[Fee, ...]

    @property
    def state_words(self) -> str:
        return words.state_words(self.order)

    @property
    def sentence(self) -> str:
        """Return what happened; of a lost order also why it is not looked for, if so."""
        is_lost = self.order.state == State.UNKNOWN
        return words.sentence(self.order, key_trouble(self.order.account_id) if is_lost else None)

    @property
    def type_words(self) -> str:
        return words.type_words(self.order.type)

    @property
    def options(self) -> list[str]:
        return words.option_words(self.order)

    @property
    def further_price(self) -> str:
        return words.further_price(self.order)

    @property
    def age_ms(self) -> int:
        """Return how long ago the order was made."""
        return round((timezone.now() - self.order.created_at).total_seconds() * 1000)

    @property
    def distance(self) -> Distance | None:
        """Return how far its price is from the market; None where it does not wait at one."""
        is_waiting = self.order.state == State.OPEN and self.order.price is not None
        return distance_of(self.order) if is_waiting else None

    @property
    def can_amend(self) -> bool:
        return bool(amending.fields_of(self.order))

    @property
    def confirmed(self) -> list[str]:
        """Return what the person was asked about before placing it, and confirmed."""
        return list(json.loads(self.order.reference)) if self.order.reference else []

    @property
    def way(self) -> list[Step]:
        return way_of(self.order)

    @property
    def tone(self) -> str:
        return words.tone(self.order)

    @property
    def has_news(self) -> bool:
        """Whether the state alone does not say enough."""
        return bool(self.order.reason or (self.order.cancel_note and self.order.is_cancellable))

    @property
    def is_moving(self) -> bool:
        """Whether it may change by itself, so that a page looks again: a hint may be lost."""
        return self.order.state in {State.INTENT, State.SENDING, State.OPEN, State.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class FillRow:
    fill: Fill
    name: str
    fee_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why the lists may be old, and since when."""

    text: str
    read_at: datetime | None


def orders_of(user: User) -> QuerySet[Order]:
    """Return the person's orders; drafts are no orders yet."""
    return Order.objects.filter(user=user).exclude(state=State.DRAFT)


def order_of(user: User, order_id: int) -> Order | None:
    return orders_of(user).select_related("account").filter(pk=order_id).first()


def open_orders(user: User, *, symbol: str = "") -> list[OrderRow]:
    """Return what is not over, the newest first."""
    return order_rows(unsettled(user, symbol))


def unsettled(user: User, symbol: str = "") -> list[Order]:
    """Return the orders that are not over, the newest first.

    They are few, and their states find them. Asked for an order or a market as well, a database
    that knows no better finds by that, and reads the whole history.
    """
    found = orders_of(user).filter(state__in=UNSETTLED)
    kept = [order for order in found if not symbol or order.symbol == symbol]
    return sorted(kept, key=lambda order: (order.created_at, order.pk), reverse=True)


def past_orders(user: User, *, symbol: str = "") -> list[OrderRow]:
    """Return the last orders that are over, the newest first."""
    found = orders_of(user).exclude(state__in=UNSETTLED)
    found = found.filter(symbol=symbol) if symbol else found
    return order_rows(found.order_by("-created_at", "-pk")[:MOST_PAST])


def order_rows(orders: Iterable[Order]) -> list[OrderRow]:
    """Join orders with the names of their markets and the fees of their fills."""
    found = list(orders)
    names = market_names(order.symbol for order in found)
    fees = fees_by_order(found)
    return [
        OrderRow(
            order=order,
            name=names[order.symbol].pair,
            base_name=names[order.symbol].base,
            quote_name=names[order.symbol].quote,
            fees=fees[order.account_id, order.exchange_id],
        )
        for order in found
    ]


def order_row(order: Order) -> OrderRow:
    return order_rows([order])[0]


def fills_of_order(order: Order) -> list[FillRow]:
    if order.exchange_id is None:
        return []
    found = Fill.objects.filter(account=order.account_id, exchange_order_id=order.exchange_id)
    return fill_rows(found.order_by("-traded_at", "-trade_id"))


def fills(user: User, *, symbol: str = "") -> list[FillRow]:
    """Return the person's last trades, the newest first."""
    found = fills_in(user, symbol)
    return fill_rows(found.order_by("-traded_at", "-trade_id")[:MOST_FILLS])


def fills_in(user: User, symbol: str = "") -> QuerySet[Fill]:
    found = Fill.objects.filter(account__user=user, account=main_account(user))
    return found.filter(symbol=symbol) if symbol else found


def fill_rows(found: Iterable[Fill]) -> list[FillRow]:
    rows = list(found)
    names = market_names(fill.symbol for fill in rows)
    return [
        FillRow(
            fill=fill,
            name=names[fill.symbol].pair,
            fee_name=names[fill.symbol].of_currency(fill.fee_currency),
        )
        for fill in rows
    ]


def sync_problem(user: User) -> Problem | None:
    """Return why orders could not be read the last time, None while all is well."""
    work = OrderSync.objects.filter(account=main_account(user)).first()
    if work is None or not work.last_error:
        return None
    return Problem(text=work.last_error, read_at=work.last_success)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketNames:
    """What people call a market and its currencies, next to their wire names."""

    pair: str
    base: str
    quote: str
    wire_names: dict[str, str]

    def of_currency(self, currency: str) -> str:
        return self.wire_names.get(currency, currency)


def market_names(symbols: Iterable[str]) -> dict[str, MarketNames]:
    """Return the names of the markets; one that is no longer listed keeps its symbol."""
    wanted = set(symbols)
    listed = {each.symbol: each for each in markets.instruments().filter(symbol__in=wanted)}
    return {
        symbol: MarketNames(
            pair=listed[symbol].public_name,
            base=listed[symbol].base_name,
            quote=listed[symbol].quote_name,
            wire_names={
                listed[symbol].base: listed[symbol].base_name,
                listed[symbol].quote: listed[symbol].quote_name,
            },
        )
        if symbol in listed
        else MarketNames(pair=symbol, base="", quote="", wire_names={})
        for symbol in wanted
    }


def fees_by_order(orders: Iterable[Order]) -> dict[tuple[int, int | None], tuple[Fee, ...]]:
    """Return what each order's fills were charged, by currency."""
    found = list(orders)
    ids = [order.exchange_id for order in found if order.exchange_id is not None]
    names = market_names(order.symbol for order in found)
    sums: dict[tuple[int, int | None], dict[tuple[str, str], Decimal]] = defaultdict(dict)
    accounts = {order.account_id for order in found}
    for fill in Fill.objects.filter(account__in=accounts, exchange_order_id__in=ids):
        if fill.fee is None:
            continue
        name = names[fill.symbol].of_currency(fill.fee_currency) if fill.symbol in names else ""
        by_currency = sums[fill.account_id, fill.exchange_order_id]
        key = (fill.fee_currency, name or fill.fee_currency)
        by_currency[key] = by_currency.get(key, Decimal(0)) + fill.fee
    fees = {
        order_key: tuple(
            Fee(amount=amount, currency=currency, name=name)
            for (currency, name), amount in by_currency.items()
        )
        for order_key, by_currency in sums.items()
    }
    return defaultdict(tuple, fees)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMarket:
    """What a ticket shows beside its fields; None where balances were never read."""

    instrument: Instrument
    cells: Mapping[str, Cell]
    available_base: Decimal | None
    available_quote: Decimal | None


def ticket_market(account: ExchangeAccount, symbol: str) -> TicketMarket | None:
    """Return the ticket's market with its newest figures, None where there is no such market."""
    instrument = markets.instrument(symbol)
    if instrument is None:
        return None
    held = portfolio.available(account, (instrument.base, instrument.quote))
    return TicketMarket(
        instrument=instrument,
        cells=markets.market_row(instrument, board.quotes()).cells,
        available_base=held[instrument.base],
        available_quote=held[instrument.quote],
    )
