"""The live path's part of docs/performance.md: tables, and pictures beside the page."""

from __future__ import annotations

from typing import Any

from tests.bench.live import results
from tests.bench.live.drawing import chart
from tests.bench.measuring import ROOT

PICTURES = ROOT / "docs" / "performance"
CURVES = {
    "browsers": ("browsers", "Browsers: 15 symbols, 10 flushes a second"),
    "symbols": ("symbols", "Symbols: 100 browsers, 10 flushes a second"),
    "watch-sets": ("sets", "Distinct watch-sets: 1,000 browsers, 15 of 300 symbols each"),
    "rate": ("rate", "Flushes a second offered: 100 browsers, 15 symbols"),
}
HEAD = (
    "| who | × floor, CPU | least – most | CPU µs | in time, % | p50 ms | p99 ms | KiB a browser |"
)


def about(result: dict[str, Any]) -> str:
    load = ", ".join(map(str, result["load"]))
    when = f"{result['date']}, commit {result['commit']}, {result['machine']}"
    return f"{when}; load average at the end {load}."


def size(cell: dict[str, Any]) -> str:
    messages = "one message" if cell["frames"] == 1 else f"{cell['frames']} messages"
    return (
        f"{cell['browsers']:,} browsers, {cell['symbols']} symbols, {cell['rate']} flushes a second"
        f" of {cell['bytes']:,} bytes in {messages}"
    )


def row(who: str, found: dict[str, float]) -> str:
    name = f"**{who}**" if who == "ours" else who
    if not found["delivered"]:
        return f"| {name} | – | – | – | 0 | – | – | {found['kib']:.1f} |"
    return (
        f"| {name} | {found['ratio']:.2f} | {found['least_ratio']:.2f} – {found['most_ratio']:.2f}"
        f" | {found['cpu_us']:.1f} | {found['delivered']:.0f} | {found['p50_ms']:.1f} "
        f"| {found['p99_ms']:.1f} | {found['kib']:.1f} |"
    )


def comparison(result: dict[str, Any]) -> str:
    """Return a table for each size at which everybody was measured."""
    lines: list[str] = []
    for cell in result["curves"]["all"]:
        lines += [f"**{size(cell)}**", "", HEAD, "|---|" + "---:|" * 7]
        known = cell["contenders"].items()
        lines += [row(who, found) for who, found in sorted(known, key=lambda i: i[1]["ratio"])]
        lines.append("")
    return "\n".join([*lines, about(result), ""])


def draw(result: dict[str, Any]) -> str:
    """Draw each curve of a growth result into a file, and return what shows them."""
    PICTURES.mkdir(exist_ok=True)
    shown = []
    for curve, cells in result["curves"].items():
        across, title = CURVES[curve]
        lines: dict[str, list[tuple[float, float]]] = {}
        for cell in cells:
            for who, found in cell["contenders"].items():
                if found["delivered"] > 0:
                    lines.setdefault(who, []).append((cell[across], found["cpu_us"]))
        picture = chart(title, curve.replace("-", " "), "CPU µs a delivery", lines)
        (PICTURES / f"{curve}.svg").write_text(picture)
        shown.append(f"![{title}: server CPU for each delivery](performance/{curve}.svg)\n")
        shown.append(curve_table(cells, across, curve))
    return "\n".join([*shown, about(result), ""])


def curve_table(cells: list[dict[str, Any]], across: str, title: str) -> str:
    lines = [
        f"| {title} | ours × floor | ours CPU µs | ours in time, % | ours p50 / p99 ms |",
        "|---:|---:|---:|---:|---:|",
    ]
    for cell in cells:
        ours = cell["contenders"]["ours"]
        if not ours["delivered"]:
            lines.append(f"| {cell[across]:,} | – | – | 0 | – |")
            continue
        lines.append(
            f"| {cell[across]:,} | {ours['ratio']:.2f} | {ours['cpu_us']:.1f} "
            f"| {ours['delivered']:.0f} | {ours['p50_ms']:.1f} / {ours['p99_ms']:.1f} |"
        )
    return "\n".join([*lines, ""])


