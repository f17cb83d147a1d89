"""An API key with its secret, held so that the secret cannot slip out by accident."""

from __future__ import annotations

from typing import NoReturn

from exchange.signing import KeyedHash


class Credentials:
    """Hold one API key for as long as its client lives; it cannot be changed.

    Neither `repr` nor an error shows the secret, and the pair refuses to be pickled: a task queue
    or a cache must never carry it. Raises ValueError for anything that cannot be a key, because
    both travel in HTTP headers or key a hash.
    """

    __slots__ = ("_hash", "_key", "_secret")

    def __init__(self, key: str, secret: str) -> None:
        for name, value in (("key", key), ("secret", secret)):
            if not value or not value.isascii() or not value.isprintable() or " " in value:
                raise ValueError(f"the {name} must be printable ASCII without spaces")
        self._key = key
        self._secret = secret
        self._hash = KeyedHash(secret.encode())

    @property
    def key(self) -> str:
        """The public half, which travels with every call."""
        return self._key

    @property
    def secret(self) -> str:
        """The half that signs; for those who store it sealed, signing goes by `sign`."""
        return self._secret

    def sign(self, message: bytes) -> str:
        """Return the HMAC-SHA384 of `message` under the secret, as lowercase hex digits."""
        return self._hash.sign(message)

    def __repr__(self) -> str:
        return f"Credentials(key='{self._key[:4]}…', secret=…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("credentials are not to be pickled")
