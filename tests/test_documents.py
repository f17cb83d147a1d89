"""What the documents say is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SETTINGS = (ROOT / "dashboard" / "settings.py").read_text()
NOTES = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def test_every_variable_of_the_settings_is_in_the_readme() -> None:
    names = set(re.findall(r'env_\w+\(\s*"(\w+)"', SETTINGS))

    assert names
    assert {name for name in names if f"`{name}`" not in README} == set()


def test_the_readme_is_short_and_shows_both_commands_on_lines_of_their_own() -> None:
    lines = README.splitlines()

    assert len(lines) <= 150
    assert {"make run", "make test"} <= set(lines)


@pytest.mark.parametrize("document", ["README.md", "SECURITY.md", "docs/scaling.md"])
def test_every_link_leads_to_a_file(document: str) -> None:
    text = (ROOT / document).read_text()
    targets = re.findall(r"\]\(([^)#]+)\)", text)

    missing = [name for name in targets if not ((ROOT / document).parent / name).exists()]
    assert missing == []


def test_decision_notes_are_numbered_without_gaps_and_short() -> None:
    numbers = [int(note.name[:4]) for note in NOTES]

    assert numbers == list(range(1, len(NOTES) + 1))
    assert {note.name for note in NOTES if len(note.read_text().splitlines()) > 30} == set()


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.stem)
def test_every_note_says_what_was_decided_and_what_would_change_it(note: Path) -> None:
    text = note.read_text()

    for word in ("Status", "Context", "Decision", "Consequences", "change our mind"):
        assert word in text


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"`make (\w+)`", README))

    assert {name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()
