"""The part `scoring` of scheme.yaml, and the scale and the rules beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from survey.scheme.kinds import (
    CODE,
    COUNT,
    FLAG,
    LIMIT,
    LINE,
    NUMBER,
    POSITIVE,
    RATE,
    SHA256,
    SHARE,
    SLOPE,
    TEXT,
    choice,
    number,
    whole,
)
from survey.scheme.settings import (
    WORDS,
    Listed,
    Named,
    Part,
    Prose,
    part,
    prose,
    setting,
)
from survey.stats.campaign.corrections import (
    BETWEEN,
    BorrowingCovariate,
    BorrowingMethod,
    CalibrationMethod,
    CombinationMethod,
    LeniencyMethod,
    NonresponseMethod,
    SmallAreas,
)
from survey.stats.campaign.plan import SEED, Action, ConversionMethod, WeightingMethod

ACTIONS: dict[str, Action] = {
    "exclude": "exclude",
    "exclude_from_score": "exclude",
    "declare_and_exclude": "exclude",
    "quarantine": "quarantine",
    "flag": "flag",
    "flag_only": "flag",
}
NEVER = choice(False)  # noqa: FBT003  the one value it may have
OWN_TOWNSHIP = "own township"
WHOLE_COUNTY = "whole county"
LAST_SCORE = "score_"  # before the code of a unit


# Parameters of a rule in a scheme, and the plan's names for them.
PARAMETERS = {
    "V04": {"seconds": "min_seconds"},
    "V07": {"min_answers": "network_min", "same_share": "network_same_share"},
    "V08": {
        "minutes": "burst_minutes",
        "ratio": "burst_ratio",
        "days": "burst_days",
        "floor": "burst_floor",
        "same_share": "burst_same_share",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DontKnow:
    """不了解的计法 / how 不了解 counts."""

    value: int = setting(choice(0), "“不了解”的选项值", "the answer's value", default=0)
    counted_in_score: bool = setting(
        NEVER, "是否计入得分", "whether it counts in the score", default=False
    )
    counted_in: str = setting(
        choice("awareness_rate"),
        "计入哪项指标",
        "which figure it counts in",
        default="awareness_rate",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """一个评议主体组的加权 / how one respondent group is weighted."""

    method: WeightingMethod = setting(
        choice(*get_args(WeightingMethod)), "加权方法", "method of weighting"
    )
    margins: tuple[str, ...] = setting(
        WORDS,
        "加权所用的人口结构：sex、age4、age5（问卷自定年龄段的用 age）、residence、township",
        "margins raked to: sex, age4, age5 (age where the questionnaire has bands of its own),"
        " residence, township",
        default=(),
    )
    trim: tuple[float, ...] = setting(
        Listed(each=NUMBER),
        "权数上下限（平均权数的倍数），如 [0.2, 5.0]",
        "limits of weights, as multiples of their mean: [0.2, 5.0]",
        default=(),
    )
    populations: dict[str, str] = setting(
        choice(OWN_TOWNSHIP, WHOLE_COUNTY),
        "universe_ 后接类别编码：该类单位按本乡镇还是全县人口加权",
        "universe_ and a class: whether its units are weighted to their township or the county",
        default={},
        name="universe_",
        prefix=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """修约 / rounding."""

    rule: str = setting(
        choice("ROUND_HALF_UP"), "四舍五入", "half is rounded up", default="ROUND_HALF_UP"
    )
    digits: int = setting(whole(0, 6), "公布得分的小数位数", "decimals of scores", default=2)
    when: str = setting(
        choice("only at the end"), "只在最后一步修约", "only once, at the end",
        default="only at the end",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """一个等次 / one grade."""

    zh: str = setting(TEXT, "中文名称", "name in Chinese")
    en: str = setting(TEXT, "英文名称", "name in English")
    minimum: float = setting(
        NUMBER, "达到该等次的最低得分", "lowest score that earns it", name="min"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRelease:
    """上次公布的得分 / scores released last time."""

    campaign: str = setting(
        CODE, "上次评议的代码", "the campaign they were released of", default=""
    )
    document: str = setting(
        SHA256,
        "公布这些得分的文件（scores.json，对文件夹计分时为 appraisal.json）的 SHA-256",
        "SHA-256 of the document that released them (scores.json; of a folder, appraisal.json)",
        default="",
    )
    scores: dict[str, float] = setting(
        NUMBER,
        "score_ 后接单位代码：该单位上次公布的得分",
        "score_ and a unit: the score released of it",
        default={},
        name=LAST_SCORE,
        prefix=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Debiasing:
    """得分校正的各步 / the steps that correct the score."""

    cap_collusion: bool = setting(
        FLAG,
        "疑似[有组织填报](organised-answers.md)的答卷合计只保留正常作答所能解释的权重",
        "answers that look [organised](organised-answers.md) share the weight honest answering"
        " explains",
        default=True,
        empty=False,
    )
    weigh_carelessness: bool = setting(
        FLAG,
        "按[敷衍作答](careless-answers.md)的概率降低答卷权重",
        "a response keeps one minus its probability of [carelessness](careless-answers.md)",
        default=True,
        empty=False,
    )
    false_alarm_rate: float = setting(
        RATE,
        "没有任何有组织填报时仍被发现“疑点”的评议活动的比例",
        "share of campaigns without any organised answers in which a case is found all the same",
        default=0.01,
        empty=False,
    )
    combination: CombinationMethod = setting(
        choice(*get_args(CombinationMethod)),
        "公开答卷与受邀答卷怎样合并：`anchored` 只采用与受邀答卷[相符的部分](combination.md)；"
        "`pooled` 一起加权、不校正；`chen_li_wu`、`elliott_valliant`"
        " [按参评倾向校正](selection.md)，假定是否参评只取决于性别、年龄和城乡",
        "what becomes of open answers beside invited ones: `anchored`"
        " [lets them in as far as they agree](combination.md); `pooled` weights all together and"
        " corrects nothing; `chen_li_wu` and `elliott_valliant`"
        " [correct them for who takes part](selection.md), assuming that depends on sex, age and"
        " residence alone",
        default="anchored",
        empty=False,
    )
    alarms_exclude: bool = setting(
        FLAG,
        "触发[警报](alarms.md)的单位，得分不采用其公开答卷；`false`：仅作提示",
        "open answers of a unit that raise an [alarm](alarms.md) stay out of its score; `false`:"
        " they are only named",
        default=True,
        empty=False,
    )
    limit: float | None = setting(
        LIMIT,
        "公开答卷最多使得分偏离受邀样本几个标准误（[上限](limiter.md)）；"
        "没有足够受邀答卷的评议主体，合起来最多使单位得分变动几个标准误（[约束](protection.md)）",
        "how many standard errors of the invited answers a score may lie from what they say"
        " ([limiter](limiter.md)); groups with too few invited answers move a unit's score by no"
        " more of its standard errors, all together ([bound](protection.md))",
        default=0.5,
        empty=False,
    )
    min_answers: int = setting(
        whole(2),
        "一个单位两类答卷各达多少份，才用于估计公开渠道的偏差",
        "answers of each kind a unit needs to tell the bias of the open entrance from",
        default=10,
        empty=False,
    )
    min_units: int = setting(
        whole(3),
        "达到上述份数的单位有多少个，该组才合并；此后凡受邀答卷达到该数的单位都受其约束。"
        "不合并的组，受邀答卷达到最低份数的，公开答卷不计入得分",
        "units with so many from which a group is combined at all; every unit with so many invited"
        " answers is then held to them, however few open ones it has. In a group that is not"
        " combined, units with its minimum of invited answers are scored by these alone",
        default=8,
        empty=False,
    )
    unprotected_share: float = setting(
        number(0, 1),
        "[受邀答卷不足](protection.md)最低份数的评议主体所占权重超过该值的单位，不排名；"
        "方案允许缺少的权重（100 减 `min_group_weight_covered_percent`）更大的，以其为准。"
        "`pooled` 或不设 `limit` 的校正：得分中公开答卷所占比例",
        "part of a unit's weight that groups with [too few invited answers](protection.md) may"
        " have; a unit above it is not ranked. Where the plan lets more be missing altogether (100"
        " less `min_group_weight_covered_percent`), that is what counts. With `pooled`, or a"
        " correction without `limit`: part of the score that may rest on open answers",
        default=0.2,
        empty=False,
    )
    rank_unprotected: bool = setting(
        FLAG, "超过该比例的单位仍然排名", "rank units above that share all the same", default=False,
        empty=False,
    )  # fmt: skip
    nonresponse: NonresponseMethod = setting(
        choice(*get_args(NonresponseMethod)),
        "[受邀未答](nonresponse.md)怎样调整；受邀者为已发评议码的人，对文件夹计分时为"
        " `invitations.csv` 所列的人；`callbacks_interval` 不动得分，"
        "只按[催答前后对比](callbacks.md)放宽敏感性区间；`waves_interval` 也不动得分，"
        "敏感性区间按[各轮催办](waves.md)和以前各次评议得出",
        "how invited people who answered stand for those who did not"
        " ([nonresponse](nonresponse.md)): whoever was issued a code, of a folder whoever is in its"
        " `invitations.csv`; `callbacks_interval` moves no score, [reminders](callbacks.md) then"
        " widen the sensitivity interval alone; nor does `waves_interval`, where [all"
        " waves](waves.md) and earlier campaigns make that interval",
        default="none",
        empty=False,
    )
    earlier_slopes: tuple[tuple[float, float], ...] = setting(
        Listed(each=SLOPE),
        "`waves_interval`：本县以前各次评议测得的斜率和标准误（各次计分结果中的 `g`、`g_se`），"
        "如 ['0.21±0.14', '0.3±0.2']；相隔多年、问卷或催办办法大改的不要写",
        "`waves_interval`: slopes of earlier campaigns of the county with their standard errors"
        " (`g` and `g_se` of each appraisal), as ['0.21±0.14', '0.3±0.2']; none of long ago, or"
        " from before questionnaire or reminders changed much",
        default=(),
    )
    earlier_slopes_of: tuple[str, ...] = setting(
        Listed(each=TEXT),
        "`earlier_slopes` 各来自哪里，一一对应：评议代码和公布文件的 SHA-256；由“以往评议”页面填写",
        "where each of `earlier_slopes` comes from: campaign and SHA-256 of the document that was"
        " released; the page of earlier campaigns writes it",
        default=(),
    )
    slope_between: float = setting(
        number(0.05, 0.3),
        "`waves_interval`：各次评议之间真实斜率的标准差，至少按此值；越小，以前各次越算数",
        "`waves_interval`: standard deviation of true slopes between campaigns, at least; the"
        " smaller, the more earlier ones count",
        default=BETWEEN,
        empty=False,
    )
    small_areas: SmallAreas = setting(
        choice(*get_args(SmallAreas)),
        "`assisted`：标准误超过 `largest_se` 的单位[借助模型](small-areas.md)，仍达不到的不公布",
        "`assisted`: a unit whose standard error is above `largest_se` gets a score drawn towards"
        " its class, or none ([small areas](small-areas.md))",
        default="none",
        empty=False,
    )
    largest_se: float = setting(
        POSITIVE, "标准误上限（分）", "largest standard error, in points", default=2.5, empty=False
    )
    calibration: CalibrationMethod = setting(
        choice(*get_args(CalibrationMethod)),
        "`weighting` 为 raking 的组，怎样使答卷代表当地人口：`pooled_slopes`"
        " 按同类单位全部答卷得出的性别、年龄等的影响[校正得分](pooled-slopes.md)；"
        "`raking` 各单位自行[加权](raking.md)，`trim` 只用于后者",
        "how answers of groups whose `weighting` is raking are made to speak for the population:"
        " `pooled_slopes` [corrects the score](pooled-slopes.md) for what sex, age and the like do"
        " to the answers about all units of a class; `raking` [weights](raking.md) each unit's by"
        " themselves, and `trim` is for that alone",
        default="raking",
        empty=False,
    )
    borrowing: BorrowingMethod = setting(
        choice(*get_args(BorrowingMethod)),
        "`groups`：同一单位的各类对象[互相借用信息](borrowing.md)，各类得分向其他对象、其他单位所示靠拢；"
        "`none`：各类得分只凭自己的答卷",
        "`groups`: the groups of a unit [borrow from one another](borrowing.md), each group's score"
        " is drawn towards what the others and other units say; `none`: by its own answers alone",
        default="none",
        empty=False,
    )
    borrowing_covariate: BorrowingCovariate = setting(
        choice(*get_args(BorrowingCovariate)),
        "`borrowing: groups`：`last_release` 推算各单位得分时，还看"
        "[上次公布的得分](borrowing.md#last-time)，在 `last_release` 中写明；`none`：只看本次答卷",
        "`borrowing: groups`: `last_release` lets the [score released last"
        " time](borrowing.md#last-time), stated in `last_release`, tell where a unit's score lies,"
        " too; `none`: this time's answers alone",
        default="none",
        empty=False,
    )
    last_release: LastRelease = part(
        LastRelease,
        "上次公布的得分；在办公页面由已公布的评议取来，或对文件夹计分时由 --before 取来",
        "scores released last time; the office's pages take them from a campaign that was released,"
        " `survey appraise` from --before",
        empty=False,
    )
    leniency: LeniencyMethod = setting(
        choice(*get_args(LeniencyMethod)),
        "同一人评议多个单位的，怎样[校正其打分偏宽偏严](leniency.md)：`random` 随机效应模型，"
        "`within` 只在同一人的评分之间比较，`auto` 由统计检验选定，`none` 不校正",
        "how people who rate several units are [taken out of the comparison](leniency.md): `random`"
        " effects, `within` raters, as a test decides (`auto`), or not at all",
        default="auto",
        empty=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """分数线判断 / units held against lines."""

    thresholds: tuple[float | str, ...] = setting(
        Listed(each=LINE),
        "分数线：得分肯定高于或低于它的单位另行列出（[判断](decisions.md)），"
        "如 [80, class_mean]，class_mean 为本类平均分",
        "lines; units that surely lie above or below one are named ([decisions](decisions.md)):"
        " [80, class_mean], the latter the mean of the unit's class",
        default=(),
    )
    of_classes: dict[str, tuple[float | str, ...]] = setting(
        Listed(each=LINE),
        "thresholds_ 后接类别编码：该类单位另用的分数线",
        "thresholds_ and a class: other lines for its units",
        default={},
        name="thresholds_",
        prefix=True,
    )
    error_rate: float = setting(
        RATE,
        "按一条分数线列出的单位中列错的，平均不超过这个比例；与上次评议相比的升降也按此判断",
        "expected share of wrong names among the units named at a line, at most; of changes since"
        " the last campaign too",
        default=0.05,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """计分 / how scores are made."""

    order: str = setting(
        choice("item_first"), "先算题目得分，再合成组得分和单位得分",
        "item scores first, then groups', then units'", default="item_first",
    )  # fmt: skip
    item_score: Prose = prose("题目得分的说明", "words on item scores")
    group_score: Prose = prose("组得分的说明", "words on group scores")
    unit_score: Prose = prose("单位得分的说明", "words on unit scores")
    tie: Prose = prose("并列名次的说明（并列后跳号：1、2、2、4）", "words on ties (1, 2, 2, 4)")
    conversion_options: Prose = prose("折算方法的说明", "words on the ways of conversion")
    weighting: dict[str, Weighting] = setting(
        Named(each=Part(of=Weighting)),
        "各评议主体组的加权；others 为其余各组",
        "weighting by respondent group; others for the rest",
        default={},
    )
    grade_bands: tuple[Grade, ...] = setting(
        Listed(each=Part(of=Grade)), "等次，须有一档从 0 分起", "grades; one must start from 0"
    )
    min_covered: float = setting(
        number(0, 100),
        "有效答卷足够的组合计权重低于该百分比的单位，不公布得分",
        "percent of the group weight that groups with enough answers must cover, or no score is"
        " published",
        default=60.0,
        name="min_group_weight_covered_percent",
    )
    rounding: Rounding = part(Rounding, "修约", "rounding")
    component_points: float = setting(
        number(0, 1000),
        "公众评议在总分中的分值",
        "points of the public review in the total",
        default=100.0,
    )
    conversion: ConversionMethod = setting(
        choice(*get_args(ConversionMethod)),
        "折算方法：按得分、按与类内最高分之比、按名次递减",
        "how a score becomes points: directly, by the ratio to the best of the class, by rank",
        default="direct",
    )
    rank_step: float = setting(
        number(0, 1), "rank_step 每降一名减去的比例", "part taken off for each rank", default=0.02
    )
    decisions: Decisions = part(Decisions, "分数线判断", "units held against lines")
    seed: int = setting(COUNT, "随机抽取的种子", "what random draws start from", default=SEED)
    debiasing: Debiasing = part(Debiasing, "得分校正", "corrections of the score", empty=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """一条有效性规则 / one validity rule and its parameters."""

    rule_id: str = setting(TEXT, "规则编号 V01–V10", "V01 to V10", name="id")
    zh: str = setting(TEXT, "中文说明", "words in Chinese", default="")
    en: str = setting(TEXT, "英文说明", "words in English", default="")
    action: str = setting(choice(*ACTIONS), "处理方式", "what it does")
    seconds: float | None = setting(
        POSITIVE, "V04：最短用时（秒），缺省 20", "V04: seconds, 20 if left out", default=None
    )
    min_answers: int | None = setting(
        whole(1), "V07：同一网络最少份数，缺省 10", "V07: answers of a network, 10", default=None
    )
    same_share: float | None = setting(
        SHARE, "V07、V08：相同答案的比例，缺省 0.8、0.5",
        "V07, V08: share of identical answers, 0.8 and 0.5", default=None,
    )  # fmt: skip
    minutes: float | None = setting(
        POSITIVE, "V08：时段（分钟），缺省 30", "V08: minutes of a window, 30", default=None
    )
    ratio: float | None = setting(
        POSITIVE, "V08：平时的倍数，缺省 8", "V08: times the usual, 8", default=None
    )
    days: int | None = setting(
        whole(1), "V08：比较的天数，缺省 7", "V08: days compared with, 7", default=None
    )
    floor: int | None = setting(
        whole(1), "V08：最少份数，缺省 10", "V08: fewest answers, 10", default=None
    )

    def name(self, lang: str) -> str:
        """Return the rule in words."""
        return (self.en if lang == "en" else self.zh) or self.rule_id
