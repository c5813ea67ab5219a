"""Reads scheme.yaml and questionnaire.json and checks that they say what must be said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from survey.office_files.yaml_json import Beyond, parse_json, parse_yaml
from survey.problems import Problem
from survey.scheme.consistency import contradictions
from survey.scheme.csv_rows import read_text
from survey.scheme.meant import in_both, with_moments
from survey.scheme.questionnaire.document import QuestionnaireDocument
from survey.scheme.questionnaire.local_items import local_item_faults
from survey.scheme.questionnaire.questions import question_faults
from survey.scheme.scheme import Scheme
from survey.scheme.settings import Fault, Part, Reading, faults_of


def read_yaml(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """Read a YAML file that must hold named entries."""
    text = read_text(path, problems)
    if text is None:
        return {}
    try:
        content = parse_yaml(text)
    except Beyond as beyond:
        problems.append(beyond.problem(path.name))
        return {}
    if not isinstance(content, dict):
        problems.append(Problem(zh="应为键值结构", en="must hold named entries", file=path.name))
        return {}
    found: dict[str, Any] = in_both(content)
    return found


def read_scheme(path: Path, problems: list[Problem]) -> tuple[dict[str, Any], Scheme | None]:
    """Read scheme.yaml: the document and its settings, None where what is needed is missing."""
    document = with_moments(read_yaml(path, problems))
    if not document:
        return document, None
    reading = Reading()
    scheme: Scheme | None = reading.value(Part(of=Scheme), document, "")
    faults = list(reading.faults)
    if scheme is not None:
        # A setting that is no value by itself has its default here and contradicts nothing.
        at = {fault.field for fault in faults}
        faults += [fault for fault in contradictions(scheme, document) if fault.field not in at]
    problems.extend(fault.problem(path.name) for fault in faults)
    return document, scheme


def read_questionnaire(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """Read questionnaire.json and check its items, scale and sets."""
    text = read_text(path, problems)
    if text is None:
        return {}
    try:
        content: dict[str, Any] = in_both(parse_json(text))
    except Beyond as beyond:
        problems.append(beyond.problem(path.name))
        return {}
    problems.extend(fault.problem(path.name) for fault in _questionnaire_faults(content))
    return content


def _questionnaire_faults(content: dict[str, Any]) -> Iterator[Fault]:
    # Each check takes what the one before it found whole.
    faults = list(faults_of(QuestionnaireDocument, content)) or list(_item_faults(content))
    yield from faults
    if not faults:
        yield from _set_faults(content)
        yield from question_faults(content)
        yield from local_item_faults(content)


def _item_faults(content: dict[str, Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, item in enumerate(content["scored_items"]):
        item_id, weight = item["id"], item["weight"]
        if weight <= 0:
            yield Fault(
                f"scored_items[{index}].weight",
                f"“{weight}”应为正数",
                f"{weight!r} must be positive",
            )
        if item_id in seen:
            yield Fault(
                f"scored_items[{index}].id", f"“{item_id}”重复", f"{item_id!r} stands twice"
            )
        seen.add(item_id)


def _set_faults(content: dict[str, Any]) -> Iterator[Fault]:
    """Yield sets that name unknown items or whose coefficients do not sum to 100.

    A set with ``<units.COLUMN>`` has a sum only for a unit and is checked there.
    """
    weights = {item["id"]: Decimal(str(item["weight"])) for item in content["scored_items"]}
    for code, entries in content["item_sets"].items():
        field = f"item_sets.{code}"
        unknown = [e for e in entries if not e.startswith("<units.") and e not in weights]
        for entry in unknown:
            yield Fault(field, f"没有题目“{entry}”", f"there is no item {entry!r}")
        if unknown or any(entry.startswith("<units.") for entry in entries):
            continue
        total = sum(weights[entry] for entry in entries)
        if total != 100:
            yield Fault(
                field,
                f"各题权重合计为 {total}，应为 100",
                f"the item weights sum to {total}, not 100",
            )
