"""Charts of simulations as SVG, drawn without any library."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import product

from survey.stats.simulation import Summary

_INK = "#1f2a33"
_SERIES = (
    ("raw", "raw_rmse", "#9aa5af"),
    ("invited only", "invited_rmse", "#d9a441"),
    ("score", "score_rmse", "#2c6e9e"),
)
_COLOURS = (
    "#2c6e9e", "#b5482f", "#3f8f4f", "#8a5aa8", "#c98a1b", "#4a4a4a", "#d1699b", "#2aa3a3",
    "#7a5c3a",
)  # fmt: skip
_STROKES = [*product(("", "6 3"), _COLOURS)]  # more attacks than colours: then dashed ones
_WIDTH, _LEFT, _ROW = 640, 150, 44


def bars(summaries: Sequence[Summary]) -> str:
    """Draw RMSE by scenario for raw mean, invited answers alone, and the score."""
    largest = max(s.figures[name] for s in summaries for _, name, _ in _SERIES if name in s.figures)
    scale = (_WIDTH - _LEFT - 60) / largest
    parts = []
    for row, summary in enumerate(summaries):
        top = 34 + row * _ROW
        parts.append(_text(_LEFT - 8, top + 22, summary.scenario, anchor="end"))
        for place, (_, name, colour) in enumerate(_SERIES):
            if name not in summary.figures:
                continue
            value, y = summary.figures[name], top + 12 * place
            parts.append(
                f'<rect x="{_LEFT}" y="{y}" width="{value * scale:.1f}" height="10"'
                f' fill="{colour}"/>'
            )
            parts.append(_text(_LEFT + value * scale + 4, y + 9, f"{value:.2f}"))
    parts += _legend([(label, colour) for label, _, colour in _SERIES])
    return _svg(34 + len(summaries) * _ROW, "Root mean squared error, points", parts)


def lines(summaries: Sequence[Summary]) -> str:
    """Draw how far each attack moves a unit's score its way, by the number of false answers.

    The plain mean's movement is the thin line of the same colour.
    """
    names = list(dict.fromkeys(s.scenario for s in summaries))
    most = max(s.figures["false_answers"] for s in summaries)
    largest = max(max(s.figures["raw_moved"], s.figures["pulled"]) for s in summaries)
    bottom, top = 300, 30
    scale = (bottom - top) / largest

    def at(number: float, points: float) -> str:
        # Roots of numbers, so that few answers are told apart as well as many.
        x = _LEFT + (_WIDTH - _LEFT - 60) * (number / most) ** 0.5
        return f"{x:.1f},{bottom - scale * points:.1f}"

    parts = [f'<path d="M{_LEFT} {top}V{bottom}H{_WIDTH - 60}" stroke="{_INK}" fill="none"/>']
    parts.append(_text(_LEFT, 16, "points moved; thick: the score, thin: the plain mean"))
    for name, (dashes, colour) in zip(names, _STROKES, strict=False):
        for figure, width in (("raw_moved", 0.7), ("pulled", 2.5)):
            points = " ".join(
                at(s.figures["false_answers"], s.figures[figure])
                for s in summaries
                if s.scenario == name
            )
            parts.append(
                f'<polyline points="{at(0, 0)} {points}" fill="none" stroke="{colour}"'
                f' stroke-dasharray="{dashes}" stroke-width="{width}">'
                f"<title>{escape(name)} {figure}</title></polyline>"
            )
    for number in (0.04, 0.25, 1.0):
        x = _LEFT + (_WIDTH - _LEFT - 60) * number**0.5
        parts.append(_text(x, bottom + 18, f"{most * number:.0f}", "middle"))
    parts += [
        _text(_LEFT - 8, bottom - scale * level + 4, f"{level:.1f}", "end")
        for level in (0.0, largest / 2, largest)
    ]
    for row, (name, (dashes, colour)) in enumerate(zip(names, _STROKES, strict=False)):
        x, y = _LEFT + 160 * (row % 3), bottom + 40 + 18 * (row // 3)
        stroke = f'stroke="{colour}" stroke-dasharray="{dashes}" stroke-width="4"'
        parts.append(f'<path d="M{x} {y - 5}h21" {stroke}/>')
        parts.append(_text(x + 27, y, name))
    height = bottom + 40 + 18 * (1 + len(names) // 3)
    return _svg(height, "Points moved by number of false answers; thin: the plain mean", parts)


def _legend(entries: Sequence[tuple[str, str]]) -> list[str]:
    parts = []
    for place, (label, colour) in enumerate(entries):
        x = _LEFT + 150 * place
        parts.append(f'<rect x="{x}" y="8" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(x + 18, 19, label))
    return parts


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(height: int, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        f' font-family="sans-serif" font-size="12" fill="{_INK}"><title>{escape(title)}</title>'
        + "".join(parts)
        + "</svg>\n"
    )
