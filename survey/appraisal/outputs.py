"""Writes an appraisal as four files: the same appraisal gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from survey import __version__
from survey.stats.campaign.result import AppraisalResult, GroupFigure, SuspicionReport, UnitFigure
from survey.stats.campaign.scoring import round_half_up
from survey.stats.campaign.verdicts import ScreeningVerdict
from survey.stats.pipeline.appraise import METHOD_VERSION

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
    *("comparable", "reason"),
)


def write_outputs(
    appraisal: AppraisalResult,
    *,
    response_id: NDArray[np.str_],
    out: Path,
    content: Mapping[str, Any],
) -> None:
    """Write unit_scores.csv, unit_group_scores.csv, verdicts.csv and appraisal.json to ``out``.

    ``content`` is the appraisal's document; if it tells what changed, so does changes.csv.
    """
    out.mkdir(parents=True, exist_ok=True)
    units = [_unit_row(unit) for unit in appraisal.units]
    groups = [_group_row(group) for group in appraisal.groups]
    (out / "unit_scores.csv").write_bytes(_csv(_UNIT_COLUMNS, units))
    (out / "unit_group_scores.csv").write_bytes(_csv(_GROUP_COLUMNS, groups))
    (out / "verdicts.csv").write_bytes(
        _csv(("response_id", "verdict", "rules"), _verdict_rows(appraisal, response_id))
    )
    if "changes" in content:
        rows = [_change_row(unit, content["changes"]) for unit in content["changes"]["units"]]
        (out / "changes.csv").write_bytes(_csv(_CHANGE_COLUMNS, rows))
    else:
        # One of an earlier run would tell of other scores.
        (out / "changes.csv").unlink(missing_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    (out / "appraisal.json").write_bytes((text + "\n").encode())


def document(
    appraisal: AppraisalResult, *, response_id: NDArray[np.str_], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the appraisal as plain data at full precision; ``response_id`` names its rows."""
    return {
        "kind": "public-review-appraisal",
        "schema_version": "1.0",
        **facts,
        "versions": {
            "gongping": __version__,
            "method": METHOD_VERSION,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "plan_digest": appraisal.plan.digest(),
        "plan": appraisal.plan.to_dict(),
        "responses": _counts(appraisal),
        "steps": [
            {
                "name": step.name,
                "unit_scores": {
                    unit.unit_code: score
                    for unit, score in zip(appraisal.plan.units, step.unit_scores, strict=True)
                },
            }
            for step in appraisal.steps
        ],
        "units": [_plain(asdict(unit)) for unit in appraisal.units],
        "groups": [_plain(asdict(group)) for group in appraisal.groups],
        "notices": [asdict(notice) for notice in appraisal.notices],
        "channels": [asdict(figure) for figure in appraisal.channels],
        "open_bias": [asdict(bias) for bias in appraisal.open_bias],
        "channel_mix": [asdict(share) for share in appraisal.channel_mix],
        "cases": [_case(case, response_id) for case in appraisal.cases],
        "publication": [asdict(figure) for figure in appraisal.publication],
        "robustness": [asdict(figure) for figure in appraisal.robustness],
        "nonresponse": asdict(appraisal.nonresponse) if appraisal.nonresponse else None,
        "sensitivity": [asdict(figure) for figure in appraisal.sensitivity],
    }


def _case(case: SuspicionReport, response_id: NDArray[np.str_]) -> dict[str, Any]:
    out = asdict(case)
    return out | {"responses": [str(response_id[row]) for row in out.pop("rows")]}


def _counts(appraisal: AppraisalResult) -> dict[str, Any]:
    screening = appraisal.screening
    return {
        "returned": int(screening.verdict.size),
        "valid": int(screening.valid.sum()),
        "by_verdict": {
            verdict.name.lower(): int((screening.verdict == verdict).sum())
            for verdict in ScreeningVerdict
        },
        "by_rule": {
            rule: int(screening.hits[:, column].sum())
            for column, rule in enumerate(screening.rule_ids)
        },
        "decided": int(screening.decided.sum()),
    }


def _plain(value: Any) -> Any:
    """Return decimals as strings, so that 80.10 stays 80.10."""
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return str(value) if isinstance(value, Decimal) else value


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


def _change_row(unit: Mapping[str, Any], changes: Mapping[str, Any]) -> list[object]:
    figures = [unit[name] for name in ("before", "now", "delta", "se", "lower", "upper")]
    reasons = [unit["reason"]] if unit["reason"] else changes["reasons"]
    return [
        *(unit["unit_code"], unit["class_code"], *(_rounded(figure, 2) for figure in figures)),
        "no" if reasons else "yes",
        "; ".join(reason["en"] for reason in reasons),
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
    return buffer.getvalue().encode()
