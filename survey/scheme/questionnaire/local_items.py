"""Checks the unscored items of questionnaire.json and the conditions they are asked under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from survey.forms.local_items import HIGHEST, MAX_CHARS, TEXTS
from survey.forms.relevance import Tree, Unreadable, comparisons, parse
from survey.scheme.settings import Fault

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
_VALUE = re.compile(r"[A-Za-z0-9_]{1,20}")
_MOST_ITEMS, _MOST_OPTIONS = 50, 20
_MOST_CHARS = 2000  # of all texts together
_BELONGS = {
    "options": {"single", "multiple"},
    "at_most": {"multiple"},
    "min": {"integer"},
    "max": {"integer"},
    "max_chars": TEXTS,
}


def local_item_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with a questionnaire's local items, whose shape has been checked."""
    yield from _scored_conditions(content)
    yield from _faults(content)


def _scored_conditions(content: Mapping[str, Any]) -> Iterator[Fault]:
    for place, item in enumerate(content["scored_items"]):
        if "relevant" in item:
            yield Fault(
                f"scored_items[{place}].relevant",
                "计分题须向每个人提问（可选“不了解”），不能跳过；请删去此项",
                "scored items are asked of everybody (who may answer 不了解); remove this",
            )


def _faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    items = [_given(item) for item in content.get("local_items") or ()]
    if len(items) > _MOST_ITEMS:
        yield Fault(
            "local_items",
            f"最多 {_MOST_ITEMS} 题，现有 {len(items)} 题",
            f"{len(items)} items; at most {_MOST_ITEMS}",
        )
    chars = sum(item.get("max_chars", MAX_CHARS.get(item["type"], 0)) for item in items)
    if chars > _MOST_CHARS:
        yield Fault(
            "local_items",
            f"各文字题的 max_chars 合计 {chars}，最多 {_MOST_CHARS}",
            f"the max_chars of all text items sum to {chars}; at most {_MOST_CHARS}",
        )
    seen = {item["id"] for item in content["scored_items"]}
    for place, item in enumerate(items):
        at = f"local_items[{place}]"
        own = [
            *_id_faults(item, at, seen),
            *_item_faults(item, at, content),
            *_limits(item, at),
            *_eligibility_faults(item, at),
            *_place_faults(item, items[:place], f"{at}.first"),
        ]
        yield from own or _condition_faults(item, items[:place], content, f"{at}.relevant")
        seen.add(item["id"])


def _given(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value is not None}


def _id_faults(item: Mapping[str, Any], at: str, seen: Set[str]) -> Iterator[Fault]:
    item_id = item["id"]
    if not _ID.fullmatch(item_id):
        yield Fault(
            f"{at}.id",
            f"“{item_id}”须以英文字母开头，只含英文字母、数字和下划线，最多16个字符",
            f"{item_id!r} must begin with a letter; letters, digits and _ only, at most 16",
        )
    elif item_id in seen:
        yield Fault(f"{at}.id", f"“{item_id}”重复", f"{item_id!r} stands twice")


def _item_faults(item: Mapping[str, Any], at: str, content: Mapping[str, Any]) -> Iterator[Fault]:
    for name, types in _BELONGS.items():
        if name in item and item["type"] not in types:
            listed = ", ".join(sorted(types))
            yield Fault(
                f"{at}.{name}",
                f"只用于 {listed}；本题为 {item['type']}，请删去",
                f"is for {listed}; this item is {item['type']}, remove it",
            )
    if item["type"] in _BELONGS["options"]:
        yield from _option_faults(item.get("options", []), f"{at}.options")
    for code in item.get("classes", ()):
        if code not in content["item_sets"]:
            sets = ", ".join(content["item_sets"])
            yield Fault(
                f"{at}.classes",
                f"没有类别“{code}”，可用 {sets}",
                f"there is no class {code!r}; use {sets}",
            )


def _option_faults(options: list[Mapping[str, Any]], at: str) -> Iterator[Fault]:
    values = [option["value"] for option in options]
    if not 2 <= len(values) <= _MOST_OPTIONS:
        yield Fault(at, f"须有 2–{_MOST_OPTIONS} 个选项", f"must be 2 to {_MOST_OPTIONS} options")
    for place, value in enumerate(values):
        if not _VALUE.fullmatch(value):
            yield Fault(
                f"{at}[{place}].value",
                f"“{value}”只能含英文字母、数字和下划线，最多20个字符",
                f"{value!r} may have letters, digits and _ only, at most 20",
            )
        elif value in values[:place]:
            yield Fault(f"{at}[{place}].value", f"“{value}”重复", f"{value!r} stands twice")


