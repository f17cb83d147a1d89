"""How orders trade: in parts, told in any order, and in markets that close."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from tests.chaos.rows.people import CANCELED, FILLED, cancel, placed
from tests.chaos.rows.row import REFUSED, Row
from tests.chaos.trial import STEP, SYMBOL, Trial, as_price
from tests.chaos.truth import Intent
from tests.product.running import until

NEAR = Decimal("1.0002")
OTHER = "tLTCUSD"
# Above what its market takes at least, and below what nobody asks about.
OTHER_AMOUNT = Decimal("0.5")


@contextmanager
def market_above(trial: Trial, price: Decimal) -> Iterator[None]:
    """Stop the bots with the market so near above a resting order that little stands before it."""
    exchange = trial.rig.exchange
    exchange.call("POST", "/pause")
    try:
        near = as_price(price * NEAR)
        exchange.call("POST", "/move_price", {"symbol": SYMBOL, "price": str(near)})
        yield
    finally:
        exchange.call("POST", "/resume")


def sell_to(trial: Trial, order_id: str, part: Decimal) -> None:
    """Let a bot sell so much to a resting order, and what others bid more for to them."""
    price = price_of(trial, order_id)
    book = trial.public(f"/v2/book/{SYMBOL}/P0?len=100")
    before = sum((Decimal(row[2]) for row in book if row[2] > 0 and row[0] > price), Decimal(0))
    members = {"symbol": SYMBOL, "amount": f"{-(before + part):f}", "price": str(price)}
    trial.rig.exchange.call("POST", "/trade", members)


def price_of(trial: Trial, order_id: str) -> Decimal:
    return Decimal(trial.rig.exchange.order(int(order_id))["price"])


def executed(trial: Trial, order_id: str) -> Decimal:
    return abs(Decimal(trial.rig.exchange.order(int(order_id))["executed"]))


def partly_filled_then_cancelled(trial: Trial, name: str) -> None:
    """What traded before the cancellation stays, to the unit."""
    intent = placed(trial, name, CANCELED)
    with market_above(trial, price_of(trial, intent.order_id)):
        until(lambda: traded_part(trial, intent), f"{name}: a part trades")
        traded = executed(trial, intent.order_id)
        assert 0 < traded < intent.amount, f"{name}: {traded} of {intent.amount} traded"
        cancel(trial, intent)
        until(lambda: not trial.rig.exchange.order(int(intent.order_id))["is_open"], name)


def filled_in_parts(trial: Trial, name: str) -> None:
    """Three trades, of whose frames one comes twice and one is overtaken by the next."""
    intent = placed(trial, name, FILLED)
    exchange = trial.rig.exchange
    with (
        market_above(trial, price_of(trial, intent.order_id)),
        exchange.fault("repeated_frame", channel="account") as repeated,
        exchange.fault("reordered_frame", channel="account") as reordered,
    ):
        for wanted in (part(intent.amount), 2 * part(intent.amount), intent.amount):
            until(lambda so_far=wanted: sold(trial, intent, so_far), f"{name}: {wanted} traded")  # type: ignore[misc]
            assert executed(trial, intent.order_id) == wanted, f"{name}: not {wanted} traded"
        until(
            lambda: exchange.fired(repeated) and exchange.fired(reordered),
            f"{name}: the frames are spoilt",
        )
    intent.settled = None


def traded_part(trial: Trial, intent: Intent) -> bool:
    return sold(trial, intent, part(intent.amount))


def sold(trial: Trial, intent: Intent, wanted: Decimal) -> bool:
    """Let a bot sell what is missing of `wanted`; tell whether that much is traded.

    To be asked again where another bid, which came meanwhile, has taken all of it.
    """
    missing = wanted - executed(trial, intent.order_id)
    if missing > 0:
        sell_to(trial, intent.order_id, missing)
    return executed(trial, intent.order_id) >= wanted


def part(amount: Decimal) -> Decimal:
    return (amount / 3).quantize(STEP)


def closed_meanwhile(trial: Trial, name: str) -> None:
    """The market is taken off the lists between the review and the press."""
    last = Decimal(str(trial.public(f"/v2/ticker/{OTHER}")[6]))
    typed, form = trial.review(
        symbol=OTHER,
        amount=f"{OTHER_AMOUNT + STEP * next(trial.rig.amounts):f}",
        price=f"{as_price(last * Decimal('0.99')):f}",
    )
    trial.remember(name, form.values["token"], typed["amount"], REFUSED)
    with trial.rig.exchange.fault("delisted_pair", symbol=OTHER):
        trial.confirm(form)


ROWS = (
    Row("F41", "filled in part, then cancelled", partly_filled_then_cancelled),
    Row("F42", "filled in parts, told twice and out of order", filled_in_parts),
    Row("F51", "the market closes between review and press", closed_meanwhile),
)
