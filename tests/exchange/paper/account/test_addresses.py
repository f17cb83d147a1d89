from __future__ import annotations

from exchange.paper.account.addresses import address_of
from exchange.paper.account.methods import METHODS


def test_the_same_question_gives_the_same_address() -> None:
    assert address_of("ann", "bitcoin", "exchange", 0) == address_of(
        "ann", "bitcoin", "exchange", 0
    )


def test_every_owner_wallet_method_and_renewal_has_an_address_of_its_own() -> None:
    questions = [
        (account, method, kind, renewals)
        for account in ("ann", "bob")
        for method in ("bitcoin", "ethereum", "ripple")
        for kind in ("exchange", "margin")
        for renewals in (0, 1)
    ]

    assert len({address_of(*question).own for question in questions}) == len(questions)


def test_no_address_could_be_taken_for_a_real_one() -> None:
    for method in METHODS:
        address = address_of("ann", method, "exchange", 0)
        assert "NOT-AN-ADDRESS" in (address.pool or address.own)
