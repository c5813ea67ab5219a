"""What a scheme says in one place and takes back in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from survey.model import ROLES
from survey.office_files.tables import spreadsheet_number
from survey.scheme.kinds import NO_LIMIT, near
from survey.scheme.office import COLLECTED
from survey.scheme.scheme import Scheme
from survey.scheme.scoring import PARAMETERS, Rule, Weighting
from survey.scheme.settings import Fault
from survey.stats.campaign.ages import AGE_VARIABLES
from survey.stats.campaign.plan import RULE_IDS

RATED_VARIABLES = ("sex", *AGE_VARIABLES, "residence", "township")
_OF_EVERY_RULE = ("rule_id", "zh", "en", "action")


def contradictions(scheme: Scheme, document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield where the settings of a scheme, each well by itself, do not go together."""
    yield from _area(scheme)
    yield from _period(scheme)
    yield from _points(scheme)
    for code, how in scheme.scoring.weighting.items():
        yield from _weighting(how, f"scoring.weighting.{code}")
    yield from _grades(scheme)
    yield from _rules(scheme)
    yield from _limit(scheme, document)
    yield from _drawn_twice(scheme)
    yield from _covariate(scheme)
    yield from _slopes(scheme)
    yield from _calendar(scheme)
    yield from _reminders(scheme)
    yield from _on_site(scheme)
    yield from _witnesses(scheme)
    yield from _privacy(scheme)


def _area(scheme: Scheme) -> Iterator[Fault]:
    code = scheme.county.area_code
    if spreadsheet_number([code]):
        yield Fault(
            field="county.area_code12",
            zh=f"“{code}”是表格软件改写过的编码，原来的写法已丢失；请按原文件填写为文本",
            en=f"{code!r} is a code that a spreadsheet has changed, and what it was is lost; write "
            "it as in the source, as text",
        )


def _period(scheme: Scheme) -> Iterator[Fault]:
    fieldwork = scheme.campaign.fieldwork
    if fieldwork.starts_at >= fieldwork.ends_at:
        yield Fault(
            field="campaign.fieldwork.end",
            zh="结束时间须晚于开始时间",
            en="the end must come after the start",
        )


def _points(scheme: Scheme) -> Iterator[Fault]:
    stated = scheme.scale_points
    values = sorted(int(value) if value.isdecimal() else 0 for value in stated)
    if values != list(range(1, len(values) + 1)):
        yield Fault(
            field="scale_points",
            zh="选项须为从 1 起的连续整数",
            en="answers must be whole numbers from 1 up without a gap",
        )
    elif not 0 <= min(stated.values()) < max(stated.values()) <= 100:
        yield Fault(
            field="scale_points",
            zh="分值须在 0 至 100 之间，且不能都相同",
            en="points must lie between 0 and 100 and not be all the same",
        )


def _weighting(how: Weighting, field: str) -> Iterator[Fault]:
    if how.method == "raking" and not how.margins:
        zh, en = "raking 须写明加权所用的人口结构", "raking needs margins"
        yield Fault(field=f"{field}.margins", zh=zh, en=en)
    elif how.method == "none" and (how.margins or how.trim):
        zh = "写有人口结构或权数上下限，但方法为 none"
        en = "is none, yet margins or limits of weights are given"
        yield Fault(field=f"{field}.method", zh=zh, en=en)
    for variable in how.margins:
        if variable not in RATED_VARIABLES:
            meant = near(variable, RATED_VARIABLES)
            yield Fault(
                field=f"{field}.margins",
                zh=f"没有变量“{variable}”，{f'是否为 {meant}？' if meant else ''}"
                f"可用 {'、'.join(RATED_VARIABLES)}",
                en=f"no variable {variable!r}; {f'is it {meant}? ' if meant else ''}"
                f"use {', '.join(RATED_VARIABLES)}",
            )
    if how.trim and not (len(how.trim) == 2 and 0 <= how.trim[0] < 1 < how.trim[1]):
        yield Fault(
            field=f"{field}.trim",
            zh="应为两个数，前一个小于 1，后一个大于 1，如 [0.2, 5.0]",
            en="must be two numbers, the first below 1, the second above it, as [0.2, 5.0]",
        )


