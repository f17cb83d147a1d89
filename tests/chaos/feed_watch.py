"""H12: a page that is watched from within while its feed is killed, and the machine's answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.story import LAST, MARKET, see_three_changes
from tests.chaos.feed_faults import Way
from tests.chaos.person import Person
from tests.chaos.rig import WEBS, Rig
from tests.product.running import until

MARKED_SECONDS = 20.0
BACK_SECONDS = 10.0
LIVE_SECONDS = 5.0  # what is older may not be called live
AGAIN_SECONDS = 12.0  # so long a muted channel is watched once it was marked
GRACE_SECONDS = 1.5  # a frame that was under way, and the pace of the watching
BOOK = f'[data-live-part="book:{MARKET}"]'
PRICE, PANEL, CHIP = 1, 2, 3  # where each one's state stands in a note

# A note is [epoch ms, state of the price, of the book's panel, of the page's chip].
WATCH = """(selectors) => {
    window.notes = [];
    const look = () => {
        const note = selectors.map((one) => document.querySelector(one)?.dataset.state ?? "none");
        const before = window.notes.at(-1);
        if (!before || note.some((state, place) => state !== before[place + 1])) {
            window.notes.push([Date.now(), ...note]);
        }
    };
    look();
    window.watcher = setInterval(look, 50);
}"""
IS_MARKED = """(places) => places.every(
    (place) => !["live", "slow"].includes(window.notes.at(-1)[place]))"""
IS_LIVE = """() => window.notes.at(-1).slice(1).every((state) => state === "live")"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Seconds until all was marked, and from the end of the fault until all was live again.

    lies: moments at which a dead figure was called live. is_told: the machine was told too.
    """

    way: str
    marked: float
    back: float
    lies: list[str]
    is_told: bool


def open_market(browser: Browser, rig: Rig) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.goto(rig.manage("welcome").split()[-1])
    page.goto(f"http://localhost:{rig.ports[WEBS[0]]}/markets/{MARKET}/")
    see_three_changes(page)
    return page


def kill_feed(page: Page, rig: Rig, way: Way) -> Seen:
    """Kill the feed of an open page in one way, let it come back, and tell what was seen."""
    page.evaluate("clearInterval(window.watcher)")
    page.wait_for_function(IS_LIVE_NOW, arg=[LAST, BOOK, "#feed"], timeout=60_000)
    page.evaluate(WATCH, [LAST, BOOK, "#feed"])
    places = [PRICE, PANEL] if way.is_one else [PRICE, PANEL, CHIP]
    with way.fault(rig):
        began = time.time()
        page.wait_for_function(IS_MARKED, arg=places, timeout=(MARKED_SECONDS + 10) * 1000)
        marked = newest(page) - began
        is_told = way.is_web or way.is_one or told(rig) == 503
        if way.is_one:
            # It is subscribed anew as soon as it is marked, and answers that with silence too.
            page.wait_for_timeout(AGAIN_SECONDS * 1000)
        stopped = time.time()
    until(lambda: way.has_returned(rig), f"the return after {way.name}", 60)
    ended = time.time()
    page.wait_for_function(IS_LIVE, timeout=(BACK_SECONDS + 30) * 1000)
    back = max(newest(page) - ended, 0.0)
    # Until it is marked, a muted channel looks like a quiet one; from then on nothing may be live.
    dead = began + (marked if way.is_one else LIVE_SECONDS + GRACE_SECONDS)
    found = lies(page, places, dead, stopped)
    see_three_changes(page)
    until(lambda: told(rig) == 200, "a machine that is told that prices are back", BACK_SECONDS)
    return Seen(way=way.name, marked=marked, back=back, lies=found, is_told=is_told)


IS_LIVE_NOW = """(selectors) => selectors.every(
    (one) => document.querySelector(one)?.dataset.state === "live")"""


def told(rig: Rig) -> int:
    return Person([rig.ports[WEBS[0]]]).visit("/health/feed/").status


def newest(page: Page) -> float:
    """Return when the page's states last changed, in epoch seconds."""
    return float(page.evaluate("window.notes.at(-1)[0]")) / 1000


def lies(page: Page, places: list[int], dead: float, ended: float) -> list[str]:
    """Return what was called live between two moments, which are the test's own."""
    seen: list[list[Any]] = page.evaluate("window.notes")
    found = []
    for number, note in enumerate(seen):
        end = seen[number + 1][0] / 1000 if number + 1 < len(seen) else ended
        if max(note[0] / 1000, dead) < min(end, ended):
            found += [f"{note}, {end - dead:.1f} s late" for p in places if note[p] == "live"]
    return found
