"""The plan in words that a leader reads in five minutes, section by section."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from survey.clock import local_minute
from survey.fieldwork.explaining.corrections import correction_words
from survey.fieldwork.explaining.ends import off_the_ends
from survey.fieldwork.explaining.exactness import Exactness, assumed, exactness
from survey.fieldwork.explaining.section import Section
from survey.fieldwork.plan_summary import ClassColumn, PlanSummary, summarise_plan
from survey.fieldwork.planned import plan_of
from survey.model import Campaign, RespondentGroup
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.scheme import Channel, Scheme
from survey.scheme.scoring import ACTIONS
from survey.stats.campaign.plan import Plan
from survey.two_persons.deed import Said

_DOES = {
    "exclude": Said(zh="不计入", en="is not counted"),
    "quarantine": Said(zh="暂不计入，两人复核后定", en="is set aside until two have looked at it"),
    "flag": Said(zh="只作提示，照常计入", en="is pointed out and counted"),
}
_CALIBRATED = {
    "pooled_slopes": Said(zh="校正到", en="corrected to"),
    "raking": Said(zh="加权到", en="weighted to"),
}
_VARIABLES = {
    "sex": Said(zh="性别", en="sex"),
    "age4": Said(zh="年龄", en="age"),
    "age5": Said(zh="年龄", en="age"),
    "age": Said(zh="年龄", en="age"),
    "residence": Said(zh="城乡", en="urban or rural"),
    "township": Said(zh="乡镇", en="township"),
}
_CONVERSIONS = {
    "direct": Said(zh="按得分折算", en="by the score"),
    "ratio_to_best": Said(zh="按与类内最高分之比折算", en="by the ratio to the best of the class"),
    "rank_step": Said(zh="按类内名次折算", en="by the rank in the class"),
}


def plan_in_words(session: Session, *, campaign: Campaign) -> list[Section]:
    """Return what a campaign's plan says; raises Refused where no plan can be made of it."""
    scheme, plan = scheme_of(campaign), plan_of(session, campaign=campaign)
    summary = summarise_plan(session, campaign=campaign)
    return [
        _who(campaign, summary, scheme),
        _scores(summary, scheme, plan),
        _odd(scheme, summary),
        _exact(summary, scheme),
        _ends(plan),
    ]


def _who(campaign: Campaign, summary: PlanSummary, scheme: Scheme) -> Section:
    start = local_minute(campaign.starts_at, campaign.timezone)
    end = local_minute(campaign.ends_at, campaign.timezone)
    by_invitation = [entry for entry in scheme.channels.values() if entry.invited]
    to_all = [entry for entry in scheme.channels.values() if not entry.invited]
    return Section(
        heading=Said(zh="评谁，谁来评", en="Who is rated, and by whom"),
        lines=(
            Said(
                zh=f"{summary.n_units} 个单位分 {len(summary.classes)} 类，只在类内比较："
                + "；".join(f"{c.name_zh} {c.n_units} 个" for c in summary.classes)
                + "。",
                en=f"{summary.n_units} units in {len(summary.classes)} classes, compared inside"
                " their class alone: "
                + "; ".join(f"{c.name_en}, {c.n_units}" for c in summary.classes)
                + ".",
            ),
            Said(
                zh="评议对象 "
                + "、".join(f"{g.name_zh}" for g in summary.groups)
                + f"；计划收集有效答卷 {summary.target:,} 份。",
                en="Asked are "
                + ", ".join(g.name_en for g in summary.groups)
                + f"; {summary.target:,} valid answers are planned.",
            ),
            Said(zh=f"时间 {start} 至 {end}。", en=f"From {start} to {end}."),
            Said(
                zh=f"受邀参评：{_listed(by_invitation, 'zh')}。自愿参评：{_listed(to_all, 'zh')}。",
                en=f"By invitation: {_listed(by_invitation, 'en')}. "
                f"Open to all: {_listed(to_all, 'en')}.",
            ),
        ),
    )


def _listed(channels: list[Channel], lang: str) -> str:
    between, none = (", ", "none") if lang == "en" else ("、", "无")
    return between.join(entry.name(lang) for entry in channels) or none


def _scores(summary: PlanSummary, scheme: Scheme, plan: Plan) -> Section:
    scoring = scheme.scoring
    points = sorted(scheme.scale_points.values(), reverse=True)
    told = "、".join(f"{value:g}" for value in points)
    grades = sorted(scoring.grade_bands, key=lambda grade: -grade.minimum)
    full, how = f"{scoring.component_points:g}", _CONVERSIONS[scoring.conversion]
    return Section(
        heading=Said(zh="怎样计分", en="How scores are made"),
        lines=(
            Said(
                zh=f"选项从最好到最差记 {told} 分；选“不了解”的不计分，也不进分母。",
                en=f"Answers earn {told} points from best to worst; “don’t know” earns none and"
                " is left out of the mean.",
            ),
            *(_weights(column, summary.groups) for column in summary.classes),
            *_weighted(plan, summary.groups),
            Said(
                zh="有效答卷不足最低数的对象，权重由其他对象分担；"
                f"计入的权重不足 {scoring.min_covered:g}% 的单位不公布得分（样本不足）。",
                en="A group short of its fewest valid answers leaves its weight to the others; a"
                f" unit with less than {scoring.min_covered:g} % of the weight gets no score.",
            ),
            Said(
                zh=f"得分保留 {scoring.rounding.digits} 位小数，附 95% 置信区间；"
                "数据分不出高低的并列。等次："
                + "、".join(f"{g.zh} {g.minimum:g} 分以上" for g in grades)
                + "。",
                en=f"Scores have {scoring.rounding.digits} decimals and a 95 % interval; what the"
                " data cannot tell apart is a tie. Grades: "
                + ", ".join(f"{g.en} from {g.minimum:g}" for g in grades)
                + ".",
            ),
            *_lines(summary, plan),
            Said(
                zh=f"计入总分 {full} 分，{how.zh}。",
                en=f"Worth {full} points of the total, {how.en}.",
            ),
        ),
    )


