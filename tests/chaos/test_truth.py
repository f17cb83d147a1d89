"""The judge knows an order that was sent a second time, whatever the exchange made of it."""

from __future__ import annotations

from tests.chaos.hands import SUBMIT
from tests.chaos.truth import sent_again


def request(body: str, nonce: str | None, path: str = SUBMIT) -> dict[str, object]:
    return {"path": path, "body_sha256": body, "nonce": nonce}


def test_one_order_with_two_nonces_was_sent_again():
    (sentence,) = sent_again([request("a", "1"), request("b", "2"), request("a", "3")])

    assert "signed 2 times, with the nonces 1, 3" in sentence


def test_a_copy_on_the_way_and_other_calls_were_not():
    assert not sent_again(
        [request("a", "1"), request("a", "1"), request("b", None), request("b", None)]
        + [request("c", "2", path="/v2/auth/r/orders"), request("c", "3", path="/v2/auth/r/orders")]
    )