def _grades(scheme: Scheme) -> Iterator[Fault]:
    bands = scheme.scoring.grade_bands
    if min(band.minimum for band in bands) > 0:
        zh, en = "须有一档从 0 分起", "one grade must start from 0"
        yield Fault(field="scoring.grade_bands", zh=zh, en=en)
    if len({band.minimum for band in bands}) < len(bands):
        zh, en = "有两档从同一分数起", "two grades start from the same score"
        yield Fault(field="scoring.grade_bands", zh=zh, en=en)


def _rules(scheme: Scheme) -> Iterator[Fault]:
    seen: set[str] = set()
    for rule in scheme.validity_rules:
        field = f"validity_rules.{rule.rule_id}"
        if rule.rule_id not in RULE_IDS:
            yield Fault(
                field=field,
                zh=f"没有规则“{rule.rule_id}”，可用 {RULE_IDS[0]}–{RULE_IDS[-1]}",
                en=f"no rule {rule.rule_id!r}; use {RULE_IDS[0]} to {RULE_IDS[-1]}",
            )
        elif rule.rule_id in seen:
            yield Fault(
                field=field,
                zh="规则出现了不止一次，请只保留一条",
                en="the rule stands twice; keep one of them",
            )
        else:
            yield from _parameters(rule, field)
        seen.add(rule.rule_id)


def _parameters(rule: Rule, field: str) -> Iterator[Fault]:
    """Yield the parameters that are another rule's."""
    own = PARAMETERS.get(rule.rule_id, {})
    for entry in fields(Rule):
        if entry.name in (*_OF_EVERY_RULE, *own) or getattr(rule, entry.name) is None:
            continue
        yield Fault(
            field=f"{field}.{entry.name}",
            zh=f"该规则没有参数“{entry.name}”，可用 {'、'.join(own) or '（无）'}",
            en=f"the rule has no parameter {entry.name!r}; it has {', '.join(own) or 'none'}",
        )


def _limit(scheme: Scheme, document: Mapping[str, Any]) -> Iterator[Fault]:
    wanted = scheme.scoring.debiasing
    # A limit left out is the default, which pooled answers have no use for and nobody asked for.
    stated = "limit" in (document["scoring"].get("debiasing") or {})
    if wanted.combination == "pooled" and stated and wanted.limit is not None:
        yield Fault(
            field="scoring.debiasing.limit",
            zh="pooled 不区分公开与受邀答卷，上限不起作用；请删去，或改用其他合并方法",
            en="holds nothing under pooled, which tells no open answer apart; remove one of the"
            f" two, or say {NO_LIMIT!r}",
        )


def _drawn_twice(scheme: Scheme) -> Iterator[Fault]:
    wanted = scheme.scoring.debiasing
    if wanted.borrowing != "none" and wanted.small_areas == "assisted":
        yield Fault(
            field="scoring.debiasing.borrowing",
            zh="与 small_areas: assisted 不能同时用：两者都会使得分向其他单位靠拢；请删去其中之一",
            en="does not go with small_areas: assisted, for both draw scores towards other units;"
            " remove one of the two",
        )


def _slopes(scheme: Scheme) -> Iterator[Fault]:
    wanted = scheme.scoring.debiasing
    n, sources = len(wanted.earlier_slopes), len(wanted.earlier_slopes_of)
    if sources and sources != n:
        yield Fault(
            field="scoring.debiasing.earlier_slopes_of",
            zh=f"写了 {sources} 个来源，earlier_slopes 有 {n} 个斜率；须一一对应，或都不写来源",
            en=f"names {sources} sources where earlier_slopes has {n}; name one of each, or none",
        )


