"""Moving the money of a trade paid from the exchange wallet: both currencies, both fees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exchange.paper.numbers import UNIT, number, plain_text
from exchange.paper.trading.accounts import TRADE, TRADING_FEE, Account, Cause, Wallet
from exchange.paper.trading.orders import HIDDEN, Fill, Order, Style

# Fractions of what is received, in millionths.
# Source: Bitfinex docs, "Fees"; recorded fills of 2022 and 2023 show 0.2 % for takers.
MAKER_FEE_MILLIONTHS = 1_000
TAKER_FEE_MILLIONTHS = 2_000

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Match:
    """A trade about to be booked. amount is unsigned."""

    id: int
    made_ms: int
    price: int
    amount: int

    @property
    def total(self) -> int:
        """Quote currency that changes hands; the fraction of a unit stays with the buyer."""
        return self.price * self.amount // UNIT


@dataclass(frozen=True, slots=True)
class Part:
    """One order's part in a match; opposite_id is the order it met."""

    match: Match
    order: Order
    opposite_id: int
    is_maker: bool

    @property
    def fee_millionths(self) -> int:
        """What is charged. Hidden orders always pay like takers.

        Source: Bitfinex support, "What is a Hidden order option".
        """
        is_cheap = self.is_maker and not self.order.flags & HIDDEN
        return MAKER_FEE_MILLIONTHS if is_cheap else TAKER_FEE_MILLIONTHS

    def fill(self, fee: int, fee_currency: str) -> Fill:
        """Describe the trade as the order's owner sees it."""
        match, order = self.match, self.order
        return Fill(
            id=match.id,
            order_id=order.id,
            account=order.account,
            market=order.market,
            made_ms=match.made_ms,
            amount=match.amount * order.sign,
            price=match.price,
            is_maker=self.is_maker,
            fee=fee,
            fee_currency=fee_currency,
            kind=order.kind,
            order_price=order.price,
            cid=order.cid,
        )

    def exchange_cause(self) -> Cause:
        """Say what was exchanged for what."""
        match, market = self.match, self.order.market
        base, quote = market.base.code, market.quote.code
        paid, received = (match.total, quote), base
        if not self.order.is_buy:
            paid, received = (match.amount, base), quote
        text = f"Exchange {plain_text(paid[0])} {paid[1]} for {received}"
        return self._cause(f"{text} @ {plain_text(match.price)}", TRADE)

    def fee_cause(self) -> Cause:
        """Say what the fee was for.

        Source: recorded wallet updates of 2022 ("Trading fees for 0.05 LTC (LTCUST) @ 51.872 …").
        """
        match, market = self.match, self.order.market
        percent = "0.1" if self.fee_millionths == MAKER_FEE_MILLIONTHS else "0.2"
        text = f"Trading fees for {plain_text(match.amount)} {market.base.code} ({market.pair})"
        return self._cause(f"{text} @ {plain_text(match.price)} on BFX ({percent}%)", TRADING_FEE)

    def _cause(self, text: str, category: int) -> Cause:
        made_ms = self.match.made_ms
        return Cause(text=text, category=category, made_ms=made_ms, meta=self._story())

    def _story(self) -> dict[str, Any]:
        match, order = self.match, self.order
        return {
            "reason": "TRADE",
            "order_id": order.id,
            "order_id_oppo": self.opposite_id,
            "trade_price": str(number(match.price)),
            "trade_amount": str(number(match.amount * order.sign)),
            "order_cid": order.cid,
            "order_gid": order.gid,
        }


def held_back(order: Order) -> int:
    """Return what an open order must keep reserved for its remainder.

    Each fill drops its fraction of a unit, so all of them together never cost more than this.
    Orders on margin hold nothing back, market orders pay from what there is, and of a pair only
    the one in the book holds, for both.
    """
    if order.kind.is_margin or order.kind.style is Style.MARKET:
        return 0
    if order.waits_for_price and order.partner is not None:
        return 0
    if not order.is_buy:
        return order.remaining
    price = order.auxiliary if order.kind.style is Style.STOP_LIMIT else order.price
    return max(price, order.cover) * order.remaining // UNIT


def paid_wallet(account: Account, order: Order) -> Wallet:
    """Return the wallet an order of the exchange wallet spends from."""
    market = order.market
    return account.wallet(market.quote.code if order.is_buy else market.base.code)


def hold(account: Account, order: Order, reserved: int) -> None:
    """Change what an order holds back in its owner's wallet."""
    if reserved != order.reserved:
        paid_wallet(account, order).reserved += reserved - order.reserved
        order.reserved = reserved


def fee_of(amount: int, millionths: int) -> int:
    """Return the fee on an amount, rounded half up to a whole unit."""
    return (amount * millionths + _MILLION // 2) // _MILLION


def settle(part: Part, account: Account, fees: Account) -> Fill:
    """Book one side of a trade on its owner's wallets and return the fill.

    The other side is booked by its own call, or by `settle_house`.
    """
    match, order = part.match, part.order
    base, quote = order.market.base.code, order.market.quote.code
    paid, spent, received, gained = base, match.amount, quote, match.total
    if order.is_buy:
        paid, spent, received, gained = quote, match.total, base, match.amount
    fee = fee_of(gained, part.fee_millionths)
    order.record_fill(match.price, match.amount, match.made_ms)
    account.post(account.wallet(paid), -spent, part.exchange_cause())
    account.post(account.wallet(received), gained, part.exchange_cause())
    account.post(account.wallet(received), -fee, part.fee_cause())
    fees.wallet(received).balance += fee
    hold(account, order, held_back(order) if order.reserved else 0)
    return part.fill(fee, received)


def settle_house(match: Match, against: Order, house: Account) -> None:
    """Book the bots' side of a trade with `against`. They pay no fees."""
    market, sign = against.market, against.sign
    house.wallet(market.base.code).balance -= match.amount * sign
    house.wallet(market.quote.code).balance += match.total * sign
