"""Reads a table of responses (columns as ``responses_demo.csv``) into a Sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from survey.appraisal.inputs.plain_answers import Columns, read_plain
from survey.office_files.times import day_in, moment_in
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import PLAIN_NUMBER, Row, read_rows, refuse_numbers, told_once
from survey.stats.arrays import FloatArray
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.sample import (
    BLANK,
    NONE,
    RESIDENCES,
    SEXES,
    Sample,
    codes_of_marks,
)

NOT_LOCAL = "not_local"
_LONGEST_SECONDS = 366 * 86_400
COLUMNS = (
    *("response_id", "unit_code", "group_code", "channel", "submitted_at", "duration_s"),
    *("sex", "age_group", "township_code", "residence"),
)

_CODES = ("token", "device_hash", "ip_hash", "rater")
# The last three are answers too, but no score comes of them.
OPTIONAL = (
    *("token", "device_hash", "ip_hash", "own_staff", "rater"),
    *("probability", "lang", "reasons", "comment"),
)


def item_columns(questionnaire: Mapping[str, Any], items: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a unit's items: ``q_<item>`` of common ones, ``q_S1``… of specific."""
    kinds = {item["id"]: item["kind"] for item in questionnaire["scored_items"]}
    out: list[str] = []
    n_specific = 0
    for item_id in items:
        n_specific += kinds[item_id] != "common"
        common = kinds[item_id] == "common"
        out.append(f"q_{item_id}" if common else f"q_S{n_specific}")
    return tuple(out)


def read_responses(path: Path, *, lists: CodeLists, items: Sequence[str], timezone: str) -> Sample:
    """Read responses; ``items`` are the columns of their answers.

    ``token``, ``device_hash``, ``ip_hash`` and ``own_staff`` (0 or 1) may be left out, and so
    may ``rater``: a mark that is the same where one person answered about several units; and
    ``probability``: the chance with which whoever answered was drawn to be invited, empty where
    nobody drew him. Times without an offset are of the ``timezone``.

    Raises
    ------
    Refused
        With every cell that cannot be used, by row and field.
    """
    problems: list[Problem] = []
    columns = Columns(needed=COLUMNS, optional=OPTIONAL, items=items)
    plain = read_plain(path, lists=lists, columns=columns, elsewhere=(NOT_LOCAL, ""))
    if plain is not None:
        return plain
    rows = read_rows(
        path,
        columns=(*COLUMNS, *items),
        problems=problems,
        key=("response_id",),
        optional=OPTIONAL,
        of_answers=True,
    )
    sample = sample_of(rows, lists=lists, items=items, timezone=timezone)
    if problems:
        raise Refused(told_once(problems))
    return sample


def sample_of(
    rows: Sequence[Row], *, lists: CodeLists, items: Sequence[str], timezone: str
) -> Sample:
    """Return rows as a sample, of each cell that cannot be used a fault noted by its row."""
    zone = ZoneInfo(timezone)
    for field in _CODES:
        refuse_numbers(rows, field)
    townships = {code: index for index, code in enumerate(lists.townships)}
    return Sample(
        response_id=np.array([row.text("response_id") for row in rows], dtype=np.str_),
        unit=_codes(rows, "unit_code", lists.units),
        group=_codes(rows, "group_code", lists.groups),
        channel=_codes(rows, "channel", lists.channels),
        items=_answers(rows, items, n_points=lists.n_points),
        sex=_codes(rows, "sex", SEXES, blank=True).astype(np.int8),
        age=_codes(rows, "age_group", lists.ages, blank=True).astype(np.int8),
        ages=lists.ages,
        residence=_codes(rows, "residence", RESIDENCES, blank=True).astype(np.int8),
        township=_of_campaign(rows, "township_code", {**townships, NOT_LOCAL: NONE, "": NONE}),
        duration_ms=np.array([_milliseconds(row) for row in rows], dtype=np.int64),
        submitted_at=np.array([_epoch(row, zone) for row in rows], dtype=np.int64),
        device=_marks(rows, "device_hash"),
        network=_marks(rows, "ip_hash"),
        token=_marks(rows, "token"),
        rater=_marks(rows, "rater"),
        own_staff=np.array([_own_staff(row) for row in rows], dtype=bool),
        probability=_chances(rows),
    )


