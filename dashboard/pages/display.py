"""How each browser wants its pages drawn: kept in a cookie, applied by the server."""

from __future__ import annotations

from typing import NamedTuple

THEMES = {"system": "As the system", "dark": "Dark", "light": "Light"}
COLOURS = {"green-red": "Green and red", "blue-orange": "Blue and orange"}
COOKIE = "tidewatch-display"


class Display(NamedTuple):
    """A theme, and the two colours of up and down."""

    theme: str = "system"
    colours: str = "green-red"

    @classmethod
    def from_cookie(cls, text: str) -> Display:
        """Read what `cookie` wrote; a value we do not know falls back to the usual one."""
        theme, _, colours = text.partition(".")
        return cls().with_choices(theme=theme, colours=colours)

    def with_choices(self, *, theme: str, colours: str) -> Display:
        """Return this display with those choices that exist."""
        return Display(
            theme if theme in THEMES else self.theme,
            colours if colours in COLOURS else self.colours,
        )

    def cookie(self) -> str:
        return f"{self.theme}.{self.colours}"
