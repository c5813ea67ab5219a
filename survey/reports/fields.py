"""What templates may name: every field of a document, each with what it is in both languages.

All figures are texts as the release has them; templates round and compute nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, get_args, get_type_hints


def _told(zh: str, en: str) -> Any:
    """Return a field and what the office's page says of it."""
    return field(metadata={"zh": zh, "en": en})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit in a table."""

    code: str = _told("单位编码", "code")
    name: str = _told("单位名称", "name")
    scored: bool = _told("是否公布得分（只用于判断）", "whether it has a score (for conditions)")
    ranked: bool = _told("是否排名（只用于判断）", "whether it has a rank (for conditions)")
    score: str = _told("得分", "score")
    interval: str = _told("区间", "interval")
    rank: str = _told("类内名次", "rank in its class")
    ranks: str = _told("名次可能的范围", "ranks it may have")
    tier: str = _told("档", "tier")
    grade: str = _told("等次", "grade")
    points: str = _told("折算分", "points")
    full_points: str = _told("折算满分", "full points")
    n: str = _told("有效样本", "valid answers")
    effective_n: str = _told("加权后相当于多少份", "effective number of answers")
    weight_used: str = _told("已计入权重", "group weight used")
    returned: str = _told("收到答卷", "answers received")
    set_aside: str = _told("不计入的答卷", "answers left out")
    too_few: str = _told("样本不足的评议对象", "groups with too few answers")
    remark: str = _told("备注", "remark")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPart:
    """One class of units."""

    code: str = _told("类别编码", "code")
    name: str = _told("类别名称", "name")
    n_units: str = _told("单位数", "number of units")
    n_scored: str = _told("公布得分的单位数", "units with a score")
    units: tuple[UnitRow, ...] = _told("各单位，名次在前的在前", "its units, best first")
    lines: tuple[str, ...] = _told("可以肯定的结论，一条一句", "what is sure, a sentence each")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A respondent group: how many codes it got and how many answered."""

    code: str = _told("评议对象编码", "code")
    name: str = _told("评议对象", "name")
    fewest: str = _told("每单位最低有效样本", "fewest valid answers for a unit")
    n: str = _told("有效样本", "valid answers")
    issued: str = _told("发出评议码", "codes issued")
    answered: str = _told("评议码作答", "codes answered")
    rate: str = _told("评议码作答率", "share of codes answered")
    n_short: str = _told("样本不足的单位数", "units with too few answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A validity rule."""

    code: str = _told("规则编号", "code")
    name: str = _told("规则", "name")
    action: str = _told("处理", "what it does")
    n: str = _told("命中的答卷", "answers it met")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGroup:
    """A respondent group of the unit a letter is for."""

    code: str = _told("评议对象编码", "code")
    name: str = _told("评议对象", "name")
    score: str = _told("得分", "score")
    n: str = _told("有效样本", "valid answers")
    awareness: str = _told("知晓率", "awareness")
    share: str = _told("占单位得分", "share of the unit’s score")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitItem:
    """An item of the unit, against the mean of its class."""

    code: str = _told("题目编号", "code")
    words: str = _told("题目", "words")
    score: str = _told("本单位得分", "score of the unit")
    mean: str = _told("同类平均", "mean of the class")
    difference: str = _told("相差", "difference")
    interval: str = _told("相差的区间", "its interval")
    verdict: str = _told("肯定高于、肯定低于或差别不明显", "surely above, below, or not sure")
    side: str = _told("above、below 或空（只用于判断）", "above, below or empty (for conditions)")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStep:
    """The unit's score after a correction."""

    name: str = _told("步骤", "step")
    score: str = _told("得分", "score")
    why: str = _told("做了什么、为什么", "what was done and why")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """Something counted."""

    name: str = _told("名称", "name")
    n: str = _told("份数", "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """One unit against the campaign before."""

    code: str = _told("单位编码", "code")
    name: str = _told("单位名称", "name")
    class_code: str = _told("类别编码", "code of its class")
    score: str = _told("本次得分", "score now")
    change: str = _told("比上次变化", "change")
    interval: str = _told("变化的区间", "its interval")
    verdict: str = _told("结论，或者为什么不可比", "what is sure, or why it is not comparable")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsPart:
    """A question for reasons and what was ticked."""

    words: str = _told("问题", "question")
    n: str = _told("选了原因的人数", "people who ticked any")
    given: tuple[CountLine, ...] = _told("各原因，多的在前", "reasons, most frequent first")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsPart:
    """The words that comments of a kind share."""

    name: str = _told("种类", "kind")
    given: tuple[CountLine, ...] = _told("词，多的在前", "words, most frequent first")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPart:
    """The unit a letter is for."""

    row: UnitRow = _told("得分一览", "its line in the table")  # noqa: RUF009 - a field
    class_code: str = _told("类别编码", "code of its class")
    class_name: str = _told("类别名称", "its class")
    lines: tuple[str, ...] = _told("与方案各条线相比的结论", "where it lies from the lines")
    groups: tuple[UnitGroup, ...] = _told("各类评议对象", "its respondent groups")
    questions: tuple[UnitItem, ...] = _told("各题", "its items")
    steps: tuple[UnitStep, ...] = _told("得分怎么来的", "how its score came about")
    rules: tuple[CountLine, ...] = _told("各规则命中的答卷", "answers each rule met")
    reasons: tuple[ReasonsPart, ...] = _told("不满意的原因", "reasons for dissatisfaction")
    comments: tuple[CountLine, ...] = _told("意见建议，按种类计数", "comments, counted by kind")
    words: tuple[WordsPart, ...] = _told("意见中多人提到的词", "words that comments share")
    changes: tuple[str, ...] = _told("与上次相比，一条一句", "change since last time, in sentences")
    first: tuple[str, ...] = _told("先看什么，一条一句", "what to look at first, in sentences")
    notices: tuple[str, ...] = _told("说明，一条一句", "what should be known, in sentences")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealLine:
    """A figure of the unit before and after its appeal."""

    name: str = _told("得分、区间或名次", "score, interval or rank")
    before: str = _told("申诉所指发布中的", "in the release contested")
    after: str = _told("答复后的", "after the decision")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealPart:
    """The appeal that is answered; dates and words are the office's records, not the release's."""

    number: str = _told("申诉编号", "number of the appeal")
    filed_on: str = _told("提交日期", "day it was filed")
    received_on: str = _told("受理日期", "day it was received")
    decided_on: str = _told("答复日期", "day of the decision")
    matter: str = _told("对什么有异议", "what is contested")
    which: str = _told("具体是哪一项，没有则为空", "which one, or empty")
    outcome: str = _told("复核决定", "the decision")
    reason: str = _told("理由", "why")
    contested: str = _told("申诉所指的发布", "release contested")
    superseded: bool = _told("是否另行发布（只用于判断）", "whether another release holds")
    figures: tuple[AppealLine, ...] = _told("复核前后", "before and after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """All that a template may name; `unit` is there in a letter, `appeal` in its decision alone."""

    title: str = _told("评议活动名称", "name of the campaign")
    year: str = _told("考核年度", "year")
    organiser: str = _told("主办单位", "organiser")
    warning: str = _told("演示数据的警示，正式评议为空", "warning of simulated answers, else empty")
    release: str = _told("发布编号", "code of the release")
    released_on: str = _told("发布日期", "day of the release")
    supersedes: str = _told("被取代的发布编号，没有则为空", "code of the one before, or empty")
    began_on: str = _told("评议开始日期", "first day of answering")
    ended_on: str = _told("评议结束日期", "last day of answering")
    sure: str = _told("区间的把握", "confidence of the intervals")
    wrong: str = _told("列错的平均比例上限", "expected share of wrong names")
    returned: str = _told("收到答卷", "answers received")
    valid: str = _told("有效答卷", "valid answers")
    excluded: str = _told("不计入的答卷", "answers left out")
    quarantined: str = _told("暂不计入、待复核的答卷", "answers set aside until reviewed")
    flagged: str = _told("仅标记的答卷", "answers only marked")
    organised: str = _told("疑似有人组织填报的起数", "cases that look organised")
    n_units: str = _told("参评单位数", "number of units")
    n_scored: str = _told("公布得分的单位数", "units with a score")
    unscored: str = _told("不公布得分的单位，没有则为空", "units without a score, or empty")
    classes: tuple[ClassPart, ...] = _told("各类", "classes")
    groups: tuple[GroupLine, ...] = _told("各类评议对象", "respondent groups")
    rules: tuple[RuleLine, ...] = _told("各有效性规则", "validity rules")
    notices: tuple[str, ...] = _told("对全部得分的说明", "what should be known of all figures")
    before: str = _told("上次评议的编号，没有则为空", "the campaign before, or empty")
    years: tuple[YearRow, ...] = _told("与上次相比，每单位一行", "change of each unit")
    unit: UnitPart | None = _told("单位（只有一个单位的文书有）", "the unit, if of one")  # noqa: RUF009
    appeal: AppealPart | None = _told("申诉（只有复核意见书有）", "the appeal")  # noqa: RUF009


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTold:
    """A field as the office's page lists it: its name in a template and what it is."""

    name: str
    zh: str
    en: str
    listed: bool

    def text(self, lang: str) -> str:
        """Return what it is in a language."""
        return self.en if lang == "en" else self.zh


def all_fields(*, letter: bool) -> tuple[FieldTold, ...]:
    """Return every field a template may name, those of a list after it under one of its entries."""
    of_units = ("unit", "appeal")
    return tuple(told for told in _of(Fields, "") if letter or not told.name.startswith(of_units))


def _of(kind: type, before: str) -> Iterator[FieldTold]:
    hints = get_type_hints(kind)
    for each in fields(kind):
        inner = [one for one in (hints[each.name], *get_args(hints[each.name])) if _is_part(one)]
        is_list = (
            hints[each.name] is not bool
            and bool(get_args(hints[each.name]))
            and (Ellipsis in get_args(hints[each.name]))
        )
        name = f"{before}{each.name}"
        yield FieldTold(name=name, **each.metadata, listed=is_list)
        for one in inner:
            yield from _of(one, f"{name}[]." if is_list else f"{name}.")


def _is_part(kind: object) -> bool:
    return isinstance(kind, type) and hasattr(kind, "__dataclass_fields__")
