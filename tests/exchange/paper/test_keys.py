from __future__ import annotations

import pytest

from exchange.paper import PaperKey
from exchange.paper.keys import LARGEST_NONCE, SCOPES, Keyring, reading, trading, withdrawing
from exchange.paper.refusals import Refusal

KEY = PaperKey("k", "hunter2")


def holder(last_nonce: int = 0):
    found = Keyring([KEY], {"k": last_nonce}).find("k")
    assert found is not None
    return found


def test_a_secret_does_not_print() -> None:
    assert "hunter2" not in repr(KEY)


def test_nonces_only_rise() -> None:
    held = holder(last_nonce=100)
    held.accept_nonce("101")

    for nonce in ("101", "100", "7"):
        with pytest.raises(Refusal, match="nonce: small") as refusal:
            held.accept_nonce(nonce)
        assert refusal.value.code == 10114
    held.accept_nonce(str(LARGEST_NONCE))


@pytest.mark.parametrize("nonce", ["", "x", "-5", "1.5", "1e9", str(LARGEST_NONCE + 1), "١٢", " 5"])
def test_a_nonce_is_a_whole_number_of_53_bits(nonce: str) -> None:
    with pytest.raises(Refusal, match="nonce: invalid"):
        holder().accept_nonce(nonce)


def test_used_nonces_are_handed_out_once() -> None:
    ring = Keyring([KEY, PaperKey("other", "s")], {})
    held = ring.find("k")
    assert held is not None
    held.accept_nonce("5")
    held.accept_nonce("9")

    assert ring.take_used_nonces() == {"k": 9}
    assert ring.take_used_nonces() == {}


def test_a_key_trades_by_default_but_never_withdraws() -> None:
    held = holder()
    held.require("orders", write=True)
    held.require("wallets", write=False)

    for scope in ("withdraw", "ui_withdraw"):
        with pytest.raises(Refusal, match="permission"):
            held.require(scope, write=False)


def test_a_reading_key_may_write_nothing() -> None:
    found = Keyring([PaperKey.read_only("r", "s")], {}).find("r")
    assert found is not None
    found.require("orders", write=False)

    for scope in SCOPES:
        with pytest.raises(Refusal, match="api_key: permission invalid"):
            found.require(scope, write=True)


def test_a_withdrawing_key_says_so() -> None:
    assert PaperKey.with_withdraw("w", "s").permissions["withdraw"] == (1, 1)


def test_keys_may_share_an_account() -> None:
    ring = Keyring([PaperKey("a", "s", account="us"), PaperKey.read_only("b", "s", "us"), KEY], {})

    assert ring.owners() == ["us", "k"]


def test_an_unknown_key_is_not_found() -> None:
    assert Keyring([KEY], {}).find("nobody") is None


def test_a_key_may_come_later_but_not_twice() -> None:
    ring = Keyring([KEY], {"late": 7})
    ring.add(PaperKey("late", "s"))
    found = ring.find("late")
    assert found is not None

    with pytest.raises(ValueError, match="there is a key 'late' already"):
        ring.add(PaperKey("late", "s"))
    with pytest.raises(Refusal, match="small"):
        found.accept_nonce("7")


def test_a_key_can_be_revoked_and_changed_and_is_what_it_was_once_restored() -> None:
    ring = Keyring([KEY], {})
    ring.narrow("k", reading())
    narrowed = ring.look("k")
    ring.revoke("k")
    ring.revoke("k")
    gone = ring.find("k")
    ring.restore("k")
    restored = ring.find("k")

    assert narrowed is not None
    assert narrowed.key.permissions == reading()
    assert gone is None
    assert restored is not None
    assert restored.key == KEY


@pytest.mark.parametrize("change", ["revoke", "restore"])
def test_an_unknown_key_cannot_be_changed(change: str) -> None:
    with pytest.raises(KeyError):
        getattr(Keyring([KEY], {}), change)("nobody")
    with pytest.raises(KeyError):
        Keyring([KEY], {}).narrow("nobody", {})


def test_calls_of_one_key_share_its_nonces() -> None:
    ring = Keyring([KEY], {})
    first, second = ring.find("k"), ring.find("k")
    assert first is not None
    assert second is not None
    first.accept_nonce("5")

    with pytest.raises(Refusal, match="small"):
        second.accept_nonce("5")


def test_three_kinds_of_keys_may_ever_more() -> None:
    kinds = (reading(), trading(), withdrawing())
    may = [{scope for scope, (_, write) in kind.items() if write} for kind in kinds]

    assert may == [
        set(),
        {"orders", "positions", "funding"},
        {"orders", "positions", "funding", "wallets", "withdraw"},
    ]