def start(result: dict[str, Any]) -> str:
    """Return how long a start takes."""
    later = ", ".join(map(str, result["later"]))
    return (
        f"A second start of everything takes {result['median']} s to the first live price (all: "
        f"{later}; the first start on this machine {result['first']}).\n\n{about(result)}\n"
    )


def visits(result: dict[str, Any]) -> str:
    """Return what a live page is like in a browser, with everybody's further page."""
    lines = [
        "| who | frame to page, p50 ms | p99 ms | one page more, % of a core | KiB "
        "| first visit: requests | KiB | ms to the first price that moved |",
        "|---|" + "---:|" * 7,
    ]
    for who, found in result["contenders"].items():
        name = f"**{who}**" if who == "ours" else who
        lines.append(
            f"| {name} | {found['p50_ms']:.1f} | {found['p99_ms']:.1f} "
            f"| {found['core_percent']:.2f} | {found['kib_each']:,.0f} | {found['requests']:.0f} "
            f"| {found['kib']:,.0f} | {found['first_price_ms']:,.0f} |"
        )
    chart = result["with chart"]
    told = f"A market's page with its chart: {chart['requests']} requests, {chart['kib']:,.0f} KiB."
    return "\n".join([*lines, "", told, "", about(result), ""])


def flushes(result: dict[str, Any]) -> str:
    """Return what a flush costs the page's main thread."""
    lines = [
        "| rows on the page | changed and visible | ours, ms | of it script | the bare loop, ms "
        "| ours ÷ bare | layout shift |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for case in result["cases"]:
        lines.append(
            f"| {case['rows']} | {case['changed']} | {case['page task ms']:.1f} "
            f"| {case['page script ms']:.1f} | {case['bare task ms']:.1f} "
            f"| {case['task / bare']:.2f} | {case['layout shift']} |"
        )
    return "\n".join([*lines, "", about(result), ""])


def all_day(result: dict[str, Any]) -> str:
    """Return what a page that is left open keeps, and what it takes."""
    lines = ["| minute | heap, MiB | nodes | listeners | web process, MiB |", "|---:" * 5 + "|"]
    lines += [
        f"| {each['minute']} | {each['heap MiB']} | {each['nodes']:.0f} | {each['listeners']:.0f} "
        f"| {each['web MiB']} |"
        for each in result["minutes"]
        if each["minute"] in (0, 1, 5, 10, 15)
    ]
    told = (
        f"All {result['rows']} markets of the paper exchange. The page's main thread takes "
        f"{result['seen']} % of a core while it is seen, {result['hidden']} % behind another tab."
    )
    phone = ", ".join(f"{name}: {value}" for name, value in result["phone"].items())
    slowed = f"390 pixels wide, at a quarter of the processor's speed: {phone}."
    return "\n".join([*lines, "", told, slowed, "", about(result), ""])


def history(result: dict[str, Any]) -> str:
    """Return what pages cost over a short and a long history."""
    short, long = (f"{size:,}" for size in result["sizes"])
    lines: list[str] = []
    for database, rows in result["databases"].items():
        lines += [
            f"**{database}**",
            "",
            f"| page | {short} rows, p50 / p95 ms | {long} rows, p50 / p95 ms | p95 × |",
            "|---|---:|---:|---:|",
        ]
        lines += [
            f"| {name} | {each['short_p50']} / {each['short_p95']} "
            f"| {each['long_p50']} / {each['long_p95']} | {each['ratio']:.2f} |"
            for name, each in rows.items()
        ]
        lines.append("")
    told = f"Medians and 95th percentiles of {result['rounds']} requests, both lengths in turn."
    return "\n".join([*lines, told, "", about(result), ""])


SECTIONS = (
    ("fanout", "The same news to many browsers", comparison),
    ("growth", "How the cost grows", draw),
    ("pages", "A live page in a browser", visits),
    ("browser_flush", "What a flush costs in the page", flushes),
    ("open_all_day", "A page left open", all_day),
    ("history", "A long history", history),
    ("start", "Starting", start),
    ("fanout-before", "The same before frames went straight to the sockets", comparison),
)


def written() -> str:
    """Return every section that there is a result for."""
    parts = []
    for name, title, tell in SECTIONS:
        if (results.FOLDER / f"{name}.json").exists():
            parts += [f"### {title}", "", tell(results.read(name))]
    return "\n".join(parts)
