"""How a plan corrects the answers, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from survey.stats.campaign.corrections import BorrowingPlan, CombinationPlan, Corrections
from survey.two_persons.deed import Said

_ORGANISED = {
    True: Said(zh="疑似有组织填报的答卷降低权重。", en="Answers that look organised count less."),
    False: Said(
        zh="疑似有组织填报的答卷不降低权重。", en="Answers that look organised count in full."
    ),
}
_CARELESS = {
    True: Said(zh="敷衍作答的答卷降低权重。", en="Careless answers count less."),
    False: Said(zh="敷衍作答的答卷不降低权重。", en="Careless answers count in full."),
}
_RATERS_ZH = "同一人评议多个单位的，校正其打分偏宽偏严"
_RATERS_EN = "Where people rate several units, it is corrected that some rate high and some low"
_RATERS = {
    "auto": Said(
        zh=f"{_RATERS_ZH}（方法由统计检验选定）。",
        en=f"{_RATERS_EN} (by a method chosen by a statistical test).",
    ),
    "random": Said(
        zh=f"{_RATERS_ZH}（随机效应模型）。", en=f"{_RATERS_EN} (a random effects model)."
    ),
    "within": Said(
        zh=f"{_RATERS_ZH}（只在同一人的评分之间比较）。",
        en=f"{_RATERS_EN} (comparing ratings of one person only).",
    ),
    "none": Said(
        zh="同一人评议多个单位的，不校正其打分偏宽偏严。",
        en="Where people rate several units, it is not corrected that some rate high and some low.",
    ),
}
_COMBINED = {
    "anchored": Said(
        zh="公开答卷与受邀答卷比对后合并。",
        en="Open answers are let in as far as they agree with the invited ones.",
    ),
    "pooled": Said(
        zh="公开答卷与受邀答卷一起加权，公开渠道的偏差不校正。",
        en="Open and invited answers are weighted together; the open entrance's bias is not"
        " corrected.",
    ),
    "chen_li_wu": Said(
        zh="公开答卷按参评倾向校正（Chen–Li–Wu）。",
        en="Open answers are corrected for the chance of taking part (Chen–Li–Wu).",
    ),
    "elliott_valliant": Said(
        zh="公开答卷按伪抽样权数校正（Elliott–Valliant）。",
        en="Open answers are corrected by pseudo-weights (Elliott–Valliant).",
    ),
}
_ALARMED_EN = (
    "Where a unit's open answers differ too much from its invited ones, or too many are at one end"
    " of the scale, "
)
_ALARMS = {
    True: Said(
        zh="公开答卷与受邀答卷相差过大、或高低分异常集中的单位，得分不采用其公开答卷。",
        en=f"{_ALARMED_EN}its score does without them.",
    ),
    False: Said(
        zh="公开答卷与受邀答卷相差过大、或高低分异常集中的单位，仅作提示。",
        en=f"{_ALARMED_EN}this is said and changes no score.",
    ),
}
_SILENCE = Said(
    zh="领到评议码没有作答的人，由同样情况的作答者代表；得分因此有所调整。",
    en="Those who were issued a code and did not answer are stood for by people like them who did;"
    " scores are adjusted for it.",
)
_SILENCE_UNMOVED = Said(
    zh="领到评议码没有作答的人，其影响按催答前后的对比估计，只放宽敏感性区间，不动得分。",
    en="What the silence of those who were issued a code could have done is told from reminders; it"
    " widens the sensitivity interval and moves no score.",
)


_BORROWING = Said(
    zh="同一单位的各类对象互相借用信息：得分向其他对象、同类单位所示靠拢，答卷越少靠拢越多；单位页面同时列出靠拢前的得分。",
    en="The groups of a unit borrow from one another: each group's score is drawn towards what the"
    " others and other units of the class say, the more the fewer answers it has; the unit's page"
    " also shows it undrawn.",
)


_SILENCE_BY_WAVES = Said(
    zh="领到评议码没有作答的人，其影响按各轮催办和以前各次评议估计，只用于敏感性区间，不动得分。",
    en="What the silence of those who were issued a code could have done is told from all waves of"
    " reminders and from earlier campaigns; the sensitivity interval is made by that, and no score"
    " moved.",
)


def correction_words(wanted: Corrections) -> Iterator[Said]:
    """Yield a sentence for each correction a plan makes or leaves out."""
    yield _ORGANISED[wanted.quality.cap_collusion]
    yield _CARELESS[wanted.quality.weigh_carelessness]
    yield _RATERS[wanted.raters.method]
    yield from _combined(wanted.combination)
    share, ranked = f"{wanted.protection.unprotected_share:.0%}", wanted.protection.rank_unprotected
    yield _ranking(wanted, share=share, ranked=ranked)
    if wanted.small_areas.method == "assisted":
        largest = f"{wanted.small_areas.largest_se:g}"
        yield Said(
            zh=f"标准误超过 {largest} 分的单位借助模型估计，仍达不到要求的不公布得分。",
            en=f"A unit whose standard error is above {largest} points is assisted by a model, or"
            " not published where that does not suffice.",
        )
    if wanted.borrowing.method == "groups":
        yield _BORROWING
    if wanted.borrowing.covariate != "none":
        yield _last_time(wanted.borrowing)
    if wanted.nonresponse.method == "callbacks_interval":
        yield _SILENCE_UNMOVED
    elif wanted.nonresponse.method == "waves_interval":
        yield _SILENCE_BY_WAVES
    elif wanted.nonresponse.method != "none":
        yield _SILENCE


def _last_time(wanted: BorrowingPlan) -> Said:
    n = len(wanted.earlier)
    return Said(
        zh=f"推算各单位得分时还看 {wanted.campaign} 公布的 {n} 个单位得分：上次高的，本次预计也高，"
        "答卷越少越依靠它；没有上次得分的单位按同类平均推算。",
        en=f"The scores that {wanted.campaign} released of {n} units tell where scores lie, too:"
        " higher then, higher expected now, which counts the more the fewer answers there are; the"
        " mean of its class stands for a unit without one.",
    )


def _ranking(wanted: Corrections, *, share: str, ranked: bool) -> Said:
    zh, en = ("仍然", "ranked even") if ranked else ("不", "not ranked")
    if not wanted.combination.bounds:
        return Said(
            zh=f"没有受邀样本可对照的公开答卷超过得分的 {share} 时，{zh}排名。",
            en=f"A unit is {en} where open answers that no invited one holds carry more than"
            f" {share} of its score.",
        )
    return Said(
        zh=f"受邀答卷不足最低份数的评议对象占权重超过 {share}、也超过方案允许缺少的部分时，"
        f"该单位{zh}排名；公开答卷来多少份，都不改变是否排名。",
        en=f"A unit is {en} where groups with fewer invited answers than their minimum have more"
        f" than {share} of its weight, and more than may be missing altogether; what comes through"
        " the open entrance changes nothing about it.",
    )


def _combined(wanted: CombinationPlan) -> Iterator[Said]:
    yield _COMBINED[wanted.method]
    if wanted.method == "pooled":
        return
    yield _ALARMS[wanted.alarms_exclude]
    if wanted.limit is None:
        yield Said(
            zh="公开答卷使得分偏离受邀样本的幅度不设上限。",
            en="How far a score may lie from the invited answers is not limited.",
        )
    else:
        yield Said(
            zh=f"公开答卷最多使得分偏离受邀样本 {wanted.limit:g} 个标准误。",
            en=f"Open answers move a score at most {wanted.limit:g} standard errors from the"
            " invited sample.",
        )
