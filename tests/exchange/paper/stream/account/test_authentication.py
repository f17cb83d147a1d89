from __future__ import annotations

from typing import Any

import pytest

from exchange.paper import PaperKey
from exchange.paper.account.profiles import user_id
from exchange.paper.faults.frames import MutedChannel
from exchange.paper.stream.framing import SEQUENCE
from tests.exchange.paper.clock import Clock
from tests.exchange.paper.stream.talking import KEY, Talk, signed


def test_a_key_is_taken_and_told_what_it_may_do(talk: Talk) -> None:
    answer, *snapshots = talk.authenticate()

    assert {name: answer[name] for name in ("event", "status", "chanId", "userId")} == {
        "event": "auth",
        "status": "OK",
        "chanId": 0,
        "userId": user_id("ann"),
    }
    assert len(answer["auth_id"]) == 36
    assert answer["caps"]["orders"] == {"read": 1, "write": 1}
    assert answer["caps"]["withdraw"] == {"read": 0, "write": 0}
    assert [frame[1] for frame in snapshots] == ["ps", "ws", "os", "fos", "fcs", "fls"]


@pytest.mark.parametrize("nonce", [1_900_000_000_000_000, "1900000000000000"])
def test_a_nonce_may_be_a_number_or_its_digits(talk: Talk, nonce: Any) -> None:
    assert talk.say(**signed(nonce=nonce))[0]["status"] == "OK"


def test_the_payload_is_checked_as_it_was_sent(talk: Talk) -> None:
    # The exchange's own client for Node.js repeats the nonce in it.
    answer, *_ = talk.authenticate(nonce=1_900_000_000_000, authPayload="AUTH19AUTH19")

    assert answer["status"] == "OK"


@pytest.mark.parametrize(
    ("members", "code", "words"),
    [
        ({"apiKey": "nobody"}, 10100, "apikey: invalid"),
        ({"apiKey": 5}, 10100, "apikey: invalid"),
        ({"authSig": "00"}, 10100, "apikey: digest invalid"),
        ({"authSig": None}, 10100, "apikey: digest invalid"),
        ({"authNonce": "today"}, 10114, "nonce: invalid"),
        ({"authNonce": None}, 10114, "nonce: invalid"),
    ],
)
def test_what_proves_nothing_is_refused(
    talk: Talk, members: dict[str, Any], code: int, words: str
) -> None:
    (answer,) = talk.say(**(signed() | members))

    assert answer == {
        "event": "auth",
        "status": "FAILED",
        "chanId": 0,
        "code": code,
        "msg": words,
    }
    assert talk.ask("calc", [["balance"]])[0]["code"] == 10100


def test_a_nonce_counts_for_rest_and_socket_together(talk: Talk) -> None:
    holder = talk.stream.keyring.find(KEY.key)
    assert holder is not None
    holder.accept_nonce("1900000000000000")
    (answer,) = talk.say(**signed(nonce=1_900_000_000_000_000))

    assert (answer["code"], answer["msg"]) == (10114, "nonce: small")


def test_a_refused_socket_may_try_again(talk: Talk) -> None:
    talk.say(**signed(nonce=0))

    assert talk.authenticate()[0]["status"] == "OK"


def test_who_is_in_already_is_not_let_in_again(ann: Talk) -> None:
    (answer,) = ann.authenticate()

    assert (answer["status"], answer["msg"]) == ("FAILED", "auth: dup")


def test_too_many_authentications_from_one_address_are_refused(talk: Talk) -> None:
    talk.stream.admits = lambda peer: False
    (answer,) = talk.authenticate()

    assert (answer["status"], answer["code"]) == ("FAILED", 11010)


def test_nobody_is_let_in_during_maintenance(talk: Talk) -> None:
    talk.stream.is_in_maintenance = True
    (answer,) = talk.authenticate()
    talk.stream.is_in_maintenance = False

    assert (answer["status"], answer["code"]) == ("FAILED", 20060)
    assert talk.authenticate()[0]["status"] == "OK"


def test_a_muted_account_gives_no_sign_of_life(ann: Talk) -> None:
    fault = ann.stream.faults.add(MutedChannel(channel="account"))
    silent = ann.after(15_000)
    ann.stream.faults.remove(fault)

    assert silent == []
    assert fault.fired == 1
    assert ann.after(15_000) == [[0, "hb"]]


def test_unauth_ends_the_account_and_not_the_socket(ann: Talk) -> None:
    answer, again = ann.say(event="unauth"), ann.say(event="unauth")

    assert answer == [{"event": "unauth", "status": "OK", "chanId": 0}]
    assert (again[0]["status"], again[0]["code"]) == ("FAILED", 10200)
    assert ann.after(15_000) == []
    assert ann.authenticate()[0]["status"] == "OK"


def test_the_account_counts_as_a_channel(talk: Talk) -> None:
    object.__setattr__(talk.stream.pace, "most_subscriptions", 2)
    talk.authenticate()
    first = talk.subscribe("ticker")
    (second,) = talk.subscribe("trades")

    assert first[0]["event"] == "subscribed"
    assert second["code"] == 10305


def test_an_authenticated_socket_is_never_idle(ann: Talk) -> None:
    ann.after(600_000)

    assert not ann.session.is_over


def test_a_revoked_key_ends_the_socket(ann: Talk) -> None:
    ann.stream.keyring.revoke(KEY.key)
    refused = ann.ask("oc", {"id": 1})
    ann.after(100)

    assert refused == [{"event": "error", "msg": "apikey: invalid", "code": 10100}]
    assert ann.session.is_over


def test_the_account_has_a_heartbeat_every_fifteen_seconds(ann: Talk) -> None:
    assert ann.after(14_999) == []
    assert ann.after(1) == [[0, "hb"]]
    assert ann.after(15_000) == [[0, "hb"]]


def test_a_key_that_may_not_read_something_is_not_told_it(talk: Talk) -> None:
    talk.stream.keyring.add(PaperKey("bob", "b", {"wallets": (1, 0)}))
    _, *snapshots = talk.authenticate(PaperKey("bob", "b"))

    assert [frame[1] for frame in snapshots] == ["ws"]


def test_snapshots_carry_a_zero_until_all_are_told(talk: Talk, clock: Clock) -> None:
    talk.say(event="conf", flags=SEQUENCE)
    _, *snapshots = talk.authenticate()

    assert [frame[3:] for frame in snapshots] == [[number, 0] for number in range(1, 7)]
