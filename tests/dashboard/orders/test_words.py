from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from dashboard.orders import words
from dashboard.orders.models import Order
from dashboard.orders.states import State

PART = Decimal("0.4")


def order(state: State, **changes: object) -> Order:
    return Order(state=state, amount=Decimal(1), symbol="tBTCUSD", side="buy", **changes)


@pytest.mark.parametrize("state", State)
def test_every_state_has_words_and_a_sentence(state: State) -> None:
    assert words.state_words(order(state))
    assert words.sentence(order(state)).endswith(".")
    assert words.tone(order(state)) in {"success", "info", "warning", "error"}


@pytest.mark.parametrize(
    ("state", "text"),
    [(State.OPEN, "partly filled"), (State.CANCELED, "partly filled, cancelled")],
)
def test_what_was_partly_filled_says_so(state: State, text: str) -> None:
    assert words.state_words(order(state, executed=PART)) == text
    assert "Part of it was traded" in words.sentence(order(state, executed=PART))


def test_a_reason_comes_before_everything_else() -> None:
    assert words.sentence(order(State.REJECTED, reason="No money.")) == "No money."


def test_an_unknown_order_counts_down_to_the_next_look() -> None:
    in_a_minute = timezone.now() + timedelta(seconds=60)
    banned = order(
        State.UNKNOWN,
        look_problem="The exchange asks us to slow down.",
        looked_for_from=in_a_minute,
    )

    assert "The last look-up failed: The exchange asks us to slow down." in words.sentence(banned)
    assert re.search(r"We look again in (59|60) s\.$", words.sentence(banned))


def test_an_order_of_someone_else_under_our_client_id_is_told() -> None:
    alarmed = order(State.UNKNOWN, reason="No answer came.", alarm="It is not the one we sent.")

    assert words.sentence(alarmed) == "It is not the one we sent."


def test_a_cancellation_under_way_is_told_while_the_order_is_open() -> None:
    asked = order(State.OPEN, cancel_note="Cancellation requested.", executed=PART)

    assert words.sentence(asked) == "Cancellation requested."


def test_f44_a_fill_that_beat_the_cancellation_is_told() -> None:
    filled = order(State.FILLED, cancel_requested_at=timezone.now())

    assert "before the cancellation arrived" in words.sentence(filled)


def test_a_market_order_does_not_wait_for_a_price() -> None:
    assert "is being traded" in words.sentence(order(State.OPEN, type="EXCHANGE MARKET"))


def test_unknown_is_neither_success_nor_failure() -> None:
    text = words.sentence(order(State.UNKNOWN))

    assert "may or may not" in text
    assert "don't send it again" in text
    assert words.tone(order(State.UNKNOWN)) == "warning"


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("EXCHANGE LIMIT", "limit"),
        ("EXCHANGE MARKET", "market"),
        ("EXCHANGE FOK", "fill or kill"),
        ("EXCHANGE STOP LIMIT", "stop limit"),
        ("LIMIT", "limit, margin"),
    ],
)
def test_types_are_written_as_people_say_them(type: str, text: str) -> None:
    assert words.type_words(type) == text
