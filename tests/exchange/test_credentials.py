from __future__ import annotations

import copy
import pickle

import pytest

from exchange.credentials import Credentials


def test_neither_secret_nor_whole_key_shows():
    shown = repr(Credentials("a-long-api-key", "hunter2"))

    assert shown == "Credentials(key='a-lo…', secret=…)"


def test_credentials_refuse_to_be_pickled_or_copied():
    credentials = Credentials("key", "hunter2")

    with pytest.raises(TypeError):
        pickle.dumps(credentials)
    with pytest.raises(TypeError):
        copy.copy(credentials)


@pytest.mark.parametrize("bad", ["", "with space", "new\nline", "nul\x00", "schlüssel", "é"])
def test_what_cannot_be_a_key_is_refused_without_being_repeated(bad):
    with pytest.raises(ValueError, match="the secret must") as caught:
        Credentials("key", bad)
    with pytest.raises(ValueError, match="the key must"):
        Credentials(bad, "secret")

    assert not bad or bad not in str(caught.value)


def test_credentials_cannot_be_changed():
    credentials = Credentials("key", "hunter2")
    with pytest.raises(AttributeError):
        credentials.secret = "another"
    with pytest.raises(AttributeError):
        credentials.key = "another"

    assert (credentials.key, credentials.secret) == ("key", "hunter2")
