"""Reads scheme.yaml and questionnaire.json and checks that they say what must be said."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from survey.problems import Problem
from survey.scheme.consistency import contradictions
from survey.scheme.csv_rows import read_text
from survey.scheme.local_items import check_local_items
from survey.scheme.questionnaire import QuestionnaireDocument
from survey.scheme.questions import check_questions
from survey.scheme.scheme import Scheme
from survey.scheme.settings import Fault, Part, Reading, faults_of


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


def read_scheme(path: Path, problems: list[Problem]) -> tuple[dict[str, Any], Scheme | None]:
    """Read scheme.yaml: the document and its settings, None where what is needed is missing."""
    document = read_yaml(path, problems)
    if not document:
        return document, None
    reading = Reading()
    scheme: Scheme | None = reading.value(Part(of=Scheme), document, "")
    faults = list(reading.faults)
    if scheme is not None:
        # A setting that is no value by itself has its default here and contradicts nothing.
        at = {fault.field for fault in faults}
        faults += [fault for fault in contradictions(scheme, document) if fault.field not in at]
    problems.extend(_problem(fault, path.name) for fault in faults)
    return document, scheme


def _problem(fault: Fault, file: str) -> Problem:
    return Problem(zh=fault.zh, en=fault.en, file=file, field=fault.field)


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
    shapeless = [_problem(fault, path.name) for fault in faults_of(QuestionnaireDocument, content)]
    problems.extend(shapeless)
    if not shapeless and _items_hold(content, path.name, problems):
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
