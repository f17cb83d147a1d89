"""Line charts as SVG, both axes logarithmic, readable on light and on dark paper."""

from __future__ import annotations

import math
from html import escape

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 170, 34, 44
# Of middling lightness, so that they stand out from white and from black.
COLOURS = ("#d9822b", "#2f80d8", "#2e9e6b", "#a45bd0", "#c94f5f")
STYLE = "text{font:12px system-ui,sans-serif;fill:#7d8794}.title{font-size:13px;font-weight:600}"

Line = list[tuple[float, float]]


def chart(title: str, across: str, upward: str, lines: dict[str, Line]) -> str:
    """Return a chart of lines by name; values must be above zero."""
    points = [point for line in lines.values() for point in line]
    xs = Scale([x for x, _ in points], LEFT, WIDTH - RIGHT)
    ys = Scale([y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text class="title" x="{LEFT}" y="16">{escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{escape(across)}</text>",
        f'<text transform="translate(14 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)"'
        f' text-anchor="middle">{escape(upward)}</text>',
    ]
    for x in sorted({x for x, _ in points}):
        parts.append(
            f'<text x="{xs.at(x):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:g}</text>'
        )
    for y in ys.ticks():
        parts.append(
            f'<path d="M{LEFT} {ys.at(y):.1f}H{WIDTH - RIGHT}" stroke="#7d8794"'
            f' stroke-opacity=".3"/><text x="{LEFT - 6}" y="{ys.at(y) + 4:.1f}"'
            f' text-anchor="end">{y:g}</text>'
        )
    ends = spread([(ys.at(line[-1][1]), name) for name, line in lines.items()])
    for (name, line), colour in zip(lines.items(), COLOURS, strict=False):
        path = " ".join(f"{xs.at(x):.1f},{ys.at(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{xs.at(x):.1f}" cy="{ys.at(y):.1f}" r="3" fill="{colour}"/>'
            for x, y in line
        ]
        parts.append(
            f'<text x="{WIDTH - RIGHT + 10}" y="{ends[name] + 4:.1f}" style="fill:{colour}">'
            f"{escape(name)}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


class Scale:
    """Places on a logarithmic axis, over whole powers of ten unless that leaves it empty."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self._low, self._high = math.log10(min(values)), math.log10(max(values))
        if self._high - self._low < 0.3:
            self._low, self._high = self._low - 0.5, self._high + 0.5
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)

    def ticks(self) -> list[float]:
        """Return round values within the scale: ones, twos and fives, or ones where many."""
        powers = range(math.floor(self._low), math.ceil(self._high) + 1)
        steps = (1, 2, 5) if self._high - self._low < 2 else (1,)
        values = [step * 10.0**power for power in powers for step in steps]
        return [v for v in values if self._low <= math.log10(v) <= self._high]


def spread(ends: list[tuple[float, str]]) -> dict[str, float]:
    """Return where the names of lines go, 14 apart at least."""
    placed: dict[str, float] = {}
    last = -math.inf
    for y, name in sorted(ends):
        last = max(y, last + 14)
        placed[name] = last
    return placed
