"""What a flush costs in the page, printed as JSON; flushing.py runs it, in its own environment.

The markets page's own scripts and styles in Chromium, rows as the server draws them, messages as
the hub writes them. Beside it, in the same run and in turns, a bare loop that puts the same texts
into text nodes of a grid whose rows are contained. Every figure of every visible row changes.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from decimal import Decimal
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright  # noqa: E402

from dashboard.live import fragments  # noqa: E402
from dashboard.live.quotes import Quote  # noqa: E402
from tests.browser.conftest import launch  # noqa: E402
from tests.dashboard.quotes import told_of  # noqa: E402

ROOT = Path(__file__).parents[3]
COLUMNS = ("last", "change", "bid", "ask", "volume", "age")
FLUSHES = 15
ROUNDS = 3
SHIM = "window.htmx = { config: {}, trigger() {} };"
BARE = """(texts) => {
  const cells = () => [...document.querySelectorAll(".cell:not([data-field=age])")];
  window.nodes ??= cells().map((cell) => cell.firstChild);
  texts.forEach((text, place) => { window.nodes[place].data = text; });
}"""
SHIFTS = """() => { window.shifts = 0; new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.shifts += each.value;
}).observe({ type: "layout-shift", buffered: false }); }"""


def quotes(count: int, turn: int) -> list[Quote]:
    step = Decimal(turn) / 10
    return [
        Quote(
            symbol=f"tA{number:03}:USD",
            last=Decimal(60_000) + step + number,
            bid=Decimal(59_999) + step,
            ask=Decimal(60_001) + step,
            change=Decimal("0.01") + Decimal(turn) / 10_000,
            volume=Decimal(100 + turn),
            at_ms=turn,
        )
        for number in range(count)
    ]


def row(quote: Quote) -> str:
    cells = "".join(
        f'<span role="cell" class="column-{name}">{fragments.cell(quote.cells[name])}</span>'
        for name in COLUMNS
    )
    return (
        f'<div role="row" class="markets-row" data-watch="{quote.symbol}"><span></span>'
        f'<span class="column-name"><a class="pair" href="#">{quote.symbol[1:]}</a></span>'
        f"{cells}</div>"
    )


def opened(browser: Browser, *, rows: int, height: int, is_ours: bool) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": height}).new_page()
    styles = "".join(
        (ROOT / "static" / "css" / f"{name}.css").read_text()
        for name in ("tokens", "base", "tables", "cells", "markets")
    )
    drawn = "".join(map(row, quotes(rows, 0)))
    page.set_content(f"<!doctype html><style>{styles}</style><div class=markets>{drawn}</div>")
    page.evaluate(SHIFTS)
    if is_ours:
        scripts = "".join(
            (ROOT / "static" / "js" / f"{name}.js").read_text()
            for name in ("ages", "cells", "live")
        )
        page.add_script_tag(content=SHIM + scripts)
        page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")
    return page


def message(before: list[Quote], now: list[Quote]) -> str:
    return fragments.sent(0) + "".join(
        map(fragments.quote, map(told_of, now), map(told_of, before))
    )


def texts(now: list[Quote]) -> list[str]:
    return [quote.written(name)[1] for quote in now for name in COLUMNS if name != "age"]


def metrics(session: CDPSession) -> dict[str, float]:
    found = session.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] for each in found}


def measured(page: Page, sheets: list[object], *, is_ours: bool) -> dict[str, float]:
    """Return the milliseconds of one flush; ten a second, timed by the page itself."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    draw = (
        """(message) => document.dispatchEvent(new CustomEvent(
            "htmx:wsBeforeMessage", { detail: { message }, cancelable: true }))"""
        if is_ours
        else BARE
    )
    page.evaluate("(sheets) => { window.sheets = sheets; }", sheets)
    before = metrics(session)
    page.evaluate(
        f"""() => new Promise((done) => {{
            const draw = {draw};
            let turn = 0;
            const timer = setInterval(() => {{
                draw(window.sheets[turn++]);
                if (turn === window.sheets.length) {{
                    clearInterval(timer);
                    setTimeout(done, 250);
                }}
            }}, 100);
        }})"""
    )
    after = metrics(session)
    session.detach()
    return {
        name: (after[f"{name}Duration"] - before[f"{name}Duration"]) * 1000 / len(sheets)
        for name in ("Task", "Script")
    }


def compare(browser: Browser, *, rows: int, height: int, changed: int) -> dict[str, object]:
    pages = {
        is_ours: opened(browser, rows=rows, height=height, is_ours=is_ours)
        for is_ours in (True, False)
    }
    found: dict[bool, list[dict[str, float]]] = {True: [], False: []}
    turn = 0
    for _ in range(ROUNDS):
        steps = [quotes(changed, turn + each) for each in range(FLUSHES + 1)]
        turn += FLUSHES
        ours = [message(old, new) for old, new in zip(steps, steps[1:], strict=False)]
        bare = [texts(new) for new in steps[1:]]
        found[True].append(measured(pages[True], list(ours), is_ours=True))
        found[False].append(measured(pages[False], list(bare), is_ours=False))
    result: dict[str, object] = {"rows": rows, "changed": changed}
    for is_ours, name in ((True, "page"), (False, "bare")):
        for kind in ("Task", "Script"):
            middle = statistics.median(each[kind] for each in found[is_ours])
            result[f"{name} {kind.lower()} ms"] = round(middle, 2)
    result["layout shift"] = pages[True].evaluate("window.shifts")
    ratios = [
        ours["Task"] / bare["Task"] for ours, bare in zip(found[True], found[False], strict=True)
    ]
    result["task / bare"] = round(statistics.median(ratios), 2)
    for page in pages.values():
        page.context.close()
    return result


def main() -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        found = [
            compare(browser, rows=300, height=30 * 32, changed=30),
            compare(browser, rows=300, height=300 * 33, changed=300),
        ]
        browser.close()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
