"""However fast the exchange speaks, the newest values leave once, and none is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.conflation import AGE_EVERY_MS, KEPT_TRADES, Conflation
from dashboard.live.events import QuoteValues
from dashboard.live.held import PART_EVERY_MS
from dashboard.live.quotes import STALE_MS
from exchange.models.books import BookLevel
from exchange.stream.book import Book

BTC, ETH = "tBTCUSD", "tETHUSD"
NOW = 1_700_000_000_000


def level(price: int, amount: int) -> BookLevel:
    return BookLevel(
        price=Decimal(price),
        count=1,
        amount=Decimal(amount),
        price_text=str(price),
        amount_text=str(amount),
    )


def sent(memory: Conflation, now_ms: int = NOW) -> dict[str, QuoteValues]:
    return {quote["symbol"]: quote for quote in memory.take(now_ms).quotes}


def test_many_changes_between_two_flushes_leave_as_one_with_the_newest_values() -> None:
    memory = Conflation()
    for price in range(100, 200):
        memory.set_values(BTC, NOW, last=Decimal(price), bid=Decimal(price - 1))

    quotes = memory.take(NOW).quotes

    assert [(quote["last"], quote["bid"]) for quote in quotes] == [("199", "198")]


def test_what_was_sent_and_did_not_change_is_not_sent_again() -> None:
    memory = Conflation()
    memory.set_values(BTC, NOW, last=Decimal(100))
    memory.take(NOW)
    memory.set_values(BTC, NOW, last=Decimal(100))

    assert not memory.has_pending
    assert memory.take(NOW).quotes == []


def test_what_could_not_be_sent_is_sent_later_with_newer_values() -> None:
    memory = Conflation()
    memory.set_values(BTC, NOW, last=Decimal(100))
    lost = memory.take(NOW)
    memory.set_values(BTC, NOW, last=Decimal(101))

    memory.give_back(lost)

    assert sent(memory)[BTC]["last"] == "101"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([BTC, ETH]),
            st.sampled_from(["last", "bid", "ask"]),
            st.integers(min_value=1, max_value=5),
            st.sampled_from(["nothing", "take", "take and lose"]),
        ),
        max_size=60,
    )
)
def test_the_last_value_always_arrives_whatever_was_conflated_or_lost(
    ticks: list[tuple[str, str, int, str]],
) -> None:
    memory, truth = Conflation(), {}
    received: dict[tuple[str, str], str | None] = {}

    def receive(quotes: list[QuoteValues]) -> None:
        for quote in quotes:
            for name in ("last", "bid", "ask"):
                received[quote["symbol"], name] = quote[name]  # type: ignore[literal-required]

    for symbol, name, price, then in ticks:
        memory.set_values(symbol, NOW, **{name: Decimal(price)})
        truth[symbol, name] = str(price)
        if then == "take":
            receive(memory.take(NOW).quotes)
        elif then == "take and lose":
            memory.give_back(memory.take(NOW))
    receive(memory.take(NOW).quotes)

    assert {key: received[key] for key in truth} == truth


@pytest.mark.parametrize("absurd", ["0", "-1", "-0.00000001", "1e12", "1e30"])
def test_f78_an_absurd_price_is_counted_and_the_last_that_made_sense_stays(absurd: str) -> None:
    memory = Conflation()
    memory.set_values(BTC, NOW, last=Decimal(100), bid=Decimal(99))
    memory.add_trades(BTC, [(1, NOW, Decimal(1), Decimal(100))], NOW)

    memory.set_values(BTC, NOW + 1, bid=Decimal(absurd), ask=Decimal(101))
    memory.add_trades(BTC, [(2, NOW + 1, Decimal(1), Decimal(absurd))], NOW + 1)

    quote = sent(memory, NOW + 2)[BTC]
    assert (quote["last"], quote["bid"], quote["ask"]) == ("100", "99", "101")
    assert [trade[0] for trade in memory.trades[BTC]] == [1]
    assert memory.absurd == 2


def test_f78_a_price_that_a_senseless_one_came_after_grows_old_until_one_makes_sense() -> None:
    memory = Conflation()
    memory.add_trades(BTC, [(1, NOW, Decimal(1), Decimal(100))], NOW)
    memory.hear("trades", BTC, NOW)
    memory.hear_book(BTC, NOW)

    later = NOW + STALE_MS
    memory.add_trades(BTC, [(2, later, Decimal(1), Decimal(0))], later)
    memory.hear("trades", BTC, later)
    memory.hear_book(BTC, later)
    assert (memory.of(BTC).last, memory.of(BTC).age_ms(later)) == (100, STALE_MS)

    memory.add_trades(BTC, [(3, later, Decimal(1), Decimal(100))], later)
    memory.hear("trades", BTC, later)
    memory.hear_book(BTC, later)
    assert memory.of(BTC).age_ms(later) == 0


def test_f78_a_senseless_polled_price_renews_nothing_unless_none_was_known() -> None:
    memory = Conflation()
    memory.set_polled(BTC, NOW, last=Decimal(100), bid=Decimal(0))
    assert memory.of(BTC).age_ms(NOW) == 0

    memory.set_polled(BTC, NOW + 5_000, last=Decimal(-1), bid=Decimal(0))
    assert memory.of(BTC).age_ms(NOW + 5_000) == 5_000

    memory.set_polled(BTC, NOW + 6_000, last=Decimal(100), bid=Decimal(0))
    assert memory.of(BTC).age_ms(NOW + 6_000) == 0


def test_a_heartbeat_renews_the_age_once_a_second_without_a_change() -> None:
    memory = Conflation()
    memory.set_values(BTC, NOW, last=Decimal(100))
    memory.take(NOW)
    memory.hear("trades", BTC, NOW + 100)

    assert sent(memory, NOW + 100) == {}
    assert sent(memory, NOW + AGE_EVERY_MS)[BTC]["age_ms"] == AGE_EVERY_MS - 100


def test_the_freshest_channel_gives_the_age_until_another_has_died() -> None:
    memory = Conflation()
    memory.set_values(BTC, NOW, last=Decimal(100))
    memory.hear("trades", BTC, NOW)
    memory.hear_book(BTC, NOW + 10_000)

    assert memory.of(BTC).age_ms(NOW + 10_000) == 0
    assert memory.of(BTC).age_ms(NOW + STALE_MS) == STALE_MS


def test_a_polled_value_never_overrules_a_live_one() -> None:
    memory = Conflation()
    memory.hear("trades", BTC, NOW)
    memory.set_values(BTC, NOW, last=Decimal(100))

    memory.set_polled(BTC, NOW, last=Decimal(90))
    memory.set_polled(ETH, NOW, last=Decimal(5))
    quotes = sent(memory)

    assert (quotes[BTC]["last"], quotes[BTC]["is_streamed"]) == ("100", True)
    assert (quotes[ETH]["last"], quotes[ETH]["is_streamed"]) == ("5", False)


def test_a_symbol_that_nobody_looks_at_any_more_becomes_a_snapshot() -> None:
    memory = Conflation()
    memory.set_values(BTC, NOW, last=Decimal(100))
    memory.hear("trades", BTC, NOW)
    memory.take(NOW)

    memory.drop("trades", BTC)
    quote = sent(memory, NOW + 7_000)[BTC]

    assert (quote["is_streamed"], quote["age_ms"]) == (False, 7_000)


def test_the_book_gives_bid_and_ask_and_is_sent_only_where_a_page_shows_it() -> None:
    memory = Conflation()
    memory.set_book(BTC, Book([level(99, 2), level(101, -3)]), NOW)
    memory.hear_book(BTC, NOW)
    unseen = memory.take(NOW)

    memory.show_parts(books={BTC}, trades=set())
    (book,) = memory.take(NOW).books

    assert (unseen.quotes[0]["bid"], unseen.quotes[0]["ask"], unseen.books) == ("99", "101", [])
    assert (book["bids"], book["asks"]) == ([("99", "2", 1)], [("101", "3", 1)])


def test_a_book_goes_out_at_most_five_times_a_second_and_the_last_state_always_does() -> None:
    memory, book = Conflation(), Book([level(99, 2)])
    memory.show_parts(books={BTC}, trades=set())
    memory.set_book(BTC, book, NOW)
    memory.hear_book(BTC, NOW)
    memory.take(NOW)
    book.update(level(98, 1))
    memory.hear_book(BTC, NOW + 1)

    assert memory.take(NOW + 1).books == []
    assert memory.has_pending
    assert len(memory.take(NOW + PART_EVERY_MS).books[0]["bids"]) == 2


def test_trades_come_newest_first_once_each_and_bounded() -> None:
    memory = Conflation()
    rows = [(number, NOW + number, Decimal(1), Decimal(number)) for number in range(1, 50)]
    memory.show_parts(books=set(), trades={BTC})

    memory.add_trades(BTC, rows[:30], NOW)
    memory.add_trades(BTC, reversed(rows[20:]), NOW)
    flush = memory.take(NOW)

    assert [row[0] for row in flush.trades[0]["trades"]] == list(range(49, 49 - KEPT_TRADES, -1))
    assert flush.quotes[0]["last"] == "49"


def test_everything_is_sent_to_a_newcomer() -> None:
    memory = Conflation()
    memory.show_parts(books={BTC}, trades={BTC})
    memory.set_values(ETH, NOW, last=Decimal(5))
    memory.set_book(BTC, Book([level(99, 2)]), NOW)
    memory.add_trades(BTC, [(1, NOW, Decimal(1), Decimal(99))], NOW)
    memory.take(NOW)

    memory.mark_all()
    flush = memory.take(NOW + PART_EVERY_MS)

    assert [quote["symbol"] for quote in flush.quotes] == [BTC, ETH]
    assert (len(flush.books), len(flush.trades)) == (1, 1)
