"""What the wire may say in every client's tests, and whether two clients read it the same."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

# Written as a JavaScript server writes its numbers: an exponent below a millionth, lowercase.
TINY = ("1.7e-7", "-5.6e-7", "1e-8")
AWKWARD = ("34408215965.07133", "0.0003123616438356164", "11.960650700086292", "0", "-0.0359")


def plain(places: int, largest: int = 99_999) -> st.SearchStrategy[str]:
    """Numbers as text; a binary fraction holds all of their digits."""
    return st.decimals(-largest, largest, places=places).map(lambda number: format(number, "f"))


NUMBERS = plain(8) | plain(2) | plain(0) | st.sampled_from(TINY + AWKWARD)
PRICES = st.decimals("0.01", 99_999, places=4).map(lambda price: format(price, "f"))
TIMES = st.integers(1_400_000_000_000, 1_900_000_000_000)
IDS = st.integers(1, 2**53)
AMOUNTS = NUMBERS.filter(lambda number: Decimal(number) != 0)
# ccxt takes a zero in a ticker for a gap and fills it by its own reckoning.
TICKERS = st.tuples(
    PRICES, AMOUNTS, PRICES, AMOUNTS, AMOUNTS, AMOUNTS, PRICES, AMOUNTS, PRICES, PRICES
)
WALLETS = st.tuples(NUMBERS, NUMBERS, st.none() | NUMBERS)
STATUSES = {
    "ACTIVE": "open",
    "PARTIALLY FILLED @ 42.821(-0.08)": "open",
    "EXECUTED @ 42.821(0.1)": "closed",
    "CANCELED was: PARTIALLY FILLED @ 42.821(-0.08)": "canceled",
}


@st.composite
def order_rows(draw) -> list[Any]:
    row: list[Any] = ["null"] * 32
    created = draw(TIMES)
    row[0], row[2], row[3] = draw(IDS), draw(IDS | st.just("null")), '"tBTCUSD"'
    row[4], row[5] = created, created + draw(st.integers(0, 10**9))
    row[6], row[7], row[8] = draw(AMOUNTS), draw(AMOUNTS), '"EXCHANGE LIMIT"'
    row[12], row[13] = 4096, json.dumps(draw(st.sampled_from(list(STATUSES))))
    row[16], row[17] = draw(PRICES), draw(PRICES)
    return row


def array(*members: Any) -> str:
    """Join texts of JSON to one array."""
    return f"[{','.join(map(str, members))}]"


def same(theirs: Any, ours: Decimal | None) -> bool:
    """Whether a number of theirs, a binary fraction or its digits, is ours."""
    if theirs is None or ours is None:
        return theirs is ours
    return Decimal(str(theirs)) == ours


def all_same(theirs: dict[str, Any], **ours: Decimal | None) -> bool:
    """Whether all these members are the same numbers."""
    return all(same(theirs[name], number) for name, number in ours.items())


def milliseconds(time: Any) -> int:
    """A time as the wire has it; the division is exact."""
    return round(time.timestamp() * 1000)


def ticker_is_the_officials(theirs: dict[str, Any], ours: Any) -> bool:
    names = {name: name for name in theirs} | {"last_price": "last"}
    return all(same(theirs[name], getattr(ours, mine)) for name, mine in names.items())


def ticker_is_ccxts(theirs: dict[str, Any], ours: Any) -> bool:
    return all_same(
        theirs,
        bid=ours.bid,
        ask=ours.ask,
        last=ours.last,
        high=ours.high,
        low=ours.low,
        change=ours.daily_change,
        percentage=ours.daily_change_relative * 100,
        baseVolume=ours.volume,
    )


def wallet_is_the_officials(theirs: dict[str, Any], ours: Any) -> bool:
    named = (theirs["wallet_type"], theirs["currency"]) == (ours.type, ours.currency)
    return named and all_same(
        theirs,
        balance=ours.balance,
        unsettled_interest=ours.unsettled_interest,
        available_balance=ours.available,
    )


def trade_is_the_officials(theirs: dict[str, Any], ours: Any) -> bool:
    named = (theirs["id"], theirs["mts"]) == (ours.id, milliseconds(ours.time))
    return named and all_same(theirs, amount=ours.amount, price=ours.price)


def trade_is_ccxts(theirs: dict[str, Any], ours: Any) -> bool:
    # It tells buys from sells by a word.
    side = "buy" if ours.amount > 0 else "sell"
    named = (str(ours.id), milliseconds(ours.time), side)
    is_named = (theirs["id"], theirs["timestamp"], theirs["side"]) == named
    return is_named and all_same(theirs, amount=abs(ours.amount), price=ours.price)


def order_is_the_officials(theirs: dict[str, Any], ours: Any) -> bool:
    names = ("id", "cid", "gid", "symbol", "flags", "placed_id", "routing", "meta")
    times = (milliseconds(ours.created), milliseconds(ours.updated))
    return (
        all(theirs[name] == getattr(ours, name) for name in names)
        and (theirs["mts_create"], theirs["mts_update"]) == times
        and (theirs["order_type"], theirs["order_status"]) == (ours.type, ours.status)
        and all_same(
            theirs,
            amount=ours.amount,
            amount_orig=ours.amount_orig,
            price=ours.price,
            price_avg=ours.price_avg,
        )
    )


def order_is_ccxts(theirs: dict[str, Any], ours: Any) -> bool:
    status = STATUSES[ours.status]
    # Its time of an order is that of the last change.
    named = (str(ours.id), milliseconds(ours.updated), ours.side, status)
    return (
        tuple(theirs[name] for name in ("id", "timestamp", "side", "status")) == named
        and (ours.is_open, ours.is_filled) == (status == "open", status == "closed")
        and all_same(
            theirs,
            amount=abs(ours.amount_orig),
            remaining=abs(ours.amount),
            price=ours.price,
            average=ours.price_avg,
        )
    )
