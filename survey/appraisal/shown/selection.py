"""Which units of a score sheet somebody asked to see, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from survey.appraisal.score_sheet import ClassSheet, ScoreRow, ScoreSheet

SORTS = ("best", "worst", "scheme", "widest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for; empty is everything, the best of each class first."""

    text: str = ""
    class_code: str = ""
    sort: str = ""
    only_uncertain: bool = False


def select(sheet: ScoreSheet, asked: Asked) -> tuple[ClassSheet, ...]:
    """Return the classes with the units asked for; units without a score stay last by score."""
    chosen = (
        replace(part, rows=tuple(row for row in _ordered(part, asked.sort) if _wanted(row, asked)))
        for part in sheet.classes
        if asked.class_code in {"", part.class_code}
    )
    return tuple(part for part in chosen if part.rows)


def _ordered(part: ClassSheet, sort: str) -> list[ScoreRow]:
    keys: dict[str, Callable[[ScoreRow], Any]] = {
        "worst": lambda row: (not row.published, float(row.figures.score or 0)),
        "scheme": lambda row: row.taking_part.position,
        "widest": lambda row: (
            float(row.figures.lower or 0) - float(row.figures.upper or 0),
            row.taking_part.position,
        ),
    }
    return sorted(part.rows, key=keys[sort]) if sort in keys else list(part.rows)


def _wanted(row: ScoreRow, asked: Asked) -> bool:
    unit = row.taking_part.unit
    names = " ".join((unit.code, unit.name_zh, unit.short_zh, unit.name_en)).casefold()
    return asked.text.strip().casefold() in names and (
        row.grade_uncertain or not asked.only_uncertain
    )
