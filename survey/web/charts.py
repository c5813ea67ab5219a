"""Small charts drawn by the server as SVG: no script, no `style=`, figures in words beside them.

They are drawn at the size they are shown at, so that their text stays readable on a phone.
"""

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

_DONE, _BEHIND, _TRACK = "#2c6e9e", "#b4541a", "#dfe5ea"
_INK, _FAINT, _GREY = "#1f2a33", "#c4ccd3", "#6d7780"
FEWEST_FOR_COLOUR = 30


def progress_bar(
    value: int, target: int, *, label: str, behind: bool = False, expected: float | None = None
) -> Markup:
    """Draw how much of a target is reached; a tick marks the share due by now."""
    share = min(value / target, 1.0) if target else 0.0
    colour = _BEHIND if behind else _DONE
    parts = [
        f'<rect width="100" height="6" rx="3" fill="{_TRACK}"/>',
        f'<rect width="{share * 100:.1f}" height="6" rx="3" fill="{colour}"/>',
    ]
    if expected is not None and 0 < expected < 1:
        at = f"{expected * 100:.1f}"
        parts.append(f'<path d="M{at} 0v6" stroke="{_INK}"/>')
    return _svg(100, 6, label, parts, css="bar", sized=False)  # a page has hundreds: CSS sizes them


def interval_bar(
    score: float,
    lower: float,
    upper: float,
    n: int,
    *,
    label: str,
    low: float = 0.0,
    high: float = 100.0,
) -> Markup:
    """Draw a score as a dot with its interval as a whisker; grey where n is under 30.

    `low` and `high` are the ends of the axis, the same for all rows of a table; the label must
    say score, interval and n, since they are not written into the picture but for n.
    """
    width, axis = 240.0, 176.0

    def place(value: float) -> float:
        return 8 + (min(max(value, low), high) - low) / (high - low) * (axis - 16)

    colour = _GREY if n < FEWEST_FOR_COLOUR else _DONE
    left, right, middle = place(lower), place(upper), place(score)
    ticks = "".join(f"M{place(low + quarter * (high - low) / 4):.1f} 3v18" for quarter in range(5))
    whisker = f"M{left:.1f} 12H{right:.1f}M{left:.1f} 7v10M{right:.1f} 7v10"
    parts = [
        f'<path d="{ticks}" stroke="{_TRACK}" fill="none"/>',
        f'<path d="{whisker}" stroke="{colour}" stroke-width="2" fill="none"/>',
        f'<circle cx="{middle:.1f}" cy="12" r="4.5" fill="{colour}"/>',
        f'<text x="{axis + 6:.0f}" y="16" font-size="12" fill="{_INK}">n={n}</text>',
    ]
    return _svg(width, 24, label, parts, css="interval")


def interval_axis(low: float = 0.0, high: float = 100.0) -> Markup:
    """Draw the axis that stands over a column of interval bars."""
    texts = []
    for quarter in range(5):
        value = low + quarter * (high - low) / 4
        x = 8 + quarter / 4 * 160
        texts.append(
            f'<text x="{x:.0f}" y="12" font-size="11" text-anchor="middle" fill="{_INK}">'
            f"{value:g}</text>"
        )
    return Markup(  # noqa: S704 - numbers only
        '<svg class="interval" viewBox="0 0 240 16" width="240" height="16" '
        f'aria-hidden="true" focusable="false">{"".join(texts)}</svg>'
    )


def daily_bars(days: Sequence[tuple[str, int]], *, label: str) -> Markup:
    """Draw answers per day, oldest first; `days` has a short day and a count."""
    width, height, base = 288, 120, 100
    top = max((count for _day, count in days), default=0) or 1
    step = (width - 36) / max(len(days), 1)
    parts = [
        f'<path d="M34 {base - 80}H{width}M34 {base - 40}H{width}" stroke="{_TRACK}"/>',
        f'<path d="M34 {base}H{width}" stroke="{_FAINT}"/>',
        f'<text x="30" y="{base - 76}" font-size="11" text-anchor="end" fill="{_INK}">{top}</text>',
        f'<text x="30" y="{base + 4}" font-size="11" text-anchor="end" fill="{_INK}">0</text>',
    ]
    every = -(-len(days) * 44 // (width - 36)) or 1  # a day's name needs 38 units, the last more
    for number, (day, count) in enumerate(days):
        tall = count / top * 80
        x = 36 + number * step
        parts.append(
            f'<rect x="{x:.1f}" y="{base - tall:.1f}" width="{step * 0.72:.1f}" '
            f'height="{tall:.1f}" fill="{_DONE}"><title>{escape(day)} {count}</title></rect>'
        )
        if number % every == 0:
            parts.append(
                f'<text x="{min(x + step * 0.36, width - 19):.1f}" y="{base + 15}" font-size="11" '
                f'text-anchor="middle" fill="{_INK}">{escape(day)}</text>'
            )
    return _svg(width, height, label, parts, css="daily")


def _svg(
    width: float,
    height: float,
    label: str,
    parts: Sequence[str],
    *,
    css: str,
    sized: bool = True,
) -> Markup:
    name = escape(label)
    size = f' width="{width:g}" height="{height:g}"' if sized else ""
    return Markup(  # noqa: S704 - words are escaped here and by the callers, the rest is numbers
        f'<svg class="{css}" viewBox="0 0 {width:g} {height:g}"{size} role="img" '
        f'aria-label="{name}"><title>{name}</title>{"".join(parts)}</svg>'
    )
