"""The scores as lines of text, for a terminal."""

import unicodedata
from collections.abc import Sequence

from survey.appraisal.record.scores import UnitScore

_HEADINGS = (
    "单位",
    "类别",
    "得分",
    "95%区间",
    "名次",
    "可能名次",
    "等次",
    "折算",
    "样本",
    "组权重%",
)
_NUMBERS = frozenset({2, 4, 7, 8, 9})


def score_lines(units: Sequence[UnitScore]) -> list[str]:
    """Return a heading and one aligned line per unit of a score document."""
    rows = [_HEADINGS, *(_cells(unit) for unit in units)]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(_HEADINGS))]
    return [
        "  ".join(
            _padded(cell, widths[place], right=place in _NUMBERS) for place, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _cells(unit: UnitScore) -> tuple[str, ...]:
    start = (f"{unit.unit_code} {unit.name}", unit.class_code)
    end = (str(unit.n), unit.group_weight_used)
    if unit.status != "published":
        return (*start, "–", "样本不足", "–", "–", "–", "–", *end)
    ranked = unit.class_rank is not None
    return (
        *start,
        unit.score or "–",
        f"{unit.lower}–{unit.upper}",
        str(unit.class_rank) if ranked else "不排名",
        "–".join(map(str, unit.rank_range)) if unit.rank_range else "–",
        unit.grade or "–",
        unit.points or "–",
        *end,
    )


def _padded(cell: str, width: int, *, right: bool) -> str:
    gap = " " * (width - _width(cell))
    return gap + cell if right else cell + gap


def _width(text: str) -> int:
    """Return how many columns a terminal needs; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
