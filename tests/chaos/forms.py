"""The forms of a page, filled in and sent as a browser without JavaScript does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str | None]
_NEVER_SENT = {"submit", "button", "reset", "image", "file"}
_TICKED = {"checkbox", "radio"}


@dataclass(slots=True)
class Form:
    """Where a form goes, what a browser would send from it, and the boxes that wait for a tick."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)

    def filled(self, typed: Mapping[str, str], *, ticks: bool) -> dict[str, str]:
        """Return what is sent when somebody types this, and ticks every box or leaves them."""
        return {**self.values, **(self.boxes if ticks else {}), **typed}


class Forms(HTMLParser):
    """Read all forms of a page. Nothing of what its scripts would add is here.

    url: where the page was found, which is where a form goes that says nothing else.
    """

    def __init__(self, html: str, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""
        self.feed(html)

    def to(self, action: str) -> Form:
        """Return the form whose address ends like this."""
        for form in self.forms:
            if form.action.partition("?")[0].endswith(action):
                return form
        raise LookupError(f"no form goes to {action}: {[form.action for form in self.forms]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._open = Form(told.get("action") or self.url)
            self.forms.append(self._open)
        elif self._open is not None and tag == "input":
            self._take_input(self._open, told)
        elif tag == "select":
            self._select = told.get("name") or ""
        elif self._open is not None and tag == "option" and self._select:
            self._take_option(self._open, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""

    def _take_input(self, form: Form, told: Attributes) -> None:
        name, kind = told.get("name") or "", told.get("type") or "text"
        if not name or kind in _NEVER_SENT or "disabled" in told:
            return
        value = told.get("value") or ("on" if kind in _TICKED else "")
        if kind == "checkbox" and "checked" not in told:
            form.boxes[name] = value
        elif kind != "radio" or "checked" in told:
            form.values[name] = value

    def _take_option(self, form: Form, told: Attributes) -> None:
        is_first = self._select not in form.values
        if is_first or "selected" in told:
            form.values[self._select] = told.get("value") or ""
