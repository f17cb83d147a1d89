from __future__ import annotations

import os
import re
from decimal import Decimal

from tests.bench.live.fanout import Cell, Round, summed_up
from tests.bench.live.marks import PLACE, mark, without_marks
from tests.bench.live.processes import cpu_microseconds, family, memory_kib


def test_a_mark_is_found_again_in_any_text_and_taken_out_of_it():
    text = f'<b data-value="{mark()}">{mark()}</b>'.encode()

    assert without_marks(text) == b'<b data-value="%s">%s</b>' % (PLACE, PLACE)


def test_a_mark_is_a_price_that_is_written_out_in_full():
    assert re.fullmatch(r"7700\d{9}", str(Decimal(mark())))


def test_a_page_watches_what_lies_within_one_message_of_the_relay():
    watches = Cell(browsers=10, sets=50, moving=300).watches()

    assert len(watches) == 50
    for topics in watches:
        assert len(set(topics)) == 15
        assert len({int(topic[1:4]) // 100 for topic in topics}) == 1


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
