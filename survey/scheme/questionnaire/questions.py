"""Checks what questionnaire.json asks beside the items: the person, the reasons, own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from survey.scheme.age_bands import is_asked
from survey.scheme.settings import Fault
from survey.stats.campaign.ages import AGE_GROUPS
from survey.stats.campaign.sample import RESIDENCES, SEXES

# In this order; the statistics weight by these answers. P1 are the county's ages, P3
# lists the townships.
_PERSON = {"P1": None, "P2": SEXES, "P3": None, "P4": RESIDENCES}
_HIGHEST = 9  # an answer is kept as one digit


def question_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the scale, the profile and the reasons, whose shape is checked."""
    yield from _scale_faults(content)
    yield from _person_faults(content)
    yield from _reasons(content)
    yield from _sitting_faults(content)
    yield from _heading_faults(content)


def _scale_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    for value, times in Counter(level["value"] for level in content["scale"]).items():
        if times > 1:
            yield Fault("scale.value", f"“{value}”重复", f"{value!r} stands twice")
        if value > _HIGHEST:
            yield Fault(
                "scale.value", f"“{value}”超过 {_HIGHEST}", f"{value!r} is above {_HIGHEST}"
            )


def _person_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    asked = [question["id"] for question in content["profile"]]
    if asked != list(_PERSON):
        wanted = "、".join(_PERSON)
        yield Fault(
            "profile",
            f"须依次为 {wanted}（年龄、性别、居住地、城乡），现为 {'、'.join(asked)}",
            f"must be {', '.join(_PERSON)} (age, sex, township, residence), not {', '.join(asked)}",
        )
        return
    if not is_asked(content["profile"][0].get("options")):
        usual = "、".join(AGE_GROUPS)
        yield Fault(
            "profile[0].options",
            f"第一项须为 under18，其后为从 18 岁起首尾相接的年龄段（2–12 段），最后一段如 60+；"
            f"有年龄上限的，最后一项如 over70（超过70岁，不参评）。如 {usual}",
            "must be under18, then 2 to 12 bands from 18 without a gap or an overlap, the last as "
            f"60+, or over70 where nobody over 70 is asked; such as {', '.join(AGE_GROUPS)}",
        )
    for place, question in enumerate(content["profile"]):
        known = _PERSON[question["id"]]
        if known and question.get("options") != list(known):
            yield Fault(
                f"profile[{place}].options",
                f"须为 {'、'.join(known)}，与人口数据和加权一致",
                f"must be {', '.join(known)}, as in the population figures and the weights",
            )


def _reasons(content: Mapping[str, Any]) -> Iterator[Fault]:
    for entry in (content.get("conditional") or ())[:1]:
        values = [option["value"] for option in entry["options"]]
        if len(set(values)) < len(values) or any(";" in value for value in values):
            yield Fault(
                "conditional[0].options",
                "选项值不得重复，不得含分号",
                "values must differ and hold no semicolon",
            )


def _sitting_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    known = [item["id"] for item in content["scored_items"]]
    for item_id in content.get("sitting_items") or {}:
        if item_id not in known:
            yield Fault(
                f"sitting_items.{item_id}",
                f"没有计分题“{item_id}”，可用 {'、'.join(known)}",
                f"there is no scored item {item_id!r}; use {', '.join(known)}",
            )


def _heading_faults(content: Mapping[str, Any]) -> Iterator[Fault]:
    items = [*content["scored_items"], *(content.get("local_items") or ())]
    known, seen = [item["id"] for item in items], set[str]()
    for place, heading in enumerate(content.get("headings") or ()):
        for item_id in heading["items"]:
            if item_id not in known:
                yield Fault(
                    f"headings[{place}].items",
                    f"没有题目“{item_id}”，可用 {'、'.join(known)}",
                    f"there is no item {item_id!r}; use {', '.join(known)}",
                )
            elif item_id in seen:
                yield Fault(
                    f"headings[{place}].items",
                    f"题目“{item_id}”已在一个标题下，请只保留一处",
                    f"item {item_id!r} stands under a heading already; keep one",
                )
            seen.add(item_id)
