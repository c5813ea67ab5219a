"""What scheme.yaml says of the office's own work: who, when, deadlines, what is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from survey.ledger.notes.note import COSIGNER, Malformed, read_key
from survey.model import ROLES
from survey.scheme.kinds import (
    CODE,
    COUNT,
    DAY,
    FLAG,
    NAME,
    POSITIVE,
    SHORT,
    TEXT,
    Leaf,
    choice,
    hundredths,
    number,
    whole,
)
from survey.scheme.settings import Listed, Part, Prose, prose, setting

COLLECTED = ("age_group", "sex", "township", "residence", "answers", "optional_comment")
NEVER_COLLECTED = ("name", "id_number", "phone", "wechat_openid", "precise_location")


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityTargets:
    """每日查看的质量目标 / targets the office looks at every day."""

    target_valid: str = setting(
        choice("class_group_weights.csv"), "有效答卷计划数所在的文件",
        "the file with the planned numbers of valid answers", default="class_group_weights.csv",
    )  # fmt: skip
    recheck_share: float | None = setting(
        number(0, 1), "回访复核的答卷比例", "share of answers called back and checked", default=None
    )
    half_width: float = setting(
        POSITIVE,
        "希望单位得分的 95% 置信区间不宽于正负几分",
        "how wide the 95% interval of a unit's score should be at most, plus or minus, in points",
        default=5.0,
    )
    answer_sd: float | None = setting(
        POSITIVE,
        "一份答卷得分的标准差（分），以往评议的经验；缺省为满分幅度的 21%",
        "standard deviation of one answer's score in points, as in earlier campaigns; 21 % of the"
        " scale's width if left out",
        default=None,
    )
    design_effect: float = setting(
        number(1, 20),
        "加权和成批作答使方差增大的倍数",
        "by how much weighting and answers given together multiply the variance",
        default=1.5,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """一个岗位 / one role."""

    role: str = setting(choice(*ROLES), "岗位", "role", name="id")
    zh: str = setting(NAME, "中文名称", "name in Chinese")
    en: str = setting(NAME, "英文名称", "name in English")


# What in the system shows that a step is done: a deed on record, or nothing left to do.
SHOWN_BY = (
    *("load", "codes", "open", "reminders", "bulletins"),
    *("close", "visits", "calls", "score", "release", "approve", "export", "cases"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarStep:
    """日程的一步 / one step of the calendar.

    Its last day is what must be there: comments are kept until the last of all.
    """

    step: int | None = setting(whole(1), "序号", "number", default=None)
    zh: str = setting(TEXT, "做什么", "what is done", default="")
    en: str = setting(TEXT, "做什么（英文）", "what is done, in English", default="")
    starts_on: date | None = setting(DAY, "开始日期", "first day", name="from", default=None)
    ends_on: date = setting(DAY, "结束日期", "last day", name="to")
    who: str = setting(
        TEXT, "由谁负责：岗位，多个用 / 或 + 连接", "roles, joined by / or +", default=""
    )
    output: str = setting(TEXT, "成果", "what comes of it", default="")
    shown_by: str | None = setting(
        choice(*SHOWN_BY),
        "系统里的什么表明已完成：载入、海报和评议码、开启、催办、进度通报、结束、察访、回访、计分、发布、"
        "审定、导出、意见办理",
        "what in the system shows that it is done",
        default=None,
    )

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that are named."""
        return tuple(filter(None, re.split(r"[/+、，,\s]+", self.who)))

    def words(self, lang: str) -> str:
        """Return what is done, in a language; in Chinese where no English is given."""
        return (self.en if lang == "en" else "") or self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectification:
    """意见办理时限 / deadlines of dealing with comments."""

    verify_workdays: int = setting(
        COUNT, "几个工作日内核实", "working days to verify a comment", default=1
    )
    simple_workdays: int = setting(
        COUNT, "简单事项几个工作日办结", "working days for a simple case", default=5
    )
    complex_workdays: int = setting(
        COUNT, "复杂事项几个工作日办结", "working days for a complex case", default=15
    )
    named_callback_rate: float | None = setting(
        number(0, 1), "实名意见的回访比例", "share of named comments called back", default=None
    )
    unit_late_workdays: int = setting(
        whole(1),
        "单位超过期限几个工作日仍未答复，上报绩效办督办",
        "working days after its deadline until a unit's late case climbs to the office",
        default=1,
    )
    office_late_workdays: int = setting(
        whole(1),
        "绩效办督办（或自己超期）几个工作日仍未办，上报领导小组",
        "working days after which a case late at the office climbs to the leading group",
        default=5,
    )
    leaders_late_workdays: int = setting(
        whole(1),
        "上报领导小组几个工作日仍未办，计入公示页上的超期件数",
        "working days after which a case late at the leading group counts on the public page",
        default=10,
    )

    def workdays(self, level: str) -> int:
        """Return the working days for a case that is simple or complex."""
        return {"simple": self.simple_workdays, "complex": self.complex_workdays}[level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """申诉 / appeals."""

    window_workdays: int = setting(
        whole(1), "几个工作日内可以申诉", "working days in which to appeal", default=5
    )
    decide_workdays: int = setting(
        whole(1), "几个工作日内答复", "working days in which to decide", default=10
    )
    by: str = setting(TEXT, "由谁复核", "who decides", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """纸质问卷录入 / keying in paper sheets."""

    double_entry: bool = setting(
        FLAG,
        "是否由两人各录一遍，一致才计入",
        "whether two persons key each sheet in, and it enters where they agree",
        default=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """结果公示 / what is published."""

    scores: str = setting(
        choice("all", "tiers", "none"),
        "公示页上的得分：all 全部，tiers 只公布档次，none 不公布",
        "scores on the public page: all of them, their tiers only, or none",
        default="all",
    )
    hidden_width: int = setting(
        whole(2),
        "不显示的答卷数，从其他数字推算的范围不得窄于该数",
        "how closely a number of answers that is not shown may be told from the others",
        default=10,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """回访核验 / verification calls."""

    most_points: float = setting(
        number(0.5, 50),
        "要确认假答卷对得分的影响不超过几分（[回访核验](callback-verification.md)）",
        "by how many points at most false answers may move a score"
        " ([verification calls](callback-verification.md))",
        default=5.0,
    )
    risk: float = setting(
        number(0.001, 0.2),
        "误判风险：事实上超过而被确认的可能最多多大",
        "risk limit: chance of confirming it where it is not so",
        default=0.05,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSiteItem:
    """察访核验清单的一项 / one item of the inspectors' list."""

    item_id: str = setting(CODE, "编号", "its code", name="id")
    zh: str = setting(NAME, "看什么", "what is looked at")
    en: str = setting(NAME, "看什么（英文）", "what is looked at, in English")
    deduction: float = setting(
        hundredths(0, 100),
        "不符合时扣几分（总分系统里的分，单列一行，不进得分）",
        "points taken away where it is not met: of the main scoring system, a line of its own,"
        " never in the score",
        default=0.0,
    )

    def name(self, lang: str) -> str:
        """Return what is looked at, in a language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSite:
    """察访核验 / visits by inspectors; without a list there are none."""

    most: float = setting(
        hundredths(0, 100),
        "一个单位最多扣几分，各次察访合计",
        "points taken away from a unit at most, all visits together",
        default=5.0,
    )
    indicator_code: str = setting(
        SHORT,
        "总分系统中扣分一行的指标编码（加引号）",
        "code of the deduction's line in the main scoring system, in quotes",
        default="CFHY",
    )
    indicator_name: str = setting(
        NAME, "总分系统中扣分一行的指标名称", "name of that line", default="察访核验扣分"
    )
    items: tuple[OnSiteItem, ...] = setting(
        Listed(each=Part(of=OnSiteItem), by="id"),
        "察访核验清单",
        "the inspectors' list",
        default=(),
    )


def _witness_key(value: object) -> str:
    if not isinstance(value, str) or _key_fault(value) is not None:
        raise ValueError
    return read_key(value, kind=COSIGNER).text


def _key_fault(value: object) -> tuple[str, str] | None:
    """Return what is wrong with a text that is no witness's key."""
    if not isinstance(value, str):
        return None
    try:
        read_key(value, kind=COSIGNER)
    except Malformed as malformed:
        return malformed.problems[0].zh, malformed.problems[0].en
    return None


WITNESS_KEY = Leaf(
    take=_witness_key,
    zh="不是见证方的公钥（survey witness init 给出的一整行）",
    en="is no witness's public key (the line that `survey witness init` prints)",
    range_zh="公钥，一整行",
    range_en="public key, one line",
    why=_key_fault,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessNamed:
    """一个见证方 / one witness."""

    name: str = setting(NAME, "名称，如 县统计局", "who it is, as the statistics bureau")
    public_key: str = setting(
        WITNESS_KEY,
        "公钥：survey witness init 给出的一整行",
        "its public key, the line that `survey witness init` prints",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """见证方 / witnesses; without a list nobody is asked."""

    required: int = setting(
        COUNT,
        "发布结果前，至少几个见证方须签名",
        "how many witnesses must have signed before results are released",
        default=0,
    )
    of: tuple[WitnessNamed, ...] = setting(
        Listed(each=Part(of=WitnessNamed), by="name"),
        "见证方：在另一台机器上看存证只增不改并签名（[存证](../ledger.md#witnesses)）",
        "witnesses, who on another machine sign what only grew ([ledger](../ledger.md#witnesses))",
        default=(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """个人信息 / personal data."""

    collect: tuple[str, ...] = setting(
        Listed(each=choice(*COLLECTED)), "所收集的内容（须全部列出）",
        "what is collected; all of it must be listed", default=COLLECTED,
    )  # fmt: skip
    never_collect: tuple[str, ...] = setting(
        Listed(each=choice(*NEVER_COLLECTED)), "从不收集的内容", "what is never collected",
        default=NEVER_COLLECTED,
    )  # fmt: skip
    device_and_ip: Prose = prose("设备和网络标识的说明", "words on marks of device and network")
    smallest_cell: int = setting(
        COUNT,
        "少于该份数的分组不予公布",
        "a figure of fewer answers is not shown",
        default=10,
        name="min_cell_for_reports",
    )
    comments: Prose = prose("意见处理的说明", "words on comments")
