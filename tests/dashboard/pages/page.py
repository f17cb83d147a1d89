"""A page as a test sees it: its elements, without a browser."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

Attributes = dict[str, str | None]


class Page(HTMLParser):
    """Every start tag of a document with its attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, Attributes]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        """Return the values of one attribute, wherever it stands."""
        return [found or "" for _, each in self.elements if (found := each.get(name, "")) != ""]

    def all_with(self, **wanted: str) -> list[Attributes]:
        """Return the attributes of those elements that have all of the wanted ones.

        Underscores stand for hyphens: data_field="last".
        """
        pairs = {(name.rstrip("_").replace("_", "-"), value) for name, value in wanted.items()}
        return [each for _, each in self.elements if pairs <= set(each.items())]

    def repeated_ids(self) -> list[str]:
        return [each for each, count in Counter(self.values("id")).items() if count > 1]

    def dangling_references(self) -> set[str]:
        """Return the ids that something on the page points to and that it does not have."""
        pointed = {target[1:] for target in self.values("hx-target") if target.startswith("#")}
        for name in ("for", "form", "aria-labelledby", "aria-describedby"):
            pointed |= {each for value in self.values(name) for each in value.split()}
        return pointed - set(self.values("id"))
