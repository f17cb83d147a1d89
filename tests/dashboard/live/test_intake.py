"""What each event of the stream means for the figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dashboard.live.conflation import Conflation
from dashboard.live.intake import (
    MAINTENANCE,
    RECONNECTING,
    SLOWED_DOWN,
    UNREACHABLE,
    Intake,
)
from dashboard.live.quotes import Standing
from dashboard.live.tickers import Polled, figures_of
from exchange.errors import ExchangeError, NoAnswer, RateLimited
from exchange.models.books import BookLevel
from exchange.models.tickers import Ticker
from exchange.models.trades import PublicTrade
from exchange.stream import events
from exchange.stream.book import Book
from exchange.stream.channels import Channel

BTC = "tBTCUSD"
NOW = 1_700_000_000_000


class Subscriptions:
    """Remembers what was asked of the stream."""

    def __init__(self) -> None:
        self.channels: frozenset[Channel] = frozenset()

    def want(self, channels: Iterable[Channel]) -> None:
        self.channels = frozenset(channels)


@pytest.fixture
def intake() -> Intake:
    intake = Intake(Conflation(), Subscriptions())
    intake.want(frozenset({BTC}))
    return intake


def ticker(last: int) -> Ticker:
    one = Decimal(1)
    return Ticker(
        symbol=BTC,
        bid=Decimal(last - 1),
        bid_size=one,
        ask=Decimal(last + 1),
        ask_size=one,
        daily_change=one,
        daily_change_relative=Decimal("0.01"),
        last=Decimal(last),
        volume=Decimal(2000),
        high=Decimal(200),
        low=Decimal(50),
    )


def polled(*last: int, change: str | None = "0.01") -> Polled:
    """Return what a poll brings that tells of bitcoin alone, or of nothing."""
    known = None if change is None else Decimal(change)
    figures = tuple(figures_of(ticker(price), change=known) for price in last)
    return Polled(figures=figures, listed=frozenset({BTC}))


def trade(price: int) -> PublicTrade:
    time = datetime(2026, 11, 22, tzinfo=UTC)
    return PublicTrade(id=price, symbol=BTC, time=time, amount=Decimal(-1), price=Decimal(price))


def bid(price: int) -> BookLevel:
    return BookLevel(
        price=Decimal(price),
        count=1,
        amount=Decimal(1),
        price_text=str(price),
        amount_text="1",
    )


def test_a_watched_symbol_takes_three_channels_however_it_is_looked_at(intake: Intake) -> None:
    intake.want(frozenset({BTC, f"book:{BTC}", f"trades:{BTC}"}))

    assert intake.stream.channels == {  # type: ignore[attr-defined]
        Channel.ticker(BTC),
        Channel.trades(BTC),
        Channel.book(BTC),
    }


COARSE = Channel.book(BTC, "P2")


def test_a_coarser_book_is_subscribed_to_only_while_somebody_looks_at_it(intake: Intake) -> None:
    intake.want(frozenset({BTC, f"book:{BTC}:P2"}))
    with_it = intake.stream.channels  # type: ignore[attr-defined]
    intake.want(frozenset({BTC, f"book:{BTC}"}))

    assert COARSE in with_it
    assert COARSE not in intake.stream.channels  # type: ignore[attr-defined]
    assert Channel.book(BTC) in with_it & intake.stream.channels  # type: ignore[attr-defined]


def test_a_coarser_book_goes_out_under_its_own_name_and_makes_no_price(intake: Intake) -> None:
    intake.want(frozenset({BTC, f"book:{BTC}:P2"}))
    book = Book([bid(100)])
    intake.take(events.BookSnapshot(COARSE, (), book), NOW)
    intake.take(events.BookUpdated(COARSE, bid(90), book), NOW)

    flush = intake.memory.take(NOW)

    assert [(each["symbol"], each["precision"]) for each in flush.books] == [(BTC, "P2")]
    assert flush.quotes == []


@pytest.mark.parametrize("made_up", [f"book:{BTC}:P9", f"book:{BTC}:R0", "book:tFOOBAR:P1"])
def test_a_made_up_precision_or_symbol_costs_nothing(intake: Intake, made_up: str) -> None:
    intake.take_polled(polled(100), NOW)
    intake.want(frozenset({made_up}))

    assert intake.stream.channels == frozenset()  # type: ignore[attr-defined]


def test_a_failed_checksum_takes_back_what_the_book_said_at_once(intake: Intake) -> None:
    intake.want(frozenset({f"book:{BTC}"}))
    book = Book([bid(104)])
    intake.take(events.BookSnapshot(Channel.book(BTC), (), book), NOW)
    intake.take(events.ChecksumVerified(Channel.book(BTC)), NOW)
    before = intake.memory.take(NOW)
    intake.take(events.ChecksumFailed(Channel.book(BTC), 1, 2), NOW + 1)
    book.update(bid(105))
    intake.take(events.BookUpdated(Channel.book(BTC), bid(105), book), NOW + 1)
    at_once = intake.memory.take(NOW + 1)
    intake.take(events.BookSnapshot(Channel.book(BTC), (), Book([bid(103)])), NOW + 2)
    after = intake.memory.take(NOW + 1_000)

    assert [flush.books[0]["is_broken"] for flush in (before, at_once, after)] == [
        False,
        True,
        False,
    ]
    assert [flush.quotes[0]["bid"] for flush in (before, at_once, after)] == ["104", None, "103"]
    assert [flush.books[0]["checked_age_ms"] for flush in (before, after)] == [0, None]


def test_while_a_book_is_rebuilt_the_ticker_speaks_for_it(intake: Intake) -> None:
    intake.take(events.BookSnapshot(Channel.book(BTC), (), Book([bid(104)])), NOW)
    intake.take(events.ChecksumFailed(Channel.book(BTC), 1, 2), NOW)
    intake.take(events.Heartbeat(Channel.book(BTC)), NOW)
    intake.take(events.TickerUpdated(Channel.ticker(BTC), ticker(100)), NOW)

    assert intake.memory.of(BTC).bid == 99


@pytest.mark.parametrize("kind", ["book", "trades"])
def test_a_part_whose_channel_was_lost_grows_old_though_the_symbol_lives(
    intake: Intake, kind: str
) -> None:
    lost = Channel.book(BTC) if kind == "book" else Channel.trades(BTC)
    intake.want(frozenset({f"{kind}:{BTC}"}))
    intake.take(events.BookSnapshot(Channel.book(BTC), (), Book([bid(104)])), NOW)
    intake.take(events.TradesSnapshot(Channel.trades(BTC), (trade(105),)), NOW)
    intake.take(events.Disconnected((lost,), "closed"), NOW)
    intake.take(events.Heartbeat(Channel.ticker(BTC)), NOW + 30_000)
    intake.memory.mark_all()
    flush = intake.memory.take(NOW + 30_000)

    assert [part["age_ms"] for part in (*flush.books, *flush.trades)] == [30_000]


def test_the_ticker_speaks_for_last_bid_and_ask_only_until_trades_and_book_have(
    intake: Intake,
) -> None:
    held = intake.memory.of(BTC)
    intake.take(events.TickerUpdated(Channel.ticker(BTC), ticker(100)), NOW)
    assert (held.last, held.bid, held.ask) == (100, 99, 101)

    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(105)), NOW)
    intake.take(events.BookSnapshot(Channel.book(BTC), (), Book([bid(104)])), NOW)
    intake.take(events.TickerUpdated(Channel.ticker(BTC), ticker(100)), NOW)

    assert (held.last, held.bid) == (105, 104)
    assert (held.change, held.volume) == (Decimal("0.01"), 2000)


def test_of_many_changes_of_a_book_the_flush_shows_the_last(intake: Intake) -> None:
    book = Book([bid(104)])
    intake.take(events.BookSnapshot(Channel.book(BTC), (), book), NOW)
    intake.memory.take(NOW)
    for price in (105, 106):
        book.update(bid(price))
        intake.take(events.BookUpdated(Channel.book(BTC), bid(price), book), NOW + price)
    assert intake.memory.has_pending

    (quote,) = intake.memory.take(NOW + 110).quotes

    assert (quote["bid"], quote["at_ms"], quote["age_ms"]) == ("106", NOW + 106, 4)


def test_a_book_that_broke_off_before_the_flush_does_not_overrule_the_poll_after_it(
    intake: Intake,
) -> None:
    intake.take(events.BookUpdated(Channel.book(BTC), bid(104), Book([bid(104)])), NOW)
    intake.take(events.Disconnected((Channel.book(BTC),), "closed"), NOW + 1)
    before = intake.memory.of(BTC).bid
    intake.take_polled(polled(50), NOW + 2)

    (quote,) = intake.memory.take(NOW + 3).quotes

    assert (before, quote["bid"]) == (104, "49")


def test_an_acknowledgement_is_no_sign_of_a_live_price(intake: Intake) -> None:
    intake.take(events.Subscribed(Channel.trades(BTC), 7), NOW)

    assert intake.memory.of(BTC).heard_ms == {}


def test_a_late_frame_of_a_channel_nobody_wants_any_more_changes_nothing(intake: Intake) -> None:
    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(100)), NOW)
    intake.want(frozenset())

    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(200)), NOW)
    intake.take(events.BookUpdated(Channel.book(BTC), bid(200), Book([bid(200)])), NOW)
    intake.memory.take(NOW)

    assert (intake.memory.of(BTC).last, intake.memory.of(BTC).bid) == (100, None)
    assert intake.memory.of(BTC).heard_ms == {}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (events.Connected(server_id=None, is_operative=True), ""),
        (events.Connected(server_id=None, is_operative=False), MAINTENANCE),
        (events.MaintenanceStarted(), MAINTENANCE),
        (events.Resumed(), ""),
        (events.Disconnected((), "closed"), RECONNECTING),
    ],
)
def test_people_are_told_why_prices_stand_still(
    intake: Intake, event: events.Event, reason: str
) -> None:
    intake.take(event, NOW)

    assert intake.reason == reason


@pytest.mark.parametrize(
    ("problem", "reason"),
    [(NoAnswer("silence"), UNREACHABLE), (RateLimited("too many calls"), SLOWED_DOWN)],
)
def test_what_keeps_the_polls_from_us_is_named_until_one_is_answered(
    intake: Intake, problem: ExchangeError, reason: str
) -> None:
    intake.miss_poll(problem)
    assert intake.reason == reason

    intake.take_polled(polled(100), NOW)

    assert intake.reason == ""


def test_a_broken_stream_leaves_its_symbols_to_the_polls(intake: Intake) -> None:
    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(100)), NOW)
    intake.take(events.Disconnected((Channel.trades(BTC),), "closed"), NOW + 1)

    intake.take_polled(polled(50), NOW + 2)
    held = intake.memory.of(BTC)

    assert (held.last, held.heard_ms, held.age_ms(NOW + 3)) == (50, {}, 1)
    assert intake.memory.feed_age_ms(NOW + 3, is_streaming=True) == 3


def test_a_symbol_that_is_not_listed_is_never_subscribed(intake: Intake) -> None:
    intake.take_polled(polled(100), NOW)

    intake.want(frozenset({BTC, "tNOSUCH", "book:tNOSUCH"}))

    assert {channel.symbol for channel in intake.stream.channels} == {BTC}  # type: ignore[attr-defined]


def test_what_was_asked_for_before_the_list_was_known_is_judged_once_it_is(intake: Intake) -> None:
    asked = frozenset({BTC, "tNOSUCH"})
    intake.want(asked)
    intake.take_polled(polled(100), NOW)

    intake.want(asked)

    assert {channel.symbol for channel in intake.stream.channels} == {BTC}  # type: ignore[attr-defined]


def test_polled_tickers_fill_the_symbols_that_are_not_streamed(intake: Intake) -> None:
    intake.take_polled(polled(100), NOW)

    assert intake.memory.of(BTC).last == 100
    assert intake.memory.of(BTC).polled_ms == NOW


def test_a_change_that_a_poll_cannot_tell_is_unknown_whatever_the_stream_once_said(
    intake: Intake,
) -> None:
    intake.take(events.TickerUpdated(Channel.ticker(BTC), ticker(100)), NOW)
    intake.want(frozenset())

    intake.take_polled(polled(50, change=None), NOW + 1)
    held = intake.memory.of(BTC)

    assert (held.last, held.change) == (50, None)


def test_a_poll_that_tells_of_nothing_leaves_what_is_known(intake: Intake) -> None:
    intake.take_polled(polled(100), NOW)

    intake.take_polled(polled(), NOW + 1)

    assert intake.memory.of(BTC).last == 100
    assert intake.memory.of(BTC).polled_ms == NOW


def test_what_is_looked_at_is_streamed_once_a_channel_has_spoken(intake: Intake) -> None:
    before = intake.looked_at()
    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(100)), NOW)
    after = intake.looked_at()
    intake.take(events.Disconnected((Channel.trades(BTC),), "closed"), NOW + 1)

    assert before == intake.looked_at() == ({BTC}, frozenset())
    assert after == ({BTC}, {BTC})


def test_a_symbol_whose_book_fell_silent_stays_stale_however_lively_its_trades_are(
    intake: Intake,
) -> None:
    """F72: half of what is shown is dead until that channel speaks again."""
    channel = Channel.book(BTC)
    intake.want(frozenset({BTC, f"book:{BTC}"}))
    intake.take(events.BookSnapshot(channel, (), Book([bid(99)])), NOW)
    intake.take(events.ChannelSilent(channel, 18.0), NOW + 18_000)
    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(100)), NOW + 18_100)
    dead = intake.memory.take(NOW + 18_200)

    intake.take(events.BookSnapshot(channel, (), Book([bid(98)])), NOW + 19_000)
    back = intake.memory.take(NOW + 19_100)

    assert [quote["age_ms"] for quote in dead.quotes] == [18_200]
    assert [quote["age_ms"] for quote in back.quotes] == [100]
    assert back.books[0]["age_ms"] == 100


def test_polls_make_neither_book_nor_trades_younger(intake: Intake) -> None:
    """F70: while the stream is broken and REST answers, only what REST brings is fresh."""
    channels = (Channel.book(BTC), Channel.trades(BTC))
    intake.want(frozenset({BTC, f"book:{BTC}", f"trades:{BTC}"}))
    intake.take(events.BookSnapshot(channels[0], (), Book([bid(99)])), NOW)
    intake.take(events.TradeExecuted(channels[1], trade(100)), NOW)
    intake.take(events.Disconnected(channels, "closed"), NOW + 100)
    intake.take_polled(polled(50), NOW + 20_000)
    intake.memory.mark_all()

    flush = intake.memory.take(NOW + 20_100)

    assert [quote["age_ms"] for quote in flush.quotes] == [100]
    assert (flush.books[0]["age_ms"], flush.trades[0]["age_ms"]) == (20_100, 20_100)


@pytest.mark.parametrize(
    "begin", [events.MaintenanceStarted(), events.Connected(server_id=None, is_operative=False)]
)
def test_what_comes_during_maintenance_makes_no_price_younger(
    intake: Intake, begin: events.Event
) -> None:
    """F75, F76: prices age as if nothing came, until the exchange is back."""
    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(100)), NOW)
    intake.take(begin, NOW)
    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(200)), NOW + 18_000)
    held = intake.memory.of(BTC)
    during = (held.last, held.age_ms(NOW + 18_000))

    intake.take(events.Resumed(), NOW + 19_000)
    intake.take(events.TradeExecuted(Channel.trades(BTC), trade(201)), NOW + 19_500)

    assert during == (100, 18_000)
    assert (held.last, held.age_ms(NOW + 19_500)) == (201, 0)


def standings(intake: Intake, now_ms: int) -> dict[str, str]:
    """Return what the next flush says of each market that it tells of."""
    quotes = intake.memory.take(now_ms).quotes
    return {quote["symbol"]: quote.get("standing", "") for quote in quotes}


def closing(*symbols: str) -> Polled:
    closed = dict.fromkeys(symbols, Standing.HALTED)
    return Polled(figures=(), listed=frozenset({BTC}), closed=closed)


def test_a_market_that_closes_says_so_with_the_next_flush_and_once(intake: Intake) -> None:
    intake.take(events.TickerUpdated(Channel.ticker(BTC), ticker(100)), NOW)
    assert standings(intake, NOW) == {BTC: ""}

    intake.take_polled(closing(BTC), NOW + 1)
    intake.take_polled(closing(BTC), NOW + 2)

    assert standings(intake, NOW + 3) == {BTC: "halted"}
    assert standings(intake, NOW + 4) == {}
    intake.take_polled(closing(), NOW + 5)
    assert standings(intake, NOW + 6) == {BTC: ""}


def test_a_market_that_never_had_a_price_says_that_it_is_closed(intake: Intake) -> None:
    intake.take_polled(closing("tNEWUSD"), NOW)

    assert standings(intake, NOW) == {"tNEWUSD": "halted"}


@pytest.mark.parametrize(
    "began", [events.MaintenanceStarted(), events.Connected("server", is_operative=False)]
)
def test_a_maintenance_closes_every_market_until_the_exchange_says_it_is_over(
    intake: Intake, began: events.Event
) -> None:
    intake.take_polled(polled(100), NOW)
    standings(intake, NOW)

    intake.take(began, NOW + 1)
    assert standings(intake, NOW + 2) == {BTC: "maintenance"}
    intake.take(events.Disconnected((), None), NOW + 3)
    assert standings(intake, NOW + 4) == {}
    intake.take(events.Connected("server", is_operative=True), NOW + 5)

    assert standings(intake, NOW + 6) == {BTC: ""}


def test_a_delisted_market_is_called_so_in_a_maintenance_too(intake: Intake) -> None:
    intake.take_polled(closing(BTC), NOW)
    intake.take(events.MaintenanceStarted(), NOW + 1)

    assert standings(intake, NOW + 2) == {BTC: "halted"}


def test_a_market_that_only_the_stream_brought_is_delisted_too(intake: Intake) -> None:
    """It was dropped before the first poll that was answered."""
    intake.take(events.TickerUpdated(Channel.ticker(BTC), ticker(100)), NOW)
    intake.lose([Channel.ticker(BTC)])
    standings(intake, NOW)

    intake.take_polled(Polled(figures=(), listed=frozenset({"tETHUSD"}), closed={}), NOW + 1)
    assert standings(intake, NOW + 2) == {BTC: "delisted"}
    intake.take_polled(polled(101), NOW + 3)
    assert standings(intake, NOW + 4)[BTC] == "delisted"  # a poll that knows no list says nothing
    intake.take_polled(Polled(figures=(), listed=frozenset({BTC}), closed={}), NOW + 5)

    assert standings(intake, NOW + 6) == {BTC: ""}
