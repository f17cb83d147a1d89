"""What looks like a mistake: named before an order is placed, and allowed when confirmed.

Soft guards ask for a tick, hard ones for the amount, typed again. What no confirmation can pass
is in locks.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from dashboard.figures import amount_text, price_text
from dashboard.live.board import board
from dashboard.markets.models import Instrument
from dashboard.orders import journal, sizing
from dashboard.orders.kinds import Flag, has_flag, kind_of
from dashboard.orders.models import Order
from dashboard.orders.outlook import Outlook
from dashboard.orders.typed import NotANumber, typed_number
from dashboard.portfolio.selectors import Available

HUNDRED = Decimal(100)
AGAIN = "You placed the same order a moment ago."


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One thing to confirm; `code` is what the form's tick says."""

    code: str
    sentence: str
    is_hard: bool = False
    tick: str = "I mean it"


def guards_of(
    order: Order, instrument: Instrument, outlook: Outlook, available: Available
) -> Iterator[Guard]:
    """Yield what has to be confirmed about an order as the market stands now."""
    yield from crossing(order, instrument, outlook)
    yield from away(order, outlook)
    yield from thin(order, instrument, outlook)
    yield from large_for_balance(order, instrument, available)
    yield from large_for_volume(order, instrument)
    yield from again(order)


def unconfirmed(
    order: Order, guards: Iterable[Guard], *, ticks: Collection[str], amount: str
) -> list[Guard]:
    """Return the guards that the form does not confirm: no tick, or another amount typed."""
    is_typed = is_amount(amount, order)
    return [each for each in guards if not (is_typed if each.is_hard else each.code in ticks)]


def is_amount(text: str, order: Order) -> bool:
    try:
        return typed_number(text.strip(), "amount") == order.amount
    except NotANumber:
        return False


def crossing(order: Order, instrument: Instrument, outlook: Outlook) -> Iterator[Guard]:
    kind = kind_of(order)
    if kind is None or kind.code != "LIMIT" or not outlook.crosses:
        return
    side = "ask" if order.side == "buy" else "bid"
    best = f"the best {side} is {price_text(outlook.best)}"
    if has_flag(order, Flag.POST_ONLY):
        sentence = f"The exchange would cancel it at once: {best}, and it is post only."
    else:
        covered = amount_text(outlook.walk.covered) if outlook.walk else "some"
        sentence = f"It would trade {covered} {instrument.base_name} at once and pay for taking: "
        sentence += f"{best}."
    yield Guard(code="crosses", sentence=sentence)


def away(order: Order, outlook: Outlook) -> Iterator[Guard]:
    """Yield when a price is far from the market; hard where it could cost at once."""
    price = order.price_aux_limit or order.price
    # A stop limit sells at its limit once its stop is reached: that is then the market.
    market = order.price if order.price_aux_limit else outlook.market
    if price is None or not market:
        return
    worse = (price / market - 1) * (1 if order.side == "buy" else -1) * HUNDRED
    kind = kind_of(order)
    sentence = f"The price is {distance_words(price / market)} the market, {price_text(market)}."
    if kind is not None and kind.code == "STOP":
        if abs(worse) > settings.GUARD_FAR_PERCENT:
            yield Guard(code="away", sentence=sentence)
    elif worse > settings.GUARD_HARD_PERCENT:
        yield Guard(code="far", sentence=sentence, is_hard=True)
    elif worse > settings.GUARD_WORSE_PERCENT or -worse > settings.GUARD_FAR_PERCENT:
        yield Guard(code="away", sentence=sentence)


def distance_words(ratio: Decimal) -> str:
    """Return how far a price is off: "4.0 % above", "10.3× above"."""
    if ratio >= 2:
        return f"{ratio:.1f}× above"
    side = "above" if ratio > 1 else "below"
    return f"{abs(ratio - 1) * HUNDRED:.1f} % {side}"


def thin(order: Order, instrument: Instrument, outlook: Outlook) -> Iterator[Guard]:
    """Yield when a market order would move the market, or is more than the book we see."""
    if not order.is_market or outlook.walk is None or outlook.impact is None:
        return
    impact = outlook.impact * HUNDRED
    if impact > settings.GUARD_WORSE_PERCENT:
        yield Guard(
            code="impact",
            sentence=f"The book is thin: the average price is {impact:.1f} % off the market.",
            is_hard=impact > settings.GUARD_HARD_PERCENT,
        )
    if outlook.walk.covered < order.amount:
        covered = amount_text(outlook.walk.covered)
        yield Guard(
            code="beyond",
            sentence=f"The book we see holds only {covered} {instrument.base_name}: the rest may "
            "trade at any price.",
        )


def large_for_balance(
    order: Order, instrument: Instrument, available: Available
) -> Iterator[Guard]:
    is_buy = order.side == "buy"
    needed = sizing.estimate_of(order).total if is_buy else order.amount
    held = available[instrument.quote if is_buy else instrument.base]
    if not needed or not held:
        return
    share = needed / held * HUNDRED
    if share > settings.GUARD_BALANCE_PERCENT:
        name = instrument.quote_name if is_buy else instrument.base_name
        yield Guard(code="balance", sentence=f"This is {share:.0f} % of your available {name}.")


def large_for_volume(order: Order, instrument: Instrument) -> Iterator[Guard]:
    quote = board.quote(order.symbol)
    if quote is None or not quote.volume:
        return
    share = order.amount / quote.volume * HUNDRED
    if share > settings.GUARD_VOLUME_PERCENT:
        yield Guard(
            code="volume",
            sentence=f"This is {share:.1f} % of all {instrument.base_name} traded here in a day.",
        )


def again(order: Order) -> Iterator[Guard]:
    """Yield when the same order was placed a moment ago, from this tab or another."""
    since = timezone.now() - timedelta(seconds=settings.GUARD_AGAIN_SECONDS)
    same = journal.placed_since(order.account, since).filter(
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        amount=order.amount,
        price=order.price,
    )
    if same.exclude(pk=order.pk).exists():
        yield Guard(
            code="again",
            sentence=AGAIN,
            tick="Yes, again",
        )


def repeat_hold(order: Order) -> str:
    """Return why a repetition that nobody confirmed may not be placed, "" otherwise.

    Two presses at once each see nothing of the other while their reviews are judged; this is asked
    again where they take turns.
    """
    if AGAIN in order.reference:
        return ""
    return next((f"{each.sentence} Nothing was sent." for each in again(order)), "")
