"""H12: every way to kill the feed, one after the other, before the eyes of one open page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import sync_playwright

from tests.browser.conftest import launch
from tests.chaos.feed_faults import WAYS
from tests.chaos.feed_watch import BACK_SECONDS, MARKED_SECONDS, Seen, kill_feed, open_market
from tests.chaos.rig import Rig


@dataclass(slots=True)
class Feeds:
    """What was seen of each way, and of each that could not be done the reason."""

    seen: list[Seen] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def is_met(self) -> bool:
        return not self.failed and not self.broken

    @property
    def broken(self) -> list[str]:
        return [
            f"{each.way}: marked after {each.marked:.1f} s, back after {each.back:.1f} s,"
            f" machine {'told' if each.is_told else 'not told'}, lies: {each.lies}"
            for each in self.seen
            if each.lies
            or not each.is_told
            or each.marked > MARKED_SECONDS
            or each.back > BACK_SECONDS
        ]


def kill_feeds(rig: Rig, tell: Callable[[str], None]) -> Feeds:
    """Kill the feed in every way; a page that is lost to one is opened anew for the next."""
    made = Feeds()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = open_market(browser, rig)
        for way in WAYS:
            try:
                seen = kill_feed(page, rig, way)
            except Exception as problem:
                # One way that fails must not hide what the others find.
                made.failed.append(f"{way.name}: {type(problem).__name__}: {problem}"[:300])
                tell(made.failed[-1])
                page = open_market(browser, rig)
            else:
                made.seen.append(seen)
                tell(f"{way.name}: marked after {seen.marked:.1f} s, back after {seen.back:.1f} s")
        browser.close()
    return made