def _covariate(scheme: Scheme) -> Iterator[Fault]:
    wanted = scheme.scoring.debiasing
    if wanted.borrowing_covariate != "none" and wanted.borrowing == "none":
        yield Fault(
            field="scoring.debiasing.borrowing_covariate",
            zh="只用于 borrowing: groups；请同时写明，或改为 none",
            en="serves borrowing: groups alone; say that too, or none here",
        )


def _calendar(scheme: Scheme) -> Iterator[Fault]:
    seen: set[int] = set()
    for place, step in enumerate(scheme.calendar):
        field = f"calendar[{place}]"
        if step.starts_on and step.ends_on < step.starts_on:
            zh, en = "结束日期早于开始日期", "the last day comes before the first"
            yield Fault(field=f"{field}.to", zh=zh, en=en)
        if step.step and step.step in seen:
            yield Fault(field=f"{field}.step", zh="序号重复", en="the number stands twice")
        seen.add(step.step or 0)
        for role in step.roles:
            if role not in ROLES:
                meant = near(role, ROLES)
                yield Fault(
                    field=f"{field}.who",
                    zh=f"没有岗位“{role}”，{f'是否为 {meant}？' if meant else ''}"
                    f"可用 {'、'.join(ROLES)}",
                    en=f"no role {role!r}; {f'is it {meant}? ' if meant else ''}"
                    f"use {', '.join(ROLES)}",
                )


def _reminders(scheme: Scheme) -> Iterator[Fault]:
    days = [day for day, _who in scheme.reminder_days]
    if len(set(days)) < len(days):
        yield Fault(
            field="reminder_days",
            zh="有两次催办在同一天；一批一天只能催办一次",
            en="plans two reminders on one day; a batch is reminded once a day",
        )
    firsts = [day for day, who in scheme.reminder_days if who == "first"]
    seconds = [day for day, who in scheme.reminder_days if who == "second"]
    if seconds and (not firsts or min(seconds) < min(firsts)):
        yield Fault(
            field="reminder_days",
            zh="后一半（second）催在前一半（first）之前；请把先催的写为 first",
            en="reminds the second half before the first; say first of the one that goes first",
        )


def _on_site(scheme: Scheme) -> Iterator[Fault]:
    seen: set[str] = set()
    for item in scheme.on_site.items:
        if item.item_id in seen:
            yield Fault(
                field=f"on_site.items.{item.item_id}",
                zh=f"编号“{item.item_id}”重复；清单每项的编号须不同",
                en=f"{item.item_id!r} stands twice; give each item a code of its own",
            )
        seen.add(item.item_id)
        if item.deduction > scheme.on_site.most:
            yield Fault(
                field=f"on_site.items.{item.item_id}.deduction",
                zh=f"扣 {item.deduction:g} 分，超过一个单位最多扣的 {scheme.on_site.most:g} 分"
                "（on_site.most）",
                en=f"takes away {item.deduction:g} points, more than the {scheme.on_site.most:g}"
                " that a unit may lose (on_site.most)",
            )


def _witnesses(scheme: Scheme) -> Iterator[Fault]:
    named = scheme.witnesses
    if named.required > len(named.of):
        yield Fault(
            field="witnesses.required",
            zh=f"要求 {named.required} 个见证方签名，名单上只有 {len(named.of)} 个",
            en=f"wants {named.required} witnesses to sign, and {len(named.of)} are named",
        )
    told: Mapping[str, list[str]] = {
        "name": [one.name for one in named.of],
        "public_key": [one.public_key.split("+", 2)[2] for one in named.of],
    }
    for field, values in told.items():
        if len(set(values)) < len(values):
            yield Fault(
                field=f"witnesses.of.{field}",
                zh="有两个见证方相同；一个见证方只能算一次",
                en="stands twice; a witness counts once",
            )


def _privacy(scheme: Scheme) -> Iterator[Fault]:
    left_out = [name for name in COLLECTED if name not in scheme.privacy.collect]
    if left_out:
        yield Fault(
            field="privacy.collect",
            zh=f"缺少 {'、'.join(left_out)}：问卷会收集这些内容，须如实写明",
            en=f"leaves out {', '.join(left_out)}, which the questionnaire does collect",
        )
