"""The columns of a campaign's microdata in words: what they are, and what each code means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from survey.appraisal.responses_file import item_columns
from survey.exchange.microdata.reading import Asked
from survey.exchange.microdata.variables import (
    DONT_KNOW,
    NO_ANSWER,
    Value,
    Variable,
    not_given,
    numbered,
    text_withheld,
)
from survey.model import Campaign
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.plan import UnitPlan
from survey.wording import CAMPAIGN_NAMES, Words

_NOT_SAID = Words("未说明", "not said")
_ENTRIES = [Words("公开渠道", "open entrance"), Words("受邀", "invited")]
_VERDICTS = [
    Words("计入", "counted"),
    Words("计入，有提示", "counted, marked"),
    Words("搁置，未计入", "set aside, not counted"),
    Words("剔除，未计入", "left out, not counted"),
]
_UNIT = {"zh": "该单位", "en": "the unit"}


def person_variables(campaign: Campaign, asked: Asked) -> tuple[Variable, ...]:
    """Return the columns of unit, class, group, way in, and facts about the person."""
    classes = scheme_of(campaign).classes
    units = tuple(
        Value(code=entry.unit.code, words=Words(entry.unit.name("zh"), entry.unit.name("en")))
        for entry in campaign.units
    )
    groups = tuple(
        Value(code=group.code, words=Words(group.name_zh, group.name_en))
        for group in campaign.groups
    )
    kinds = tuple(Value(code=code, words=Words(of.zh, of.en)) for code, of in classes.items())
    said = not_given(answer=_NOT_SAID)
    return (
        _text("unit", Words("被评单位", "unit rated"), units),
        _text("unit_class", Words("单位类别", "class of the unit"), kinds),
        _text("group", Words("评议对象类别", "group of respondents"), groups),
        Variable(
            name="entry",
            words=Words("参评方式", "how the answer came in"),
            values=(*numbered(_ENTRIES, first=0), *not_given()),
        ),
        Variable(
            name="age",
            words=CAMPAIGN_NAMES["age"],
            values=(*numbered([_age(age) for age in asked.ages]), *said),
            measure="ordinal",
        ),
        _fact("sex", asked.sexes),
        _fact("residence", asked.residences),
        Variable(
            name="township",
            words=CAMPAIGN_NAMES["township"],
            values=(
                Value(code=0, words=Words("不在本县居住", "lives elsewhere")),
                *numbered([Words(area.name_zh, area.name_en) for area in asked.areas]),
                *said,
            ),
        ),
    )


def item_variables(campaign: Campaign, units: Sequence[UnitPlan]) -> tuple[Variable, ...]:
    """Return the columns of the scored items; what only some units are asked names the units."""
    content = campaign.questionnaire.content
    texts = {item["id"]: item for item in content["scored_items"]}
    names = item_columns(content, [item.item_id for item in units[0].items])
    levels = {int(level["value"]): Words(level["zh"], level["en"]) for level in content["scale"]}
    values = (
        *(Value(code=code, words=levels[code]) for code in sorted(levels) if code != DONT_KNOW),
        Value(code=DONT_KNOW, words=levels[DONT_KNOW], missing=True),
        Value(code=NO_ANSWER, words=Words("未填", "left empty"), missing=True),
    )
    return tuple(
        Variable(name=name, words=_asked(place, units, texts), values=values, measure="ordinal")
        for place, name in enumerate(names)
    )


def verdict_variable() -> Variable:
    """Return the column of what became of an answer by the rules of validity."""
    return Variable(
        name="verdict",
        words=Words("有效性认定", "what became of the answer"),
        values=numbered(_VERDICTS, first=0),
        measure="ordinal",
    )


def simulated_variable() -> Variable:
    """Return the first column of invented answers, which says that they are."""
    words = Words("模拟数据，不是居民的真实答卷", "simulated data, not answers of residents")
    return Variable(name="simulated", words=words, values=(Value(code=1, words=words),))


def _text(name: str, words: Words, values: tuple[Value, ...]) -> Variable:
    return Variable(name=name, words=words, values=(*values, text_withheld()), text=True)


def _fact(name: str, options: tuple[str, ...]) -> Variable:
    named = numbered([CAMPAIGN_NAMES[option] for option in options])
    said = not_given(answer=_NOT_SAID)
    return Variable(name=name, words=CAMPAIGN_NAMES[name], values=(*named, *said))


def _age(age: str) -> Words:
    low, _dash, high = age.partition("-")
    if high:
        return Words(f"{low}–{high}岁", f"{low}–{high}")
    return Words(f"{age.removesuffix('+')}岁以上", f"{age.removesuffix('+')} and over")


def _asked(place: int, asked: Sequence[UnitPlan], texts: Mapping[str, Mapping[str, Any]]) -> Words:
    """Return what is asked at a place; where it differs between units, all of it by their codes."""
    units: dict[str, list[str]] = {}
    for unit in asked:
        units.setdefault(unit.items[place].item_id, []).append(unit.unit_code)
    said = [
        (codes, *(texts[item_id][lang].replace("{unit}", _UNIT[lang]) for lang in ("zh", "en")))
        for item_id, codes in units.items()
    ]
    if len(said) == 1:
        return Words(*said[0][1:])
    return Words(
        "各单位专项题：" + "；".join(f"{'、'.join(codes)}：{zh}" for codes, zh, _en in said),
        "Items of single units. " + "; ".join(f"{', '.join(of)}: {en}" for of, _zh, en in said),
    )
