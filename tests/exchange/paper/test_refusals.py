from __future__ import annotations

from exchange.paper.refusals import Refusal, invalid


def test_a_bad_parameter_is_named() -> None:
    refusal = invalid("symbol")

    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.reason) == (10020, "symbol: invalid")
