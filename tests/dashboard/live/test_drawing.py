"""The order book and the trades, as pages and sockets get them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live import drawing
from dashboard.live.depth import ROWS, BookView, Level, PublicTrade, TradesView, levels

BTC = "tBTCUSD"


def book(**changes: object) -> BookView:
    sides = {
        "bids": levels([(Decimal(100), Decimal(1), 1), (Decimal(99), Decimal(2), 4)]),
        "asks": levels([(Decimal(101), Decimal(5), 1)]),
    }
    return BookView(**{"symbol": BTC, "at_ms": 1, **sides, **changes})  # type: ignore[arg-type]


def cells(row: ET.Element) -> list[str]:
    return ["".join(cell.itertext()) for cell in row]


def rows_of(drawn: str) -> list[ET.Element]:
    return ET.fromstring(drawn).findall(".//tbody/tr")  # noqa: S314 - drawn by ourselves


def test_a_book_shows_count_total_amount_and_price_of_both_sides() -> None:
    first, second, *others = rows_of(drawing.book(BTC, book()))

    assert cells(first) == ["1", "1.00", "1.00", "100.00", "101.00", "5.00", "5.00", "1"]
    assert cells(second) == ["4", "3.00", "2.00", "99.000", "", "", "", ""]
    assert len(others) == ROWS - 2


@pytest.mark.parametrize("held", [0, 1, ROWS, ROWS + 3])
def test_a_book_has_as_many_rows_however_many_levels_there_are(held: int) -> None:
    bids = levels([(Decimal(200 - number), Decimal(1), 1) for number in range(held)])

    assert len(rows_of(drawing.book(BTC, book(bids=bids)))) == ROWS


def test_a_book_says_its_spread_in_money_and_as_a_share() -> None:
    drawn = drawing.book(BTC, book())

    assert 'class="book-spread">1.00</b>' in drawn
    assert ">0.9950 %</span>" in drawn


@pytest.mark.parametrize(
    ("changes", "check", "words"),
    [
        ({}, "waiting", "not checked yet"),
        ({"checked_age_at_arrival_ms": 3_400}, "held", "✓ checked 3 s ago"),
        (
            {"checked_age_at_arrival_ms": 3_400, "is_broken": True},
            "failed",
            "✗ checksum failed, being rebuilt",
        ),
    ],
)
def test_a_book_says_what_its_checksum_says(
    changes: dict[str, object], check: str, words: str
) -> None:
    drawn = drawing.book(BTC, book(**changes))

    assert f'data-check="{check}"' in drawn
    assert f">{words}</span>" in drawn


def test_a_coarse_book_is_a_part_of_its_own() -> None:
    assert 'data-live-part="book:tBTCUSD:P2"' in drawing.book(BTC, book(precision="P2"))


def test_the_chart_is_told_in_words_too() -> None:
    drawn = drawing.book(BTC, book())

    assert 'aria-label="Depth: 3.00 bid down to 99.000, 5.00 asked up to 101.00"' in drawn


def test_bars_are_as_long_as_their_share_of_the_deepest_level() -> None:
    drawn = drawing.book(BTC, book())

    assert 'd="M1000 0H800V1H400V2H1000Z"' in drawn  # 1 of 5, then 3 of 5, to the left
    assert 'd="M1000 0H2000V1H1000Z"' in drawn


def test_the_chart_rises_from_the_best_prices_outwards() -> None:
    drawn = drawing.book(BTC, book())

    assert 'd="M500 100H500V80H0V40H0V100Z"' in drawn
    assert 'd="M1000 100H1000V0H1000V100Z"' in drawn


def test_a_trade_says_its_side_by_word_and_arrow() -> None:
    trade = PublicTrade(id=7, time_ms=0, side="sell", amount=Decimal(1), price=Decimal(100))
    drawn = drawing.trades(BTC, TradesView(symbol=BTC, at_ms=1, trades=(trade,)))

    assert [cells(row) for row in rows_of(drawn)] == [["00:00:00", "▼ Sell", "100.00", "1.00"]]
    assert 'class="sell"' in drawn
    assert 'datetime="1970-01-01T00:00:00+00:00"' in drawn


@pytest.mark.parametrize("draw", [drawing.book, drawing.trades])
def test_a_part_without_data_says_that_it_waits(draw: Callable[[str, None], str]) -> None:
    drawn = draw("tDOGE:USD", None)

    assert "Waiting for" in drawn
    assert 'data-state="off"' in drawn
    assert 'id="book-tDOGEUSD"' in drawn or 'id="trades-tDOGEUSD"' in drawn


amounts = st.decimals(min_value="1e-8", max_value="1e9", places=8)
sides = st.lists(st.tuples(amounts, amounts, st.integers(1, 999)), max_size=ROWS).map(levels)


@given(sides, sides)
def test_any_book_is_drawn_well_formed_without_styles_or_scripts(
    bids: tuple[Level, ...], asks: tuple[Level, ...]
) -> None:
    drawn = drawing.book(BTC, book(bids=bids, asks=asks))

    paths = ET.fromstring(drawn).iter("path")  # noqa: S314 - drawn by ourselves
    shapes = [path.attrib["d"] for path in paths]
    assert len(shapes) == 4
    assert all(re.fullmatch(r"(M\d+ \d+([HV]\d+)+Z)?", shape) for shape in shapes)
    assert "style" not in drawn
