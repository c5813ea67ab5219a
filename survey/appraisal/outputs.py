"""Writes an appraisal as four files: the same appraisal gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from survey.appraisal.record import AppraisalRecord, Changes, UnitChange
from survey.office_files.tables import csv_bytes
from survey.stats.campaign.figures import GroupFigure, UnitFigure
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.scoring import round_half_up
from survey.stats.campaign.verdicts import ScreeningVerdict

_UNIT_COLUMNS = (
    *("unit_code", "class", "status", "score", "se", "lower", "upper", "n", "effective_n"),
    *("design_effect", "group_weight_used", "rank", "rank_lower", "rank_upper", "tier"),
    *("grade", "points", "raw_score"),
)
_GROUP_COLUMNS = (
    *("unit_code", "group_code", "score", "se", "n", "effective_n"),
    *("awareness_rate", "method"),
)

_CHANGE_COLUMNS = (
    *("unit_code", "class", "before", "now", "delta", "se", "lower", "upper"),
    *("comparable", "reason", "surely", "strictly"),
)


def write_outputs(
    appraisal: AppraisalResult,
    *,
    response_id: NDArray[np.str_],
    out: Path,
    record: AppraisalRecord,
) -> None:
    """Write unit_scores.csv, unit_group_scores.csv, verdicts.csv and appraisal.json to ``out``.

    If the record tells what changed, so does changes.csv.
    """
    out.mkdir(parents=True, exist_ok=True)
    units = [_unit_row(unit) for unit in appraisal.units]
    groups = [_group_row(group) for group in appraisal.groups]
    (out / "unit_scores.csv").write_bytes(_csv(_UNIT_COLUMNS, units))
    (out / "unit_group_scores.csv").write_bytes(_csv(_GROUP_COLUMNS, groups))
    (out / "verdicts.csv").write_bytes(
        _csv(("response_id", "verdict", "rules"), _verdict_rows(appraisal, response_id))
    )
    if record.changes is not None:
        rows = [_change_row(unit, record.changes) for unit in record.changes.units]
        (out / "changes.csv").write_bytes(_csv(_CHANGE_COLUMNS, rows))
    else:
        # One of an earlier run would tell of other scores.
        (out / "changes.csv").unlink(missing_ok=True)
    text = json.dumps(record.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
    (out / "appraisal.json").write_bytes((text + "\n").encode())


def _unit_row(unit: UnitFigure) -> list[object]:
    return [
        *(unit.unit_code, unit.class_code, unit.status, unit.score),
        *(_rounded(unit.se, 4), _rounded(unit.lower, 2), _rounded(unit.upper, 2), unit.n),
        *(_rounded(unit.effective_n, 2), _rounded(unit.design_effect, 4)),
        f"{unit.group_weight_used:.10g}",
        *(unit.rank, unit.rank_lower, unit.rank_upper, unit.tier),
        *(unit.grade_zh, unit.points, _rounded(unit.raw_score, 2)),
    ]


def _group_row(group: GroupFigure) -> list[object]:
    return [
        *(group.unit_code, group.group_code, _rounded(group.score, 4), _rounded(group.se, 4)),
        *(group.n, _rounded(group.effective_n, 2), _rounded(group.awareness_rate, 4)),
        group.method,
    ]


def _change_row(unit: UnitChange, changes: Changes) -> list[object]:
    figures = (unit.before, unit.now, unit.delta, unit.se, unit.lower, unit.upper)
    reasons = changes.reasons_of(unit)
    return [
        *(unit.unit_code, unit.class_code, *(_rounded(figure, 2) for figure in figures)),
        "no" if reasons else "yes",
        "; ".join(reason.en for reason in reasons),
        unit.side,
        unit.side if unit.strict else None,
    ]


def _rounded(value: float | None, digits: int) -> Decimal | None:
    return None if value is None else round_half_up(value, digits=digits)


def _verdict_rows(
    appraisal: AppraisalResult, response_id: NDArray[np.str_]
) -> Iterable[Sequence[object]]:
    screening = appraisal.screening
    names = {int(verdict): verdict.name.lower() for verdict in ScreeningVerdict}
    for row, identifier in enumerate(response_id):
        yield identifier, names[int(screening.verdict[row])], ";".join(screening.rules_of(row))


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return csv_bytes(buffer.getvalue())
