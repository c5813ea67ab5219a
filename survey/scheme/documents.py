"""Reads scheme.yaml and questionnaire.json and checks that they say what must be said."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from survey.forms.arrangement import ITEM_ORDERS, SCALE_DIRECTIONS
from survey.problems import Problem
from survey.scheme.csv_rows import read_text
from survey.scheme.local_items import LOCAL_ITEMS, check_local_items
from survey.scheme.questions import QUESTIONS, check_questions
from survey.scheme.shape import (
    CODE,
    COUNT,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    Listed,
    Maybe,
    Named,
    Shape,
    faults,
)

_NAMES = {"zh": TEXT, "en": TEXT}
_SCHEME = {
    "county": {"name_zh": TEXT, "name_en": TEXT, "area_code12": TEXT},
    "campaign": {
        "id": CODE,
        "title_zh": TEXT,
        "title_en": TEXT,
        "organiser_zh": TEXT,
        "timezone": TEXT,
        "fieldwork": {"start": MOMENT, "end": MOMENT},
    },
    "classes": Named(_NAMES),
    "scale_points": Named(NUMBER),
    "scoring": {
        "weighting": Maybe(
            Named(
                {
                    "method": TEXT,
                    "margins": Maybe(Listed(TEXT)),
                    "trim": Maybe(Listed(NUMBER)),
                }
            )
        ),
        "grade_bands": Listed({**_NAMES, "min": NUMBER}),
        "min_group_weight_covered_percent": Maybe(NUMBER),
        "rounding": Maybe({"rule": Maybe(TEXT), "digits": Maybe(COUNT)}),
        "conversion": Maybe(TEXT),
        "component_points": Maybe(NUMBER),
        "rank_step": Maybe(NUMBER),
        "seed": Maybe(COUNT),
    },
    "questionnaire": Maybe({"item_order": Maybe(TEXT), "scale_direction": Maybe(TEXT)}),
    "validity_rules": Listed({"id": TEXT, "action": TEXT}),
    "channels": Named({**_NAMES, "invited": FLAG}),
    "privacy": Maybe({"min_cell_for_reports": Maybe(COUNT)}),
    "rectification": Maybe(
        dict.fromkeys(("verify_workdays", "simple_workdays", "complex_workdays"), Maybe(COUNT))
    ),
}
_QUESTIONNAIRE = {
    "questionnaire_id": TEXT,
    "version": COUNT,
    "title": _NAMES,
    "scale": Listed({**_NAMES, "value": COUNT, "points": Maybe(NUMBER)}),
    "scored_items": Listed({**_NAMES, "id": TEXT, "kind": TEXT, "weight": NUMBER}),
    "item_sets": Named(Listed(TEXT)),
    "local_items": Maybe(LOCAL_ITEMS),
    **QUESTIONS,
}


def read_yaml(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """Read a YAML file that must hold named entries."""
    text = read_text(path, problems)
    if text is None:
        return {}
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        _note(problems, path.name, "", zh="不是有效的 YAML", en="is not valid YAML", row=row)
        return {}
    if not isinstance(content, dict):
        _note(problems, path.name, "", zh="应为键值结构", en="must hold named entries")
        return {}
    return content


def read_scheme(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """Read scheme.yaml and note what it leaves out."""
    scheme = read_yaml(path, problems)
    if not scheme:
        return scheme
    if _has_shape(scheme, _SCHEME, path.name, problems):
        _check_period(scheme, path.name, problems)
        _check_timezone(scheme, path.name, problems)
        _check_arrangement(scheme, path.name, problems)
    return scheme


def _has_shape(document: dict[str, Any], shape: Shape, file: str, problems: list[Problem]) -> bool:
    found = list(faults(document, shape))
    for fault in found:
        _note(problems, file, fault.field, zh=fault.zh, en=fault.en)
    return not found


def _check_period(scheme: dict[str, Any], file: str, problems: list[Problem]) -> None:
    fieldwork = scheme["campaign"]["fieldwork"]
    if fieldwork["start"] >= fieldwork["end"]:
        _note(
            problems,
            file,
            "campaign.fieldwork.end",
            zh="结束时间须晚于开始时间",
            en="the end must come after the start",
        )


def _check_timezone(scheme: dict[str, Any], file: str, problems: list[Problem]) -> None:
    name = scheme["campaign"]["timezone"]
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        _note(
            problems,
            file,
            "campaign.timezone",
            zh=f"“{name}”不是时区名，如 Asia/Shanghai",
            en=f"{name!r} is no time zone, as Asia/Shanghai",
        )


def _check_arrangement(scheme: dict[str, Any], file: str, problems: list[Problem]) -> None:
    known = {"item_order": ITEM_ORDERS, "scale_direction": SCALE_DIRECTIONS}
    for name, value in (scheme.get("questionnaire") or {}).items():
        if name not in known:
            zh = f"没有这一项，可用 {'、'.join(known)}"
            en = f"is not known here; use {', '.join(known)}"
            _note(problems, file, f"questionnaire.{name}", zh=zh, en=en)
        elif value not in {None, *known[name]}:
            zh = f"不支持“{value}”，可用 {'、'.join(known[name])}"
            en = f"{value!r} is not known; use {', '.join(known[name])}"
            _note(problems, file, f"questionnaire.{name}", zh=zh, en=en)


def read_questionnaire(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """Read questionnaire.json and check its items, scale and sets."""
    text = read_text(path, problems)
    if text is None:
        return {}
    try:
        content: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        _note(
            problems, path.name, "", zh="不是有效的 JSON", en="is not valid JSON", row=error.lineno
        )
        return {}
    if _has_shape(content, _QUESTIONNAIRE, path.name, problems) and _items_hold(
        content, path.name, problems
    ):
        _check_sets(content, path.name, problems)
        problems.extend(check_questions(content, path.name))
        problems.extend(check_local_items(content, path.name))
    return content


def _items_hold(content: dict[str, Any], file: str, problems: list[Problem]) -> bool:
    before = len(problems)
    seen: set[str] = set()
    for index, item in enumerate(content["scored_items"]):
        item_id, weight = item["id"], item["weight"]
        if weight <= 0:
            _note(
                problems,
                file,
                f"scored_items[{index}].weight",
                zh=f"“{weight}”应为正数",
                en=f"{weight!r} must be positive",
            )
        if item_id in seen:
            _note(
                problems,
                file,
                f"scored_items[{index}].id",
                zh=f"“{item_id}”重复",
                en=f"{item_id!r} stands twice",
            )
        seen.add(item_id)
    return len(problems) == before


def _check_sets(content: dict[str, Any], file: str, problems: list[Problem]) -> None:
    """Check that every set names known items and that its coefficients sum to 100.

    A set with ``<units.COLUMN>`` has a sum only for a unit and is checked there.
    """
    weights = {item["id"]: Decimal(str(item["weight"])) for item in content["scored_items"]}
    for code, entries in content["item_sets"].items():
        field = f"item_sets.{code}"
        unknown = [e for e in entries if not e.startswith("<units.") and e not in weights]
        for entry in unknown:
            _note(
                problems,
                file,
                field,
                zh=f"没有题目“{entry}”",
                en=f"there is no item {entry!r}",
            )
        if unknown or any(entry.startswith("<units.") for entry in entries):
            continue
        total = sum(weights[entry] for entry in entries)
        if total != 100:
            _note(
                problems,
                file,
                field,
                zh=f"各题权重合计为 {total}，应为 100",
                en=f"the item weights sum to {total}, not 100",
            )


def _note(
    problems: list[Problem], file: str, field: str, *, zh: str, en: str, row: int | None = None
) -> None:
    problems.append(Problem(zh=zh, en=en, file=file, row=row, field=field))
