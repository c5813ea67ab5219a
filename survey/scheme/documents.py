"""Reads a county's three documents and checks that they say what must be said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from string import Formatter
from typing import Any

from survey.problems import Problem, Refused
from survey.scheme.consistency import contradictions
from survey.scheme.meant import in_both, with_moments
from survey.scheme.questionnaire.common_items import common_faults
from survey.scheme.questionnaire.document import QuestionnaireDocument
from survey.scheme.questionnaire.local_items import local_item_faults
from survey.scheme.questionnaire.questions import question_faults
from survey.scheme.scheme import Scheme
from survey.scheme.settings import Fault, Part, Reading, faults_of
from survey.scheme.source import TEXTS, Source
from survey.scheme.texts import Texts


def read_document(source: Source, name: str, problems: list[Problem]) -> Any:
    """Return what a document holds, English written out; None after noting that it cannot be."""
    try:
        return in_both(source.document(name))
    except Refused as refused:
        problems.extend(refused.problems)
        return None


def read_named(source: Source, name: str, problems: list[Problem]) -> dict[str, Any]:
    """Read a document that must hold named entries."""
    before = len(problems)
    content = read_document(source, name, problems)
    if isinstance(content, dict):
        return content
    if len(problems) == before:
        problems.append(Problem(zh="应为键值结构", en="must hold named entries", file=name))
    return {}


def read_scheme(source: Source, problems: list[Problem]) -> tuple[dict[str, Any], Scheme | None]:
    """Read scheme.yaml: the document and its settings, None where what is needed is missing."""
    document = with_moments(read_named(source, "scheme.yaml", problems))
    if not document:
        return document, None
    reading = Reading()
    scheme: Scheme | None = reading.value(Part(of=Scheme), document, "")
    faults = list(reading.faults)
    if scheme is not None:
        # A setting that is no value by itself has its default here and contradicts nothing.
        at = {fault.field for fault in faults}
        faults += [fault for fault in contradictions(scheme, document) if fault.field not in at]
    problems.extend(fault.problem("scheme.yaml") for fault in faults)
    return document, scheme


def read_questionnaire(source: Source, problems: list[Problem]) -> dict[str, Any]:
    """Read questionnaire.json and check its items, scale and sets."""
    before = len(problems)
    content = read_document(source, "questionnaire.json", problems)
    if len(problems) > before:
        return {}
    problems.extend(fault.problem("questionnaire.json") for fault in questionnaire_faults(content))
    found: dict[str, Any] = content
    return found


def questionnaire_faults(content: dict[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with a questionnaire."""
    # Each check takes what the one before it found whole.
    faults = list(faults_of(QuestionnaireDocument, content)) or list(_item_faults(content))
    yield from faults
    if not faults:
        yield from _set_faults(content)
        yield from question_faults(content)
        yield from common_faults(content)
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


_N_LINES = {"consent_buttons": 2, "poster": 6}
# What may stand in braces where the words are filled in as a format.
_PLACES = {
    "poster": {"unit", "unit_en", "domain", "hotline", "poster_no"},
    "interview": {"unit"},
    "sms": {"unit", "unit_en", "url", "token", "end", "day", "hotline", "office"},
}


def read_texts(source: Source, problems: list[Problem]) -> dict[str, Any]:
    """Read texts.yaml, or notices.yaml; a folder that is only scored needs neither."""
    found = [name for name in TEXTS if source.holds(name)]
    if len(found) > 1:
        zh = f"与 {TEXTS[1]} 是同一份文件，请只保留一个"
        en = f"and {TEXTS[1]} are the same file under two names; keep one"
        problems.append(Problem(file=TEXTS[0], zh=zh, en=en))
    if len(found) != 1:
        return {}
    content = read_named(source, found[0], problems)
    if not content:
        return content
    faults = list(faults_of(Texts, content))
    faults = faults or [*_number_faults(content), *_place_faults(content)]
    problems.extend(fault.problem(found[0]) for fault in faults)
    return content


def _number_faults(content: dict[str, Any]) -> Iterator[Fault]:
    for name, wanted in _N_LINES.items():
        for lang in ("zh", "en"):
            n = len(content[name][lang])
            if n != wanted:
                yield Fault(
                    f"{name}.{lang}", f"应有{wanted}行，现有{n}行", f"has {n} lines, not {wanted}"
                )


def _place_faults(content: dict[str, Any]) -> Iterator[Fault]:
    for name, known in _PLACES.items():
        for lang, words in (content.get(name) or {}).items():
            text = words if isinstance(words, str) else "\n".join(words or ())
            found = _places(text)
            if found is None or not found <= known:
                listed = " ".join(f"{{{place}}}" for place in sorted(known))
                yield Fault(
                    f"{name}.{lang}",
                    f"花括号中只能是 {listed}",
                    f"only these may stand in braces: {listed}",
                )
            elif name == "sms" and text and "url" not in found:
                yield Fault(
                    f"{name}.{lang}", "缺少 {url}，收信人无法打开评议页", "lacks {url}, the page"
                )


def _places(text: str) -> set[str] | None:
    """Return what stands in braces, None where a brace is left open."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    if any(spec or conversion for _text, _name, spec, conversion in parts):
        return None
    return {name for _text, name, _spec, _conversion in parts if name is not None}
