"""Rules that every template keeps, whoever wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
BANNED = {
    "an address elsewhere": r"https?://",
    "an inline style": r"\sstyle\s*=|<style",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an inline handler": r"\son\w+\s*=|hx-on|[\"']js:|javascript:",
    "unescaped text": r"\|\s*safe\b|autoescape\s+off",
    "a frame sent on the socket": r"ws-send",
    "a question that scripts can answer": r"hx-confirm",
    "digits made outside figures.py": r"floatformat|intcomma",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
class TestEveryTemplate:
    def test_keeps_what_does_not_belong_out(self, path: Path) -> None:
        text = path.read_text()

        found = {name for name, pattern in BANNED.items() if re.search(pattern, text)}

        assert found == set()

    def test_can_be_compiled(self, path: Path) -> None:
        assert get_template(str(path.relative_to(FOLDER)))

    def test_has_parts_that_stand_alone(self, path: Path) -> None:
        """A part lies in a block and nothing else, and has one root element with an id."""
        depth = 0
        for tag in re.findall(r"\{%\s*(\w+)", path.read_text()):
            if tag == "partialdef":
                assert depth == 0, "a part inside a condition or a loop"
            elif tag in {"if", "for", "with"}:
                depth += 1
            elif tag in {"endif", "endfor", "endwith"}:
                depth -= 1
        for body in re.findall(
            r"\{% partialdef [^%]*%\}(.*?)\{% endpartialdef", path.read_text(), re.DOTALL
        ):
            assert re.match(r"\s*<\w+[^>]*\sid=\"", body)

    def test_posts_forms_with_a_token_and_one_click(self, path: Path) -> None:
        for form in re.findall(r"<form.*?</form>", path.read_text(), re.DOTALL):
            head = form[: form.index(">")]
            if 'method="post"' not in head:
                continue

            assert "{% csrf_token %}" in form
            assert "hx-post" not in form or "hx-disabled-elt" in head

    def test_puts_a_label_on_every_address_of_a_swap(self, path: Path) -> None:
        targets = re.findall(r'hx-target="([^"]+)"', path.read_text())

        assert [each for each in targets if each != "this" and not each.startswith("#")] == []