def _lines(summary: PlanSummary, plan: Plan) -> Iterator[Said]:
    """Say which lines the units of each class are held against, where there are any."""
    rate = f"{100 * plan.decisions.error_rate:g}"
    for column in summary.classes:
        lines = [
            Said(zh="本类平均分", en="the mean of the class")
            if line.score is None
            else Said(zh=f"{line.score:g} 分", en=f"{line.score:g}")
            for line in plan.decisions.thresholds
            if line.class_code == column.class_code
        ]
        if lines:
            yield Said(
                zh=f"{column.name_zh}：分数线 {'、'.join(line.zh for line in lines)}；"
                f"得分肯定高于或低于它的单位另行列出，列错的平均不超过 {rate}%。",
                en=f"{column.name_en}: lines at {', '.join(line.en for line in lines)}; units that"
                " surely lie above or below are named, of which on average no more than"
                f" {rate} % wrongly.",
            )


def _weights(column: ClassColumn, groups: tuple[RespondentGroup, ...]) -> Said:
    asked = [
        (g, f"{column.coefficients[g.code]:.4g}") for g in groups if column.targets.get(g.code)
    ]
    return Said(
        zh=f"{column.name_zh}：" + "、".join(f"{g.name_zh} {share}%" for g, share in asked) + "。",
        en=f"{column.name_en}: " + ", ".join(f"{g.name_en} {share} %" for g, share in asked) + ".",
    )


def _weighted(plan: Plan, groups: tuple[RespondentGroup, ...]) -> Iterator[Said]:
    named = {group.code: group for group in groups}
    for group in plan.groups:
        if group.weighting == "raking":
            name = named[group.group_code]
            by = [_VARIABLES.get(v, Said(zh=v, en=v)) for v in group.margins]
            verbs = _CALIBRATED[plan.calibration.method]
            yield Said(
                zh=f"{name.name_zh}的答卷按{'、'.join(v.zh for v in by)}{verbs.zh}人口结构，"
                "谁答得多不会多算。",
                en=f"Answers of {name.name_en} are {verbs.en} the population by"
                f" {', '.join(v.en for v in by)}: who answers more does not count for more.",
            )


def _odd(scheme: Scheme, summary: PlanSummary) -> Section:
    return Section(
        heading=Said(zh="异常答卷怎样处理，得分怎样校正", en="Odd answers, and corrections"),
        lines=(
            *(
                Said(
                    zh=f"{rule.rule_id} {rule.zh}：{_DOES[ACTIONS[rule.action]].zh}。",
                    en=f"{rule.rule_id} {rule.en or rule.zh}: {_DOES[ACTIONS[rule.action]].en}.",
                )
                for rule in scheme.validity_rules
            ),
            *correction_words(summary.corrections),
        ),
    )


def _exact(summary: PlanSummary, scheme: Scheme) -> Section:
    given, found = assumed(scheme), exactness(summary, scheme)
    return Section(
        heading=Said(zh="得分能有多准", en="How exact scores will be"),
        lines=(
            *(
                Said(
                    zh=f"{one.column.name_zh}：每个单位计划 {one.n} 份，"
                    f"得分的 95% 置信区间约为正负 {one.half_width:.1f} 分。",
                    en=f"{one.column.name_en}: {one.n} answers a unit, a 95 % interval of about"
                    f" ± {one.half_width:.1f} points.",
                )
                for one in found
            ),
            Said(
                zh=f"按一份答卷的标准差 {given.sd:.1f} 分、设计效应 {given.design_effect:g} 推算；"
                "实际收到的份数和答案决定最后的区间。",
                en=f"Reckoned with a standard deviation of {given.sd:.1f} points and a design"
                f" effect of {given.design_effect:g}; the answers themselves decide in the end.",
            ),
        ),
        warns=tuple(_too_wide(one, given.wanted) for one in found if one.is_wide),
    )


def _too_wide(one: Exactness, wanted: float) -> Said:
    return Said(
        zh=f"{one.column.name_zh}的区间比希望的正负 {wanted:g} 分宽，相近的单位分不出高低；"
        f"要达到，计划份数须为现在的 {one.times:.1f} 倍。",
        en=f"The intervals of {one.column.name_en} are wider than the ± {wanted:g} wanted, so units"
        f" close together cannot be told apart; it takes {one.times:.1f} times as many answers.",
    )


def _ends(plan: Plan) -> Section:
    wrong = off_the_ends(plan)
    scale = plan.scale
    said = Said(
        zh=f"试算：所有人全选最好，每个单位得 {scale.highest:g} 分；"
        f"全选最差，得 {scale.lowest:g} 分。",
        en=f"Tried: all best answers give every unit {scale.highest:g}, "
        f"all worst {scale.lowest:g}.",
    )
    warned = Said(
        zh=f"试算：所有人全选最好或最差时，{'、'.join(wrong[:5])} 等 {len(wrong)} 个单位得不到"
        f" {scale.highest:g} 分或 {scale.lowest:g} 分，请核对有效性规则和最低有效数。",
        en=f"Tried: with all best or all worst answers {len(wrong)} units ({', '.join(wrong[:5])})"
        f" do not get {scale.highest:g} or {scale.lowest:g}; check validity rules and minimums.",
    )
    return Section(
        heading=Said(zh="计分核对", en="The ends of the scale"),
        lines=() if wrong else (said,),
        warns=(warned,) if wrong else (),
    )
