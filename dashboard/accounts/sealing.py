"""Sealing exchange keys: what the database holds is useless without a file that lies elsewhere.

The file holds Fernet keys, one a line, the newest first: that one seals, all of them open, so a
key can be replaced without a moment in which nothing opens.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from dashboard.accounts.models import ExchangeAccount, SealedKey
from dashboard.state_folder import write_once
from exchange.credentials import Credentials

VERSION = 1


class SealingError(Exception):
    """A key cannot be sealed or opened; the text says why and what to do, and holds no secret."""


def sealing_keys(path: Path) -> MultiFernet:
    """Return the keys in the file. Raises SealingError where it is not safe or not readable."""
    require_private(path)
    try:
        lines = path.read_text().split()
    except (OSError, UnicodeDecodeError) as exc:
        raise SealingError(f"The sealing key file {path} cannot be read.") from exc
    try:
        return MultiFernet([Fernet(line) for line in lines])
    except ValueError:
        # Not chained: the error may quote the line.
        raise SealingError(
            f"The sealing key file {path} holds no valid key. Put the right file back."
        ) from None


def require_private(path: Path) -> None:
    """Raise SealingError unless the file is there, is ours, and nobody else may touch it."""
    try:
        status = path.stat()
    except FileNotFoundError as exc:
        raise SealingError(
            f"The sealing key file {path} is missing. Put it back, or store the exchange keys anew."
        ) from exc
    except OSError as exc:
        raise SealingError(f"The sealing key file {path} cannot be read.") from exc
    if status.st_uid != os.geteuid():
        raise SealingError(
            f"The sealing key file {path} belongs to another user: run chown {os.geteuid()} on it."
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise SealingError(f"Others may open the sealing key file {path}: run chmod 600 on it.")


# What is known of a key ends with it.
UNTRIED = {
    "problem": "",
    "rests_until": None,
    "strikes": 0,
    "struck_at": None,
    "may_withdraw": False,
    "suspended_at": None,
}


def seal(account: ExchangeAccount, credentials: Credentials) -> SealedKey:
    """Encrypt and store the account's key, in place of one it had and of its troubles.

    The very first call makes the key file. Raises SealingError.
    """
    if not settings.KEY_FILE.exists() and not SealedKey.objects.exists():
        write_once(settings.KEY_FILE, Fernet.generate_key().decode() + "\n")
    content = {
        "version": VERSION,
        "user": account.user_id,
        "account": account.pk,
        "key": credentials.key,
        "secret": credentials.secret,
    }
    envelope = sealing_keys(settings.KEY_FILE).encrypt(json.dumps(content).encode()).decode()
    sealed, _ = SealedKey.objects.update_or_create(
        account=account,
        defaults={"envelope": envelope, "ending": credentials.key[-4:], **UNTRIED},
    )
    return sealed


def unseal(sealed: SealedKey) -> Credentials:
    """Return the credentials inside. Raises SealingError.

    An envelope carries whose it is, so one copied into another account's row does not open.
    """
    try:
        content = json.loads(sealing_keys(settings.KEY_FILE).decrypt(sealed.envelope.encode()))
    except (InvalidToken, ValueError):
        raise SealingError(
            f"The exchange key cannot be opened with {settings.KEY_FILE}: it was sealed with "
            "another file. Put that file back, or store the exchange key anew."
        ) from None
    account = sealed.account
    claims = (content.get("version"), content.get("user"), content.get("account"))
    if claims != (VERSION, account.user_id, account.pk):
        raise SealingError("This exchange key was sealed for another account: store it anew.")
    return Credentials(content["key"], content["secret"])
