"""A person with a browser that runs no JavaScript: signs in, fills in tickets, presses buttons."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.chaos.forms import Form, Forms
from tests.dashboard.pages.page import Page

# A press waits for the key's turn and for the answer, ten seconds each.
PATIENCE_SECONDS = 40
MOVED = {301, 302, 303}
AWAY = 'data-away="database"'


class Refused(Exception):  # noqa: N818 - what happened, said as it is
    """A ticket was not reviewed, or its review has no button; the text is what the page said."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it came. url is where it was found, after what the site led on to."""

    status: int
    url: str
    text: str

    def form(self, action: str) -> Form:
        return Forms(self.text, self.url).to(action)

    def value(self, name: str) -> str | None:
        """Return the value of the first element with data-field `name`, or None."""
        found = Page(self.text).all_with(data_field=name)
        return (found[0].get("data-value") or "") if found else None

    @property
    def state(self) -> str:
        """The state of the order that the page shows, "" where it shows none."""
        return self.value("state") or ""

    @property
    def exchange_id(self) -> str:
        """The exchange's number of the order that the page shows, "" where it has none."""
        return self.value("exchange-id") or ""

    @property
    def alerts(self) -> list[str]:
        """The sentences that the page shouts."""
        found = re.findall(r'role="alert">(.*?)</p>', self.text, re.DOTALL)
        return [re.sub(r"<[^>]+>", "", each).strip() for each in found]

    @property
    def order(self) -> str:
        """The number of the order that the page shows, "" where it shows none."""
        shown = [each for each in Page(self.text).values("data-order") if each]
        return shown[0] if self.state and shown else ""


@dataclass(slots=True)
class Person:
    """One browser. Its tabs may be used by several threads at once.

    addresses: ports of the web processes. errors: every page that should never have been seen.
    """

    addresses: list[int]
    cookies: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    pages: int = 0
    secret: str = ""
    # Only then, and only by the page that says so, may an address answer 503.
    is_database_away: bool = False
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def sign_in(self, url: str) -> None:
        seen = self.visit(urlsplit(url).path)
        assert seen.status == 200, seen.status

    def visit(self, path: str, *, port: int | None = None) -> Seen:
        """Load a page and follow where it leads. Raises OSError where nobody answers."""
        return self._go("GET", path, port or self.addresses[0])

    def send(
        self, form: Form, typed: Mapping[str, str] | None = None, *, port: int | None = None
    ) -> Seen:
        """Fill in a form, leave its boxes as they are, and press its button."""
        fields = form.filled(typed or {}, ticks=False)
        return self._go("POST", form.action, port or self.addresses[0], fields)

    def confirm(self, form: Form, *, port: int | None = None) -> Seen:
        """Tick every box of a form and press its button."""
        fields = form.filled({}, ticks=True)
        return self._go("POST", form.action, port or self.addresses[0], fields)

    def hang_up_on(self, form: Form, *, port: int) -> None:
        """Tick every box, press the button, and be gone before anything is answered."""
        link = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_SECONDS)
        cookies = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            link.request("POST", form.action, urlencode(form.filled({}, ticks=True)), headers)
        finally:
            link.close()

    def review(self, typed: Mapping[str, str], *, port: int | None = None) -> Form:
        """Fill in a ticket and return the form of its review whose button places.

        Raises Refused where there is none.
        """
        ticket = self.visit(f"/orders/new/?symbol={typed['symbol']}", port=port)
        reviewed = self.send(ticket.form("/orders/new/"), typed, port=port)
        try:
            return reviewed.form("/orders/place/")
        except LookupError:
            raise Refused(f"{reviewed.status}: {' '.join(reviewed.alerts)}") from None

    def _go(self, method: str, path: str, port: int, fields: dict[str, str] | None = None) -> Seen:
        for _ in range(5):
            status, headers, text = self._ask(method, path, port, fields)
            if status not in MOVED:
                return Seen(status, path, text)
            method, fields = "GET", None
            place = urlsplit(headers["Location"])
            path = place.path + (f"?{place.query}" if place.query else "")
        raise AssertionError(f"{path} leads on and on")

    def _ask(
        self, method: str, path: str, port: int, fields: dict[str, str] | None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        link = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_SECONDS)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        # Who asked while it was away may be told so a moment after its return.
        was_away = self.is_database_away
        try:
            body = None if fields is None else urlencode(fields)
            link.request(method, path, body=body, headers=headers)
            answer = link.getresponse()
            text = answer.read().decode()
        except http.client.HTTPException as problem:
            raise ConnectionError(f"{path}: {type(problem).__name__}") from problem
        finally:
            link.close()
        is_excused = answer.status == 503 and AWAY in text and (was_away or self.is_database_away)
        self._note(method, path, answer.status, answer.headers, text, is_excused=is_excused)
        return answer.status, answer.headers, text

    def _note(
        self,
        method: str,
        path: str,
        status: int,
        headers: http.client.HTTPMessage,
        text: str,
        *,
        is_excused: bool,
    ) -> None:
        with self._counting:
            self.pages += 1
            for cookie in headers.get_all("Set-Cookie", []):
                for name, morsel in SimpleCookie(cookie).items():
                    self.cookies[name] = morsel.value
            if status >= 500 and not is_excused:
                self.errors.append(f"{method} {path} {status}")
            if self.secret and self.secret in text:
                self.errors.append(f"{method} {path} shows the key's secret")
