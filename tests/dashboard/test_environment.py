"""Settings from the environment are read loudly."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard.environment import env_choice, env_int, env_list, env_text


def test_a_variable_wins_over_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDE", " high ")

    assert env_text("TIDE", "low") == "high"


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("whisper\n")
    monkeypatch.setenv("TIDE_FILE", str(tmp_path / "secret"))

    assert env_text("TIDE") == "whisper"


def test_a_missing_secret_file_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDE_FILE", "/nowhere/at/all")

    with pytest.raises(ImproperlyConfigured, match="TIDE_FILE=/nowhere/at/all cannot be read"):
        env_text("TIDE")


@pytest.mark.parametrize("text", ["eight", "-1", "8.5", "70000", "", "٣"])
def test_a_port_that_is_no_port_stops_the_program(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("TIDE_PORT", text)

    with pytest.raises(ImproperlyConfigured, match="whole number, 1 to 65535"):
        env_int("TIDE_PORT", 1, minimum=1, maximum=65535)


def test_a_choice_outside_the_list_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCHANGE", "Bitfinex")

    with pytest.raises(ImproperlyConfigured, match="write paper or bitfinex"):
        env_choice("EXCHANGE", "paper", ("paper", "bitfinex"))


def test_a_list_leaves_empty_parts_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", "a, ,b,")

    assert env_list("HOSTS") == ["a", "b"]