def coded(
    rows: Sequence[Row], field: str, known: Mapping[str, int], *, zh: str, en: str
) -> NDArray[np.intp]:
    """Return what stands for the cells of a column; ``zh``/``en`` say what is wrong with others."""
    out = np.full(len(rows), NONE, dtype=np.intp)
    for place, row in enumerate(rows):
        value = row.cells.get(field, "").strip()
        if value in known:
            out[place] = known[value]
        else:
            row.refuse(field, zh=f"“{value}”{zh}", en=f"{value!r} {en}")
    return out


def _codes(
    rows: Sequence[Row], field: str, names: Sequence[str], *, blank: bool = False
) -> NDArray[np.intp]:
    known = {name: index for index, name in enumerate(names)}
    return _of_campaign(rows, field, {**known, "": NONE} if blank else known)


def _of_campaign(rows: Sequence[Row], field: str, known: Mapping[str, int]) -> NDArray[np.intp]:
    zh, en = "不在本次评议的范围内，请核对", "is not part of this campaign; check it"
    return coded(rows, field, known, zh=zh, en=en)


def _answers(rows: Sequence[Row], columns: Sequence[str], *, n_points: int) -> NDArray[np.int8]:
    top = n_points - 1
    known = {str(value): value for value in range(top + 1)} | {"": BLANK}
    zh, en = f"不是有效选项，应为 0–{top} 或留空", f"is no answer; 0 to {top}, or empty"
    answers = [coded(rows, column, known, zh=zh, en=en) for column in columns]
    return np.stack(answers, axis=1).astype(np.int8)


def _milliseconds(row: Row) -> int:
    value = row.cells.get("duration_s", "").strip()
    if not value:
        return NONE
    seconds = Decimal(value) if PLAIN_NUMBER.fullmatch(value) else Decimal(-1)
    if not 0 <= seconds <= _LONGEST_SECONDS:
        row.refuse(
            "duration_s",
            zh=f"“{value}”不是非负秒数",
            en=f"{value!r} is not a number of seconds",
        )
        return NONE
    return int(seconds * 1000)


def _epoch(row: Row, zone: ZoneInfo) -> int:
    value = row.cells["submitted_at"].strip()
    # A day alone would make all answers of it one burst.
    moment = None if day_in(value) else moment_in(value, zone)
    if moment is None:
        row.refuse(
            "submitted_at",
            zh=f"“{value}”不是时间，应如 2026-12-01 07:03:35（评议活动所在时区）"
            "或 2026-12-01T07:03:35+08:00",
            en=f"{value!r} is not a time as 2026-12-01 07:03:35, in the campaign's zone, "
            "or 2026-12-01T07:03:35+08:00",
        )
        return 0
    return int(moment.timestamp())


def _chances(rows: Sequence[Row]) -> FloatArray | None:
    """Return the chances people were drawn with, NaN for the others; None where nobody was."""
    found = np.array([_chance(row) for row in rows], dtype=np.float64)
    return found if np.isfinite(found).any() else None


def _chance(row: Row) -> float:
    value = row.cells.get("probability", "").strip()
    if not value:
        return np.nan
    try:
        chance = float(value)
    except ValueError:
        chance = np.nan
    if not 0 < chance <= 1:
        row.refuse(
            "probability",
            zh=f"“{value}”应大于 0、不大于 1，没有抽取的留空",
            en=f"{value!r} must be above 0 and at most 1; empty where nobody was drawn",
        )
    return chance


def _own_staff(row: Row) -> bool:
    value = row.cells.get("own_staff", "").strip()
    if value not in {"", "0", "1"}:
        row.refuse(
            "own_staff",
            zh=f"“{value}”应为 1（本单位工作人员）、0 或留空",
            en=f"{value!r} must be 1 (works for the unit), 0, or empty",
        )
    return value == "1"


def _marks(rows: Sequence[Row], field: str) -> NDArray[np.int64]:
    return codes_of_marks(np.array([row.cells.get(field, "").strip() for row in rows], dtype=str))
