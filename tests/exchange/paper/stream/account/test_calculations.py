from __future__ import annotations

from exchange.paper.stream.account.calculations import CalculationQueue


def test_names_are_served_in_turn_and_no_faster_than_allowed() -> None:
    queue = CalculationQueue(2)
    queue.ask("abcde")
    served = {now_ms: list(queue.due(now_ms)) for now_ms in (0, 999, 1_000, 1_500, 2_000)}

    assert served == {0: ["a", "b"], 999: [], 1_000: ["c", "d"], 1_500: [], 2_000: ["e"]}


def test_what_is_asked_while_there_is_room_is_served_at_once() -> None:
    queue = CalculationQueue(2)
    queue.ask(["a"])
    first = list(queue.due(0))
    queue.ask(["b", "c"])

    assert first == ["a"]
    assert list(queue.due(500)) == ["b"]
    assert list(queue.due(1_000)) == ["c"]
