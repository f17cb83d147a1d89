from __future__ import annotations

import pytest

from dashboard.pages.display import Display


@pytest.mark.parametrize(
    ("cookie", "display"),
    [
        ("", Display("system", "green-red")),
        ("dark.blue-orange", Display("dark", "blue-orange")),
        ("light.", Display("light", "green-red")),
        ('"><script>.x', Display("system", "green-red")),
        ("dark.blue-orange.more", Display("dark", "green-red")),
    ],
)
def test_a_cookie_gives_only_choices_that_exist(cookie: str, display: Display) -> None:
    assert Display.from_cookie(cookie) == display


def test_a_cookie_brings_back_what_was_kept() -> None:
    display = Display("light", "blue-orange")

    assert Display.from_cookie(display.cookie()) == display


def test_one_choice_leaves_the_other_alone() -> None:
    display = Display("dark", "blue-orange").with_choices(theme="light", colours="")

    assert display == Display("light", "blue-orange")
