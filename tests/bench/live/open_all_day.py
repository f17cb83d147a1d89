"""The markets page left open: its memory over fifteen minutes, behind a tab, on a slow phone."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.bench.live import results
from tests.bench.live.processes import memory_kib
from tests.browser.conftest import launch
from tests.product.running import Tidewatch, running

MINUTES = 15
WINDOW_SECONDS = 20
THROTTLED = 4
PRESSES = 20
# What a browser tells of a tab that nobody sees.
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
  Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: "longtask" });
}"""
# From a press to the next frame after it, at a moment that is none of the flushes'.
PRESS = """() => new Promise((done) => {
  setTimeout(() => {
    const pressed = performance.now();
    setTimeout(() => requestAnimationFrame(() => done(performance.now() - pressed)));
  }, 37 + Math.random() * 100);
})"""


def all_day() -> Iterator[str]:
    """Watch one page of a running Tidewatch, then two others beside it."""
    with (
        tempfile.TemporaryDirectory(prefix="tidewatch-bench-") as made,
        running(Path(made)) as tidewatch,
        sync_playwright() as playwright,
    ):
        tidewatch.welcome_url()
        browser = launch(playwright)
        page = signed_in(browser, tidewatch, width=1280)
        rows = page.locator(".markets-row[data-watch]").count()
        minutes = list(watched(page, tidewatch))
        seen = share_of_a_core(page)
        page.evaluate(HIDE)
        hidden = share_of_a_core(page)
        phone = on_a_phone(browser, tidewatch)
        browser.close()
    found = {"rows": rows, "minutes": minutes, "seen": seen, "hidden": hidden, "phone": phone}
    results.save("open_all_day", found)
    first, last = minutes[1], minutes[-1]
    yield f"{rows} rows, after 1 and {MINUTES} minutes: {first} and {last}"
    yield f"main thread, % of a core: seen {seen:.1f}, hidden {hidden:.2f}"
    yield f"at a quarter of the speed: {phone}"


def signed_in(browser: Browser, tidewatch: Tidewatch, *, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(tidewatch.fresh_link())
    page.goto(f"{tidewatch.url}/markets/")
    page.wait_for_selector('.cell[data-field="last"][data-state="live"]')
    return page


def watched(page: Page, tidewatch: Tidewatch) -> Iterator[dict[str, float]]:
    """Yield, minute by minute, what the page and the web process keep."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    web = sorted(tidewatch.children())[1]  # the paper exchange is started first, then this
    for minute in range(MINUTES + 1):
        if minute:
            page.wait_for_timeout(60_000)
        session.send("HeapProfiler.collectGarbage")
        told = metrics(session)
        yield {
            "minute": minute,
            "heap MiB": round(told["JSHeapUsedSize"] / 2**20, 2),
            "nodes": told["Nodes"],
            "listeners": told["JSEventListeners"],
            "web MiB": round(memory_kib(web) / 1024, 1),
        }


def metrics(session: CDPSession) -> dict[str, float]:
    found = session.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] for each in found}


def share_of_a_core(page: Page) -> float:
    """Return how many per cent of a core the page's main thread takes."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    before, began = metrics(session)["TaskDuration"], time.monotonic()
    page.wait_for_timeout(WINDOW_SECONDS * 1000)
    used = metrics(session)["TaskDuration"] - before
    return round(used / (time.monotonic() - began) * 100, 2)


def on_a_phone(browser: Browser, tidewatch: Tidewatch) -> dict[str, Any]:
    """Return how a page of a phone's size stands a processor at a quarter of its speed."""
    page = signed_in(browser, tidewatch, width=390)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLED})
    page.evaluate(LONG_TASKS)
    share = share_of_a_core(page)
    presses = sorted(page.evaluate(PRESS) for _ in range(PRESSES))
    tasks = page.evaluate("window.longTasks")
    return {
        "main thread %": share,
        "press to frame, median ms": round(statistics.median(presses), 1),
        "press to frame, worst ms": round(presses[-1], 1),
        "long tasks": len(tasks),
        "longest ms": round(max(tasks, default=0.0), 1),
    }
