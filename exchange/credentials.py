"""An API key with its secret, held so that the secret cannot slip out by accident."""

from __future__ import annotations

from typing import NoReturn


class Credentials:
    """Hold one API key for as long as its client lives.

    Neither `repr` nor an error shows the secret, and the pair refuses to be pickled: a task queue
    or a cache must never carry it. Raises ValueError for anything that cannot be a key, because
    both travel in HTTP headers or key a hash.
    """

    __slots__ = ("key", "secret")

    def __init__(self, key: str, secret: str) -> None:
        for name, value in (("key", key), ("secret", secret)):
            if not value or not value.isascii() or not value.isprintable() or " " in value:
                raise ValueError(f"the {name} must be printable ASCII without spaces")
        self.key = key
        self.secret = secret

    def __repr__(self) -> str:
        return f"Credentials(key='{self.key[:4]}…', secret=…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("credentials are not to be pickled")
