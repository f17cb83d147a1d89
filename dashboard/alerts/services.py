"""Setting, deleting and ringing alerts. A ring is in the database before anybody is told of it."""

from __future__ import annotations

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from dashboard.accounts.models import User
from dashboard.alerts import selectors
from dashboard.alerts.models import Direction, PriceAlert
from dashboard.decimal_field import trimmed
from dashboard.figures import price_text
from dashboard.live.board import board
from dashboard.live.events import What, tell_person
from dashboard.live.quotes import FeedState
from dashboard.markets.models import Instrument

MOST_WAITING = 200
HINT: What = "alerts-changed"
TOO_MANY = f"{MOST_WAITING} alerts wait already: delete one that you no longer need."
NO_PRICE = "{market} has no fresh price right now, so up and down cannot be told apart. Try again."
ALREADY_THERE = "{market} stands at {price} now: choose a price above or below."
OLD = {FeedState.STALE, FeedState.CLOSED}
TWICE = "You already wait for {market} at {price}."


class Refused(Exception):
    """An alert that cannot be; the text is the sentence for its person."""


def set_alert(user: User, instrument: Instrument, price: Decimal) -> PriceAlert:
    """Wait for a price: from below if it lies above the market, from above otherwise.

    Raises Refused.
    """
    market = instrument.public_name
    direction = direction_to(instrument, price)
    if selectors.waiting(user).count() >= MOST_WAITING:
        raise Refused(TOO_MANY)
    try:
        with transaction.atomic():
            alert = PriceAlert.objects.create(
                user=user,
                symbol=instrument.symbol,
                direction=direction,
                price=trimmed(price),  # one spelling of each price, where columns are text
                made_at=timezone.now(),
            )
    except IntegrityError as exc:
        raise Refused(TWICE.format(market=market, price=price_text(price))) from exc
    tell_person(user.pk, HINT)
    return alert


def direction_to(instrument: Instrument, price: Decimal) -> Direction:
    quote = board.quote(instrument.symbol)
    market = instrument.public_name
    if quote is None or quote.last is None or quote.state() in OLD:
        raise Refused(NO_PRICE.format(market=market))
    if price == quote.last:
        raise Refused(ALREADY_THERE.format(market=market, price=price_text(price)))
    return Direction.RISES if price > quote.last else Direction.FALLS


def delete_alert(user: User, alert_id: int) -> bool:
    """Forget an alert; return whether it was this person's."""
    deleted, _ = PriceAlert.objects.filter(user=user, pk=alert_id).delete()
    if deleted:
        tell_person(user.pk, HINT)
    return bool(deleted)


def take_notice(user: User) -> None:
    """Note that a person has seen what rang."""
    if selectors.unseen(user).update(seen_at=timezone.now()):
        tell_person(user.pk, HINT)


def ring(alert: PriceAlert, price: Decimal) -> bool:
    """Ring once, whoever else tries; return whether it was this call."""
    waiting = PriceAlert.objects.filter(pk=alert.pk, rang_at=None)
    has_rung = bool(waiting.update(rang_at=timezone.now(), rang_price=price))
    if has_rung:
        tell_person(alert.user_id, HINT)
    return has_rung
