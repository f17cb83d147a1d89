"""The ways in which the exchange says no, in its own words."""

from __future__ import annotations

UNKNOWN_EVENT = 10000
GENERIC = 10001
PARAMETER = 10020
CONF_FAILED = 10050
AUTHENTICATION = 10100
NONCE = 10114
SUBSCRIPTION_FAILED = 10300
ALREADY_SUBSCRIBED = 10301
CHANNEL_LIMIT = 10305
NOT_SUBSCRIBED = 10400
RATE_LIMIT = 11010
MAINTENANCE = 20060


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """Refuse a request with a code and a sentence.

    Source: Bitfinex docs, "Abbreviations glossary", and recorded answers.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def invalid(name: str) -> Refusal:
    """Build the refusal of a parameter that makes no sense."""
    return Refusal(PARAMETER, f"{name}: invalid")
