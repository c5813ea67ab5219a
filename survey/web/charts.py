"""Small charts drawn by the server as SVG: no script, no `style=`, figures in words beside them.

They are drawn at the size they are shown at, so that their text stays readable on a phone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

_DONE, _BEHIND, _TRACK = "#2c6e9e", "#b4541a", "#dfe5ea"
_INK, _FAINT, _GREY = "#1f2a33", "#c4ccd3", "#6d7780"
FEWEST_FOR_COLOUR = 30
_ROOM = 210.0  # for a name, before its score
_WIDE = 0x2E7F  # signs beyond are as wide as high


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A score with its interval, `words` as published; `hollow` where its grade is uncertain."""

    name: str
    words: str
    score: float
    lower: float
    upper: float
    n: int
    hollow: bool = False


def dot_plot(
    dots: Sequence[Dot],
    *,
    label: str,
    low: float = 0.0,
    high: float = 100.0,
    bands: Sequence[float] = (),
) -> Markup:
    """Draw scores as dots with their intervals as whiskers, grey where n is under 30.

    Each name stands above its whisker, so that the picture is as narrow as a phone; a hall gets
    the same one larger. `low` and `high` are the ends of the axis; `bands` are the lowest scores
    of the grades, drawn where they lie on it.
    """
    width, left, right, top, step = 288.0, 10.0, 278.0, 34.0, 34.0
    bottom = top + step * len(dots)

    def place(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    parts = [
        _label(place(low + quarter * (high - low) / 4), 28, f"{low + quarter * (high - low) / 4:g}")
        for quarter in range(5)
    ]
    ticks = "".join(
        f"M{place(low + quarter * (high - low) / 4):.1f} 32V{bottom:g}" for quarter in range(5)
    )
    parts.append(f'<path d="{ticks}" stroke="{_TRACK}" fill="none"/>')
    for minimum in bands:
        if low < minimum < high:
            x = place(minimum)
            parts.append(
                f'<path d="M{x:.1f} 32V{bottom:g}" stroke="{_BEHIND}" stroke-dasharray="3 3"/>'
            )
            parts.append(_label(x, 11, f"{minimum:g}", _BEHIND))
    for number, dot in enumerate(dots):
        parts += _dot(dot, top + step * number, place, right)
    return _svg(width, bottom + 6, label, parts, css="dots", sized=False)


def _dot(dot: Dot, top: float, place: Callable[[float], float], right: float) -> list[str]:
    colour = _GREY if dot.n < FEWEST_FOR_COLOUR else _DONE
    y = top + 24
    lower, upper = place(dot.lower), place(dot.upper)
    whisker = f"M{lower:.1f} {y:g}H{upper:.1f}M{lower:.1f} {y - 4:g}v8M{upper:.1f} {y - 4:g}v8"
    fill = "#fff" if dot.hollow else colour
    middle = place(dot.score)
    return [
        f'<text x="14" y="{top + 14:g}" font-size="12" fill="{_INK}">{_cut(dot.name)}</text>',
        _label(right - 4, top + 14, dot.words, size=12),
        f'<path d="{whisker}" stroke="{colour}" stroke-width="2" fill="none"/>',
        f'<circle cx="{middle:.1f}" cy="{y:g}" r="4.5" fill="{fill}" stroke="{colour}"/>',
    ]


def _cut(name: str, *, room: float = _ROOM) -> str:
    """Return a name as far as there is room for it; the table has it whole."""
    cut = ""
    for sign in name:
        room -= 12.0 if ord(sign) > _WIDE else 6.6
        if room < 0:
            return escape(cut.rstrip()) + "…"
        cut += sign
    return escape(cut)


def _label(x: float, y: float, words: str, colour: str = _INK, *, size: int = 11) -> str:
    """Write a label over its place on an axis, kept inside the picture at both ends."""
    anchor = "start" if x < 40 else "end" if x > 248 else "middle"
    return (
        f'<text x="{x:.1f}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A level and its percentage here and among the rest; None where that is not told."""

    name: str
    here: int
    rest: int | None


def paired_bars(pairs: Sequence[Pair], *, label: str) -> Markup:
    """Draw two bars for each level: a full one for what is looked at, a hollow one for the rest."""
    width, left, right, step = 288, 96, 248, 34
    parts = []
    for number, pair in enumerate(pairs):
        y = 4 + number * step
        parts.append(
            f'<text x="{left - 6}" y="{y + 18}" font-size="12" text-anchor="end" fill="{_INK}">'
            f"{_cut(pair.name, room=left - 8.0)}</text>"
        )
        for below, value, fill in ((0, pair.here, _DONE), (13, pair.rest, "#fff")):
            if value is None:
                continue
            wide = min(max(value, 0), 100) / 100 * (right - left)
            parts.append(
                f'<rect x="{left}" y="{y + below}" width="{wide:.1f}" height="11" fill="{fill}" '
                f'stroke="{_DONE}"/><text x="{left + wide + 4:.1f}" y="{y + below + 10}" '
                f'font-size="11" fill="{_INK}">{value}%</text>'
            )
    return _svg(width, 4 + step * len(pairs), label, parts, css="daily")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One place of a tile chart: its name, its figure in words, and whether it is marked."""

    name: str
    words: str
    share: float
    marked: bool


def tiles(places: Sequence[Tile], *, label: str) -> Markup:
    """Draw places as tiles in their order; the fuller the bar, the larger the share of the most.

    Nothing says where places lie: a county hands in a list, not a map. Marked ones have a broken
    frame besides their colour.
    """
    across, wide, high = 3, 94, 54
    parts = []
    for number, place in enumerate(places):
        x, y = 2 + number % across * (wide + 3), 2 + number // across * (high + 4)
        colour = _BEHIND if place.marked else _DONE
        dashes = ' stroke-dasharray="4 3"' if place.marked else ""
        filled = min(max(place.share, 0.0), 1.0) * (wide - 12)
        name = _cut(place.name, room=wide - 12)
        parts.append(
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="4" fill="#fff" '
            f'stroke="{colour}"{dashes}/>'
            f'<text x="{x + 6}" y="{y + 17}" font-size="12" fill="{_INK}">{name}</text>'
            f'<text x="{x + 6}" y="{y + 35}" font-size="12" fill="{_INK}">'
            f"{escape(place.words)}</text>"
            f'<rect x="{x + 6}" y="{y + 42}" width="{wide - 12}" height="5" fill="{_TRACK}"/>'
            f'<rect x="{x + 6}" y="{y + 42}" width="{filled:.1f}" height="5" fill="{colour}"/>'
        )
    rows = -(-len(places) // across)
    return _svg(across * (wide + 3) + 1, rows * (high + 4) + 2, label, parts, css="tiles")


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelDot:
    """A unit in a funnel: what it is called, where it lies, and how many limits it is beyond."""

    name: str
    n: float
    score: float
    beyond: int


def funnel_plot(
    dots: Sequence[FunnelDot],
    *,
    label: str,
    target: float,
    limits: Sequence[tuple[float, Sequence[float]]],
) -> Markup:
    """Draw scores against effective answers, inside the limits within which chance moves them.

    `limits` are numbers of answers, each with its lower and upper limits, the narrower first.
    Dots beyond a limit are marked by their number, which the table beside it has too.
    """
    width, left, right, top, bottom = 288.0, 34.0, 278.0, 12.0, 210.0
    shown = [dot.score for dot in dots] + [limits[-1][1][2], limits[-1][1][3]]
    low, high = max(0.0, min(shown) - 3), min(100.0, max(shown) + 3)
    most = limits[-1][0]

    def across(n: float) -> float:
        return left + n / most * (right - left)

    def up(score: float) -> float:
        return bottom - (min(max(score, low), high) - low) / (high - low) * (bottom - top)

    parts = [f'<path d="M{left:g} {top:g}V{bottom:g}H{right:g}" stroke="{_FAINT}" fill="none"/>']
    for row in range(4):
        points = " ".join(f"{across(n):.1f},{up(values[row]):.1f}" for n, values in limits)
        dashes = ' stroke-dasharray="4 3"' if row < 2 else ""
        parts.append(f'<polyline points="{points}" stroke="{_GREY}" fill="none"{dashes}/>')
    parts.append(f'<path d="M{left:g} {up(target):.1f}H{right:g}" stroke="{_DONE}"/>')
    parts += [
        *(_label(4, up(value) + 4, f"{value:.0f}") for value in (low, target, high)),
        _label(left, bottom + 16, "0", size=11),
        _label(right, bottom + 16, f"{most:.0f}", size=11),
    ]
    for number, dot in enumerate(dots, 1):
        x, y = across(dot.n), up(dot.score)
        colour = _BEHIND if dot.beyond else _DONE
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}">'
            f"<title>{escape(dot.name)} {dot.score:.2f}</title></circle>"
        )
        if dot.beyond:
            parts.append(_label(min(x + 9, right - 4), y + 4, str(number), _BEHIND))
    return _svg(width, bottom + 22, label, parts, css="dots", sized=False)


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
