"""Charts of simulations as SVG, drawn without any library."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from survey.stats.simulation.summary import Summary

_INK = "#1f2a33"
_SERIES = (
    ("raw", "raw_rmse", "#9aa5af"),
    ("invited only", "invited_rmse", "#d9a441"),
    ("score", "score_rmse", "#2c6e9e"),
)
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
    """Draw how far attacks move a unit's score, and how far they would move the raw mean."""
    largest = max(s.figures["raw_moved"] for s in summaries)
    names = list(dict.fromkeys(s.scenario for s in summaries))
    height, bottom = 300, 264

    def at(summary: Summary, figure: str) -> str:
        x = _LEFT + (_WIDTH - _LEFT - 60) * float(summary.share) / 0.4
        return f"{x:.1f},{bottom - (bottom - 40) * summary.figures[figure] / largest:.1f}"

    parts = [f'<path d="M{_LEFT} 40V{bottom}H{_WIDTH - 60}" stroke="{_INK}" fill="none"/>']
    for figure, colour in (("raw_moved", "#9aa5af"), ("moved", "#2c6e9e")):
        for name in names:
            points = " ".join(at(s, figure) for s in summaries if s.scenario == name)
            parts.append(
                f'<polyline points="{_LEFT},{bottom} {points}" fill="none" stroke="{colour}"'
                f' stroke-width="2"><title>{escape(name)}</title></polyline>'
            )
    parts += [
        _text(_LEFT + (_WIDTH - _LEFT - 60) * share / 0.4, bottom + 18, f"{share:.0%}", "middle")
        for share in (0.05, 0.1, 0.2, 0.4)
    ]
    parts.append(_text(_LEFT - 8, 46, f"{largest:.0f}", anchor="end"))
    parts += _legend([("raw mean moves", "#9aa5af"), ("score moves", "#2c6e9e")])
    return _svg(height, "Points moved by share of false answers", parts)


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
