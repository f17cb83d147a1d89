"""What makes an order impossible, whoever asks for it: at the ticket, and again before placing."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.figures import amount_text, price_text
from dashboard.live.board import board
from dashboard.markets.models import Instrument
from dashboard.orders import sizing
from dashboard.orders.kinds import Flag, flag_names, has_flag, is_margin, kind_of
from dashboard.orders.models import Order
from dashboard.portfolio.selectors import Available

Problem = tuple[str, str]  # the ticket's field, and the sentence for it

FLAG_WORDS = {
    "post-only": "post only",
    "hidden": "hidden",
    "reduce-only": "reduce only",
    "oco": "one of a pair",
}


def problems(order: Order, instrument: Instrument, available: Available) -> Iterator[Problem]:
    """Yield why the order cannot be, by the ticket's fields; the balance is asked last."""
    found = [
        *wallet_problems(order, instrument),
        *option_problems(order),
        *stop_problems(order),
        *size_problems(order, instrument),
    ]
    yield from found or balance_problems(order, instrument, available)


def wallet_problems(order: Order, instrument: Instrument) -> Iterator[Problem]:
    on_margin = is_margin(order)
    name = instrument.public_name
    if on_margin and not (instrument.is_on_margin or instrument.is_perpetual):
        yield "wallet", f"{name} cannot be traded with the margin wallet."
    elif instrument.is_perpetual and not on_margin:
        yield "wallet", f"{name} is traded with the margin wallet only."
    if order.leverage is not None and not instrument.is_perpetual:
        yield "leverage", "Leverage is chosen for perpetual contracts only: leave it empty."


def option_problems(order: Order) -> Iterator[Problem]:
    kind = kind_of(order)
    if kind is None:
        return
    title = kind.title.lower()
    for name in flag_names(order):
        if name not in kind.flags:
            yield "flags", f"A {title} order cannot be {FLAG_WORDS[name]}: take that tick away."
    if has_flag(order, Flag.REDUCE_ONLY) and not is_margin(order):
        yield "flags", "Reduce only is for positions of the margin wallet: take that tick away."
    if order.time_in_force is not None and not kind.can_wait:
        yield "tif", f"A {title} order is over at once: leave its end empty."


def stop_problems(order: Order) -> Iterator[Problem]:
    """Yield what is wrong about the side of the market a stop lies on."""
    if order.price_oco_stop is not None and order.price is not None:
        yield from pair_problems(order)
        return
    quote = board.quote(order.symbol)
    last = quote.last if quote else None
    if last is None:
        return
    if order.price_trailing is not None and order.price_trailing >= last:
        yield "distance", f"The distance must be smaller than the price, {price_text(last)}."
    kind = kind_of(order)
    if kind is None or "stop" not in kind.prices or order.price is None:
        return
    if order.side == "buy" and order.price <= last:
        yield "stop", f"A stop that buys lies above the market, which is at {price_text(last)}."
    if order.side == "sell" and order.price >= last:
        yield "stop", f"A stop that sells lies below the market, which is at {price_text(last)}."


def pair_problems(order: Order) -> Iterator[Problem]:
    assert order.price_oco_stop is not None and order.price is not None  # noqa: S101, PT018
    if order.side == "buy" and order.price_oco_stop <= order.price:
        yield "stop", "Of a pair that buys, the stop lies above the limit."
    if order.side == "sell" and order.price_oco_stop >= order.price:
        yield "stop", "Of a pair that sells, the stop lies below the limit."


def size_problems(order: Order, instrument: Instrument) -> Iterator[Problem]:
    smallest, largest = instrument.minimum, instrument.maximum
    name = instrument.base_name
    if smallest is not None and order.amount < smallest:
        yield "amount", f"The smallest order is {amount_text(smallest)} {name}."
    elif largest is not None and order.amount > largest:
        yield "amount", f"The largest order is {amount_text(largest)} {name}."


def balance_problems(
    order: Order, instrument: Instrument, available: Available
) -> Iterator[Problem]:
    is_buy = order.side == "buy"
    needed = sizing.estimate_of(order).total if is_buy else order.amount
    held = available[instrument.quote if is_buy else instrument.base]
    name = instrument.quote_name if is_buy else instrument.base_name
    if needed is None or held is None or needed <= held:
        return
    costs = f"This costs {amount_text(needed)} {name}, but" if is_buy else "Only"
    verb = "only " if is_buy else ""
    yield "amount", f"{costs} {verb}{amount_text(held)} {name} is available."
