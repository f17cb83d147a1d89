from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings

from dashboard.accounts.models import ExchangeAccount, SealedKey, User
from dashboard.accounts.sealing import SealingError, seal, sealing_keys, unseal
from exchange.credentials import Credentials

CREDENTIALS = Credentials("canary-key-abcd", "canary-secret-wxyz")


@pytest.fixture
def key_file(tmp_path: Path, settings: Any) -> Path:
    settings.KEY_FILE = tmp_path / "config" / "sealing-keys"
    return django_settings.KEY_FILE


@pytest.fixture
def empty_account(owner: User) -> ExchangeAccount:
    return ExchangeAccount.objects.create(user=owner, exchange="paper", label="A")


def test_the_first_sealing_makes_a_private_key_file(
    key_file: Path, empty_account: ExchangeAccount
) -> None:
    seal(empty_account, CREDENTIALS)

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700


def test_what_was_sealed_opens_again(key_file: Path, empty_account: ExchangeAccount) -> None:
    opened = unseal(seal(empty_account, CREDENTIALS))

    assert (opened.key, opened.secret) == (CREDENTIALS.key, CREDENTIALS.secret)


def test_the_database_holds_neither_key_nor_secret(
    key_file: Path, empty_account: ExchangeAccount
) -> None:
    seal(empty_account, CREDENTIALS)
    row = repr(SealedKey.objects.values().get())

    assert CREDENTIALS.key not in row
    assert CREDENTIALS.secret not in row


def test_f69_an_envelope_in_another_accounts_row_does_not_open(
    key_file: Path, empty_account: ExchangeAccount, stranger: User
) -> None:
    sealed = seal(empty_account, CREDENTIALS)
    other = ExchangeAccount.objects.create(user=stranger, exchange="paper", label="A")
    copied = SealedKey.objects.create(account=other, envelope=sealed.envelope, ending="abcd")

    with pytest.raises(SealingError, match="for another account"):
        unseal(copied)


def test_f69_an_envelope_of_another_persons_account_does_not_open(
    key_file: Path, empty_account: ExchangeAccount, stranger: User
) -> None:
    sealed = seal(empty_account, CREDENTIALS)
    sealed.account.user = stranger

    with pytest.raises(SealingError, match="for another account"):
        unseal(sealed)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_may_open_is_refused(
    key_file: Path, empty_account: ExchangeAccount, mode: int
) -> None:
    sealed = seal(empty_account, CREDENTIALS)
    key_file.chmod(mode)

    with pytest.raises(SealingError, match="chmod 600"):
        unseal(sealed)


def test_a_key_file_of_another_user_is_refused(
    key_file: Path, empty_account: ExchangeAccount, settings: Any
) -> None:
    sealed = seal(empty_account, CREDENTIALS)
    if os.geteuid() == 0:
        os.chown(key_file, 12345, -1)
    else:  # only root can give a file away; everybody else finds one that is root's
        settings.KEY_FILE = Path("/etc/passwd")

    with pytest.raises(SealingError, match="belongs to another user"):
        unseal(sealed)


def test_f67_a_lost_key_file_is_never_made_anew_while_keys_are_sealed(
    key_file: Path, empty_account: ExchangeAccount
) -> None:
    sealed = seal(empty_account, CREDENTIALS)
    key_file.unlink()

    with pytest.raises(SealingError, match="is missing"):
        unseal(sealed)
    with pytest.raises(SealingError, match="is missing"):
        seal(empty_account, CREDENTIALS)
    assert not key_file.exists()


def test_f67_a_wrong_key_file_says_so_without_a_trace_of_the_content(
    key_file: Path, empty_account: ExchangeAccount
) -> None:
    sealed = seal(empty_account, CREDENTIALS)
    key_file.write_text(Fernet.generate_key().decode())

    with pytest.raises(SealingError, match="sealed with another file") as caught:
        unseal(sealed)
    assert caught.value.__cause__ is None
    assert sealed.envelope not in str(caught.value)


@pytest.mark.parametrize("content", ["", "not a key\n", "ÿ"])
def test_a_key_file_without_a_key_is_refused_without_quoting_it(
    key_file: Path, content: str
) -> None:
    key_file.parent.mkdir()
    key_file.write_text(content, encoding="latin-1")
    key_file.chmod(0o600)

    with pytest.raises(SealingError) as caught:
        sealing_keys(key_file)
    assert not content or content.strip() not in str(caught.value)


def test_a_folder_in_place_of_the_key_file_is_refused(key_file: Path) -> None:
    key_file.mkdir(parents=True, mode=0o700)

    with pytest.raises(SealingError, match="cannot be read"):
        sealing_keys(key_file)


def test_f68_the_newest_key_seals_and_older_ones_still_open(
    key_file: Path, empty_account: ExchangeAccount
) -> None:
    old = seal(empty_account, CREDENTIALS)
    newest = Fernet.generate_key().decode()
    key_file.write_text(newest + "\n" + key_file.read_text())

    assert unseal(old).secret == CREDENTIALS.secret
    resealed = seal(empty_account, CREDENTIALS)
    key_file.write_text(newest)
    assert unseal(resealed).secret == CREDENTIALS.secret


def test_sealing_again_replaces_the_key(key_file: Path, empty_account: ExchangeAccount) -> None:
    seal(empty_account, CREDENTIALS)
    seal(empty_account, Credentials("other-key-1234", "other-secret"))

    assert SealedKey.objects.get().ending == "1234"
    assert str(SealedKey.objects.get()) == "key ending in 1234"
