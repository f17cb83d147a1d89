from __future__ import annotations

import pytest

from dashboard.accounts.sealing import SealingError
from dashboard.orders import answers
from exchange import errors


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (errors.NotAuthenticated("apikey: invalid", 10100), "does not accept this key"),
        (errors.NonceTooSmall("nonce: small", 10114), "a key of its own"),
        (errors.NotPermitted("api_key: permission invalid", 10001), "may not place orders"),
        (errors.RateLimited("ratelimit: error", 11010), "no more calls"),
        (errors.UnderMaintenance("maintenance", 20060), "maintenance"),
        (
            errors.InvalidRequest("Invalid order: not enough exchange balance for 1 BTC", 10001),
            "The exchange refused this order: not enough exchange balance for 1 BTC. Nothing",
        ),
        (errors.InvalidRequest("", 10001), "no reason given."),
    ],
)
def test_a_refusal_says_why_and_that_nothing_was_placed(
    refusal: errors.Refused, words: str
) -> None:
    text = answers.refused(refusal)

    assert words in text
    assert "othing was placed" in text or "nothing was placed" in text


def test_the_exchanges_words_are_cut_to_what_a_page_can_hold() -> None:
    text = answers.refused(errors.InvalidRequest("x" * 10_000))

    assert len(text) < 400


@pytest.mark.parametrize(
    "problem", [errors.NotSent("connect refused"), SealingError("The key file is gone.")]
)
def test_what_was_not_sent_says_so(problem: Exception) -> None:
    assert "Nothing was sent" in answers.not_sent(problem)
    assert "was not sent" in answers.cancel_not_sent(problem)


def test_a_refused_cancellation_gives_the_exchanges_reason() -> None:
    assert "Order not found." in answers.cancel_refused(errors.InvalidRequest("Order not found."))


def test_a_clock_that_is_ahead_is_named_as_the_cause() -> None:
    assert "Set the clock right" in answers.not_sent(errors.ClockAhead("x"))
    assert "Nothing was sent" in answers.not_sent(errors.ClockAhead("x"))
    assert "not sent" in answers.cancel_not_sent(errors.ClockAhead("x"))
