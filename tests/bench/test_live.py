from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

from tests.bench.live.drawing import chart, spread
from tests.bench.live.fanout import Cell, Round, summed_up
from tests.bench.live.marks import PLACE, mark, without_marks
from tests.bench.live.processes import cpu_microseconds, family, memory_kib
from tests.bench.live.tables import row
from tests.bench.page import replaced


def test_a_mark_is_found_again_in_any_text_and_taken_out_of_it():
    text = f'<b data-value="{mark()}">{mark()}</b>'.encode()

    assert without_marks(text) == b'<b data-value="%s">%s</b>' % (PLACE, PLACE)


def test_a_mark_is_a_price_that_is_written_out_in_full():
    assert re.fullmatch(r"770\d{9}", str(Decimal(mark())))


def test_a_page_watches_some_of_what_moves():
    watches = Cell(browsers=10, sets=50, moving=300).watches()

    assert len(watches) == 50
    for topics in watches:
        assert len(set(topics)) == 15
        assert set(topics) <= {f"t{number:03}USD" for number in range(300)}


def test_where_all_symbols_are_watched_all_move():
    cell = Cell(symbols=300)

    assert cell.watches() == [cell.names]


def test_ratios_are_those_of_a_round():
    def rounds(*costs: float) -> list[Round]:
        return [Round(cost, 100, 1, 2) for cost in costs]

    found = summed_up(rounds(3, 8, 6), rounds(1, 4, 2))

    assert (found["least_ratio"], found["ratio"], found["most_ratio"]) == (2, 3, 3)
    assert found["cpu_us"] == 6


def test_a_process_has_used_time_and_memory():
    assert family(os.getpid())[0] == os.getpid()
    before = cpu_microseconds(os.getpid())
    sum(range(2_000_000))
    assert cpu_microseconds(os.getpid()) > before
    assert memory_kib(os.getpid()) > 1000


def test_a_chart_draws_each_line_and_names_it():
    drawn = chart("Cost", "browsers", "µs", {"ours": [(1, 5), (100, 7)], "floor": [(1, 4)]})

    assert drawn.count("<polyline") == 2
    assert drawn.count("<circle") == 3
    assert ">ours</text>" in drawn
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314


def test_names_of_lines_that_end_together_do_not_cover_each_other():
    placed = spread([(50.0, "a"), (51.0, "b"), (120.0, "c")])

    assert placed == {"a": 50.0, "b": 64.0, "c": 120.0}


def test_what_delivered_nothing_in_time_has_no_ratio():
    nothing = {"delivered": 0, "ratio": 99999, "kib": 3}

    assert row("ours", nothing) == "| **ours** | – | – | – | 0 | – | – | 3.0 |"


def test_only_what_stands_between_the_marks_is_replaced():
    assert replaced("a <s> old <e> b <x>", "<s>", "<e>", "new") == "a <s>\n\nnew\n<e> b <x>"
