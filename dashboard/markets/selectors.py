"""What is known about markets: names and sizes from the database, figures from the board."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches

from django.db.models import Q, QuerySet

from dashboard.live.board import absent_cells, board
from dashboard.live.quotes import Cell, Quote, Standing
from dashboard.markets.models import Instrument
from dashboard.markets.sorting import Sort
from exchange.symbols import is_symbol, join

# The fifteen of the ticker strip, in its order, with the names people know them by.
STRIP = {
    "tBTCUSD": "Bitcoin",
    "tETHUSD": "Ethereum",
    "tUSTUSD": "Tether",
    "tXRPUSD": "XRP",
    "tBNBUSD": "BNB",
    "tSOLUSD": "Solana",
    "tUDCUSD": "USD Coin",
    "tTRXUSD": "TRON",
    "tDOGE:USD": "Dogecoin",
    "tADAUSD": "Cardano",
    "tHYPE:USD": "Hyperliquid",
    "tBCHN:USD": "Bitcoin Cash",
    "tLINK:USD": "Chainlink",
    "tLEOUSD": "UNUS SED LEO",
    "tZECUSD": "Zcash",
}
LONGEST_SEARCH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRow:
    """A listed market with its figures; without a quote the cells say that nothing is known."""

    instrument: Instrument
    quote: Quote | None
    cells: Mapping[str, Cell]
    turnover: Decimal | None

    @property
    def place(self) -> int | None:
        """Return where the last price stands in the day's range, in per cent of the way up."""
        quote = self.quote
        if quote is None or quote.last is None or quote.low is None or quote.high is None:
            return None
        if quote.high <= quote.low:
            return None
        share = (quote.last - quote.low) / (quote.high - quote.low)
        return round(min(Decimal(1), max(Decimal(0), share)) * 100)

    @property
    def place_x(self) -> str:
        """Return the place of the bar's mark; static/js/day-range.js moves it."""
        return str(Decimal(self.place or 0) * Decimal("9.9"))

    @property
    def place_words(self) -> str:
        return "" if self.place is None else f"{self.place}\u202f% of the day’s range"

    def figure(self, column: str) -> Decimal | None:
        """Return what a column sorts by, None where it is not known."""
        if column == "turnover":
            return self.turnover
        value = self.cells[column].value
        return Decimal(value) if value else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StripItem:
    """One of the fifteen: without a `row` the exchange does not list it, or was never asked."""

    symbol: str
    title: str
    row: MarketRow | None
    is_unlisted: bool

    @property
    def is_known(self) -> bool:
        """Tell whether the exchange has said anything of it, be it that it is not listed."""
        return self.row is not None or self.is_unlisted


def instrument(symbol: str) -> Instrument | None:
    """Return the listed market of exactly this symbol."""
    return instruments().filter(symbol=symbol).first() if is_symbol(symbol) else None


def instruments(search: str = "") -> QuerySet[Instrument]:
    """Return the listed markets whose pair, symbol or base currency contains every word."""
    return known(search).filter(is_listed=True)


def known(search: str = "") -> QuerySet[Instrument]:
    """Return the markets that match, those that the exchange dropped among them."""
    listed = Instrument.objects.order_by("base_name", "quote_name")
    for word in searchable(search).replace("/", " ").split():
        listed = listed.filter(
            Q(symbol__icontains=word)
            | Q(base_name__icontains=word)
            | Q(quote_name__icontains=word)
            | Q(label__icontains=word)
        )
    return listed


def searchable(text: str) -> str:
    """Return the part of `text` that a name could hold: short, and nothing invisible in it."""
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_SEARCH].strip()


def market_rows(
    *, search: str = "", sort: Sort | None = None, among: Collection[str] | None = None
) -> list[MarketRow]:
    """Return the listed markets with their newest figures, in the wanted order.

    `among` some of a person's choice, those that the exchange dropped are rows too, and say so.
    """
    quotes = board.quotes()
    found = instruments(search) if among is None else known(search).filter(symbol__in=among)
    return (sort or Sort()).rows(market_row(each, quotes) for each in found)


def market_row(each: Instrument, quotes: Mapping[str, Quote]) -> MarketRow:
    quote = quotes.get(each.symbol)
    standing = Standing.OPEN if each.is_listed else Standing.DELISTED
    if quote and standing:
        quote = replace(quote, standing=standing)
    return MarketRow(
        instrument=each,
        quote=quote,
        cells=quote.cells if quote else absent_cells(each.symbol, standing),
        turnover=turnover(each, quotes),
    )


def turnover(each: Instrument, quotes: Mapping[str, Quote]) -> Decimal | None:
    """Return what a day's trading was worth in dollars, so that pairs can be compared."""
    quote = quotes.get(each.symbol)
    if quote is None or quote.volume is None or quote.last is None:
        return None
    if each.quote == "USD":
        return quote.volume * quote.last
    dollars = quotes.get(join(each.quote, "USD"))
    if dollars is None or dollars.last is None:
        return None
    return quote.volume * quote.last * dollars.last


def strip() -> list[StripItem]:
    """Return the fifteen markets in their fixed order, whether or not they are listed."""
    quotes = board.quotes()
    listed = {each.symbol: each for each in instruments().filter(symbol__in=STRIP)}
    is_told = bool(listed) or has_instruments()
    return [
        StripItem(
            symbol=symbol,
            title=title,
            row=market_row(listed[symbol], quotes) if symbol in listed else None,
            is_unlisted=is_told and symbol not in listed,
        )
        for symbol, title in STRIP.items()
    ]


def has_instruments() -> bool:
    """Tell whether the exchange's list was ever read; before that "not listed" means nothing."""
    return Instrument.objects.exists()


def canonical(text: str) -> Instrument | None:
    """Return the one market that `text` spells but for case and the leading "t"."""
    name = searchable(text).upper()
    found = list(instruments().filter(symbol__in=[f"t{name}", f"t{name.removeprefix('T')}"])[:2])
    return found[0] if len(found) == 1 else None


def nearest(text: str) -> Instrument | None:
    """Return the listed market whose symbol looks most like `text`, if any does."""
    name = searchable(text).upper().removeprefix("T")
    by_pair = {each.symbol[1:]: each for each in instruments()}
    close = get_close_matches(name, by_pair, n=1, cutoff=0.5)
    return by_pair[close[0]] if close else None


def by_public_name(text: str) -> Instrument | None:
    """Return the listed market that is called this, as "BTC/USD" is, whatever the case."""
    base, slash, quote = searchable(text).partition("/")
    if not slash:
        return None
    return instruments().filter(base_name__iexact=base, quote_name__iexact=quote).first()


def named(text: str) -> Instrument | None:
    """Return the listed market that somebody means: by its symbol or its pair, in any case."""
    return instrument(text) or by_public_name(text) or canonical(text.replace("/", ""))


def public_names(symbols: Collection[str]) -> dict[str, str]:
    """Return what markets are called, by symbol; one that was never listed has no name."""
    if not symbols:
        return {}
    named = Instrument.objects.filter(symbol__in=symbols)
    return {each.symbol: each.public_name for each in named}


def was_listed(symbol: str) -> bool:
    """Tell whether the exchange listed this market once and dropped it."""
    return is_symbol(symbol) and Instrument.objects.filter(symbol=symbol, is_listed=False).exists()
