"""Reads scheme.yaml and questionnaire.json and checks that they say what must be said."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from survey.fieldwork.csv_rows import read_text
from survey.problems import Problem

_SCHEME_TEXTS = (
    *("county.name_zh", "county.name_en", "county.area_code12"),
    *("campaign.id", "campaign.title_zh", "campaign.title_en", "campaign.organiser_zh"),
    "campaign.timezone",
)
_SCHEME_PARTS = ("classes", "scale_points", "scoring", "validity_rules", "channels")


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
    for field in _SCHEME_TEXTS:
        if not isinstance(_at(scheme, field), str):
            _note(problems, path.name, field, zh="缺少该项（文字）", en="this text is missing")
    for field in _SCHEME_PARTS:
        if not _at(scheme, field):
            _note(problems, path.name, field, zh="缺少该项", en="this part is missing")
    _check_classes(scheme, path.name, problems)
    _check_period(scheme, path.name, problems)
    _check_timezone(scheme, path.name, problems)
    return scheme


def _check_classes(scheme: dict[str, Any], file: str, problems: list[Problem]) -> None:
    classes = scheme.get("classes")
    for code, entry in classes.items() if isinstance(classes, dict) else ():
        if not isinstance(entry, dict) or not entry.get("zh") or not entry.get("en"):
            _note(
                problems,
                file,
                f"classes.{code}",
                zh="须有 zh、en 两种名称",
                en="needs a name in zh and in en",
            )


def _check_period(scheme: dict[str, Any], file: str, problems: list[Problem]) -> None:
    start, end = _at(scheme, "campaign.fieldwork.start"), _at(scheme, "campaign.fieldwork.end")
    for field, moment in (("start", start), ("end", end)):
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            _note(
                problems,
                file,
                f"campaign.fieldwork.{field}",
                zh="应为带时区的时间，如 2026-12-01T00:00:00+08:00",
                en="must be a time with its offset, as 2026-12-01T00:00:00+08:00",
            )
            return
    if start >= end:
        _note(
            problems,
            file,
            "campaign.fieldwork.end",
            zh="结束时间须晚于开始时间",
            en="the end must come after the start",
        )


def _check_timezone(scheme: dict[str, Any], file: str, problems: list[Problem]) -> None:
    name = _at(scheme, "campaign.timezone")
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        _note(
            problems,
            file,
            "campaign.timezone",
            zh=f"“{name}”不是时区名，如 Asia/Shanghai",
            en=f"{name!r} is no time zone, as Asia/Shanghai",
        )


def _at(document: dict[str, Any], field: str) -> Any:
    value: Any = document
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


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
    before = len(problems)
    for field in ("scored_items", "item_sets", "scale", "questionnaire_id", "version", "title"):
        if not isinstance(content, dict) or not content.get(field):
            _note(problems, path.name, field, zh="缺少该项", en="this part is missing")
    if len(problems) > before:
        return {}
    _check_items(content, path.name, problems)
    if len(problems) == before:
        _check_sets(content, path.name, problems)
    return content


def _check_items(content: dict[str, Any], file: str, problems: list[Problem]) -> None:
    seen: set[str] = set()
    for index, item in enumerate(content["scored_items"]):
        field = f"scored_items[{index}]"
        if not isinstance(item, dict):
            _note(problems, file, field, zh="应为键值结构", en="must hold named entries")
            continue
        for name in ("id", "zh", "en"):
            if not isinstance(item.get(name), str) or not item[name].strip():
                _note(problems, file, f"{field}.{name}", zh="不能为空", en="is empty")
        weight = item.get("weight")
        if not isinstance(weight, int | float) or isinstance(weight, bool) or not weight > 0:
            _note(
                problems,
                file,
                f"{field}.weight",
                zh=f"“{weight}”应为正数",
                en=f"{weight!r} must be a positive number",
            )
        if item.get("id") in seen:
            shown = item["id"]
            _note(
                problems,
                file,
                f"{field}.id",
                zh=f"“{shown}”重复",
                en=f"{shown!r} stands twice",
            )
        seen.add(str(item.get("id")))


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
