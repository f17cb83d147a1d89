"""How numbers look, in one place: `plain` for machines, the rest for people.

Used by templates (the filters below are built into every template) and by the live path.
Grouping uses a narrow no-break space, the decimal mark is a point, in every locale.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Literal

from django import template

register = template.Library()

ABSENT = "–"
SPACE = "\u202f"
PRICE_DIGITS = 5
MOST_DECIMALS = 8
WIDE = 80  # digits: twelve times twelve with eight decimals each, and room
# A day's change smaller than this (0.05 %) is neither up nor down.
NEUTRAL = Decimal("0.0005")

Tone = Literal["up", "down", "flat", ""]


@register.filter
def plain(value: Decimal | None) -> str:
    """Return `value` in positional notation, as the exchange and scripts read it; "" for None."""
    return "" if value is None else format(value, "f")


def grouped(value: Decimal, decimals: int) -> str:
    """Return `value` rounded to `decimals` places, its whole part in groups of three."""
    return f"{value:,.{decimals}f}".replace(",", SPACE)


@register.filter
def price_text(value: Decimal | None) -> str:
    """Return a price with the exchange's five significant digits, at most eight decimals."""
    if value is None:
        return ABSENT
    decimals = PRICE_DIGITS - 1 - value.adjusted() if value else 2
    written = -int(value.as_tuple().exponent)
    return grouped(value, min(MOST_DECIMALS, max(0, decimals, written)))


@register.filter
def amount_text(value: Decimal | None) -> str:
    """Return an amount of a currency with two to eight decimals, never more than there is."""
    if value is None:
        return ABSENT
    with localcontext(prec=WIDE):
        short = value.quantize(Decimal("1e-8"), rounding=ROUND_DOWN).normalize()
        return grouped(short, min(MOST_DECIMALS, max(2, -int(short.as_tuple().exponent))))


@register.filter
def money_text(value: Decimal | None) -> str:
    """Return an amount of dollars, in cents."""
    return ABSENT if value is None else grouped(value, 2)


@register.filter
def size_text(value: Decimal | None) -> str:
    """Return a traded volume in three digits and k, M or G: nobody reads its cents."""
    if value is None:
        return ABSENT
    size, unit = value, ""
    for unit in ("", "k", "M", "G"):
        if abs(size) < 1000 or unit == "G":
            break
        size /= 1000
    decimals = 0 if abs(size) >= 100 else 1 if abs(size) >= 10 else 2
    return grouped(size, decimals) + (SPACE + unit if unit else "")


@register.filter
def change_tone(fraction: Decimal | None) -> Tone:
    """Return whether a change (0.01 is one per cent) counts as up, down or neither."""
    if fraction is None:
        return ""
    if abs(fraction) < NEUTRAL:
        return "flat"
    return "up" if fraction > 0 else "down"


@register.filter
def change_text(fraction: Decimal | None) -> str:
    """Return a change in per cent; sign and arrow carry what the colour says."""
    if fraction is None:
        return ABSENT
    arrow = {"up": "▲ ", "down": "▼ "}.get(change_tone(fraction), "")
    sign = "−" if fraction < 0 else "+"
    return f"{arrow}{sign}{grouped(abs(fraction) * 100, 2)}{SPACE}%"


@register.filter
def age_text(age_ms: int | None) -> str:
    """Return how old something is: tenths of a second first, then s, min, h."""
    if age_ms is None:
        return ABSENT
    seconds = age_ms // 1000
    if seconds < 10:
        return f"{seconds}.{age_ms % 1000 // 100}{SPACE}s"
    if seconds < 120:
        return f"{seconds}{SPACE}s"
    if seconds < 7200:
        return f"{seconds // 60}{SPACE}min"
    return f"{seconds // 3600}{SPACE}h"