def _limits(item: Mapping[str, Any], at: str) -> Iterator[Fault]:
    n = len(item.get("options", ()))
    if "at_most" in item and not 1 <= item["at_most"] <= n:
        yield Fault(f"{at}.at_most", f"应为 1–{n}", f"must be 1 to {n}")
    low, high = item.get("min", 0), item.get("max", HIGHEST)
    if not -HIGHEST <= low <= high <= HIGHEST:
        yield Fault(
            f"{at}.min",
            f"须满足 -{HIGHEST} ≤ min ≤ max ≤ {HIGHEST}（min 默认为 0）",
            f"-{HIGHEST} <= min <= max <= {HIGHEST} must hold (min is 0 unless given)",
        )
    if item.get("max_chars") == 0:
        yield Fault(f"{at}.max_chars", "应为正整数", "must be above zero")


def _eligibility_faults(item: Mapping[str, Any], at: str) -> Iterator[Fault]:
    """Yield what would let somebody pass who may not, or nobody."""
    options = item.get("options", ())
    barring = [place for place, option in enumerate(options) if option.get("eligible") is False]
    if not barring:
        return
    field = f"{at}.options[{barring[0]}].eligible"
    if item["type"] != "single":
        zh, en = "只用于 single，请删去", "is for single items; remove it"
        yield Fault(field, zh, en)
    elif not item.get("required"):
        yield Fault(
            field,
            "该题决定能否参评，须写 required: true，否则不答就能通过",
            "decides who may take part, so the item must be required: true, or who skips it passes",
        )
    elif len(barring) == len(options):
        zh, en = "至少须有一个选项可以参评", "at least one option must let people take part"
        yield Fault(field, zh, en)


def _place_faults(
    item: Mapping[str, Any], before: Sequence[Mapping[str, Any]], at: str
) -> Iterator[Fault]:
    if item.get("first") and not all(each.get("first") for each in before):
        yield Fault(
            at,
            "在计分题之前提问的题，须排在其他不计分题的前面",
            "items asked before the scored ones must be listed before the other ones",
        )


def _condition_faults(
    item: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
    content: Mapping[str, Any],
    at: str,
) -> Iterator[Fault]:
    if "relevant" not in item:
        return
    try:
        tree: Tree = parse(item["relevant"])
    except Unreadable as unreadable:
        yield Fault(at, unreadable.zh, unreadable.en)
        return
    classes = item.get("classes", list(content["item_sets"]))
    known = _known(before, content, classes, scored=not item.get("first"))
    for sign, item_id, value in comparisons(tree):
        if item_id not in known:
            yield Fault(
                at,
                f"前面没有对每个被问到的人都提问的题目“{item_id}”；只能引用前面的题目",
                f"{item_id!r} is no earlier item that everybody asked this one is asked too",
            )
        elif words := _value_fault(known[item_id], sign, value):
            yield Fault(at, f"${{{item_id}}}：{words[0]}", f"${{{item_id}}}: {words[1]}")


def _known(
    before: Sequence[Mapping[str, Any]],
    content: Mapping[str, Any],
    classes: list[str],
    *,
    scored: bool,
) -> dict[str, tuple[str, list[str]]]:
    """Return type and option values of the items a condition may name; `scored` ones, or not."""
    scale = [str(level["value"]) for level in content["scale"]]
    sets = [set(content["item_sets"][code]) for code in classes]
    common = set.intersection(*sets) if scored else set()
    local = {
        item["id"]: (item["type"], [option["value"] for option in item.get("options", ())])
        for item in before
        if set(classes) <= set(item.get("classes", classes))
    }
    return dict.fromkeys(common, ("scale", scale)) | local


def _value_fault(kind: tuple[str, list[str]], sign: str, value: Any) -> tuple[str, str] | None:
    type_, options = kind
    if type_ in TEXTS:
        return "文字题不能作为条件", "a text cannot be a condition"
    if value == "" and sign in {"=", "!="}:
        return None  # answered or not
    if type_ == "integer":
        fits = not isinstance(value, str)
        return None if fits else ("须与数字比较（不加引号）", "compare it with a number, unquoted")
    return _choice_fault(type_, options, sign, str(value))


def _choice_fault(type_: str, options: list[str], sign: str, value: str) -> tuple[str, str] | None:
    if type_ == "multiple" and sign != "selected":
        return "多选题请用 selected(${…}, '…')", "use selected(${…}, '…') for several answers"
    if sign not in {"=", "!=", "selected"}:
        return (
            f"选择题不能用“{sign}”（0 是“不了解”，不是最低一档），请用 = 或 !=",
            f"{sign!r} is not for choices (0 is 不了解, not the lowest answer); use = or !=",
        )
    if value not in options:
        listed = ", ".join(options)
        return f"“{value}”不是选项，可用 {listed}", f"{value!r} is no option; use {listed}"
    return None
