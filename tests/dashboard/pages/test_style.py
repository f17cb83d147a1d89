"""The style sheets, held to what they promise: contrast, one set of colours, nothing from afar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

STYLES = Path(settings.BASE_DIR) / "static" / "css"
TOKENS = (STYLES / "tokens.css").read_text()
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")

SURFACES = ("page", "panel", "raised", "field")
TEXTS = ("text", "muted", "accent", "up", "down", "warning")
READ_ON_SURFACES = [(text, surface) for text in TEXTS for surface in SURFACES]
READ_ELSEWHERE = [
    ("on-accent", "accent"),
    ("on-tone", "up"),
    ("on-tone", "down"),
    ("on-paper", "paper"),
    ("on-paper", "paper-stripe"),
    ("text", "warning-panel"),
    ("warning", "warning-panel"),
    ("text", "error-panel"),
    ("down", "error-panel"),
    ("accent", "error-panel"),
    ("accent", "warning-panel"),
    ("accent", "good-panel"),
    ("text", "good-panel"),
]


def colours(selector: str = ":root") -> dict[str, tuple[str, str]]:
    """Return the tokens of one rule: name to its colours in the light and in the dark."""
    plain = re.sub(r"/\*.*?\*/", "", TOKENS, flags=re.DOTALL)
    bodies = [body for head, body in RULE.findall(plain) if head.strip() == selector]
    return {name: (light, dark) for body in bodies for name, light, dark in PAIR.findall(body)}


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_it_is_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("chosen", ["green-red", "blue-orange"])
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "surface"), READ_ON_SURFACES + READ_ELSEWHERE)
def test_every_text_can_be_read_on_what_it_stands_on(
    text: str, surface: str, theme: int, chosen: str
) -> None:
    palette = colours() | (
        colours(':root[data-colours="blue-orange"]') if chosen == "blue-orange" else {}
    )

    ratio = contrast(palette[text][theme], palette[surface][theme])

    assert ratio >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("surface", ["page", "panel", "field"])
def test_the_edges_of_fields_can_be_seen(surface: str, theme: int) -> None:
    palette = colours()

    assert contrast(palette["edge"][theme], palette[surface][theme]) >= 3


def test_up_and_down_are_the_measured_colours() -> None:
    usual, other = colours(), colours(':root[data-colours="blue-orange"]')

    assert (usual["up"], usual["down"]) == (("#0b7a53", "#3fb68b"), ("#c2273b", "#ff6b6b"))
    assert (other["up"], other["down"]) == (("#0b5cad", "#58a6ff"), ("#a8480a", "#f0883e"))


def test_colours_are_written_in_one_file_only() -> None:
    elsewhere = {
        path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", path.read_text())
        for path in STYLES.glob("*.css")
        if path.name != "tokens.css"
    }

    assert {name: found for name, found in elsewhere.items() if found} == {}


def test_styles_use_only_tokens_that_exist() -> None:
    everything = "".join(path.read_text() for path in STYLES.glob("*.css"))

    used = set(re.findall(r"var\(--([\w-]+)", everything))
    made = set(re.findall(r"--([\w-]+):", everything))
    assert used - made == set()


def test_styles_load_nothing_from_elsewhere_and_only_pictures_that_exist() -> None:
    for path in STYLES.glob("*.css"):
        text = path.read_text()
        pictures = re.findall(r'url\("([^"]+)"\)', text)

        assert "@import" not in text
        assert len(pictures) == text.count("url(")
        assert all((path.parent / picture).is_file() for picture in pictures)


def test_the_flash_of_a_new_figure_is_short_and_can_be_turned_off() -> None:
    text = (Path(settings.BASE_DIR) / "static" / "js" / "cells.js").read_text()

    (milliseconds,) = re.findall(r"FLASH_MS = (\d+)", text)
    assert int(milliseconds) <= 200
    assert "!isCalm.matches" in text
    assert '"(prefers-reduced-motion: reduce)"' in text
