"""scheme.yaml as one typed document, read from a file or from what a campaign has stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from survey.forms.arrangement import ITEM_ORDERS, SCALE_DIRECTIONS, Variation
from survey.problems import Problem
from survey.scheme.kinds import (
    CODE,
    COUNT,
    FLAG,
    MOMENT,
    NAME,
    NUMBER,
    REMINDED,
    SHORT,
    ZONE,
    choice,
    whole,
)
from survey.scheme.office import (
    Appeal,
    CalendarStep,
    OnSite,
    Paper,
    Privacy,
    Publication,
    QualityTargets,
    Rectification,
    Role,
    Verification,
    Witnesses,
)
from survey.scheme.questionnaire.crosswise import CrosswisePart
from survey.scheme.scoring import DontKnow, Rule, Scoring
from survey.scheme.settings import (
    Listed,
    Named,
    Part,
    Prose,
    Reading,
    faults_of,
    part,
    prose,
    setting,
)

NATIONAL_HOTLINE = "12345"  # 政务服务便民热线


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """县 / the county."""

    name_zh: str = setting(NAME, "中文名称", "name in Chinese")
    name_en: str = setting(NAME, "英文名称", "name in English")
    area_code: str = setting(
        SHORT, "12位区划代码（加引号）", "area code of 12 digits, in quotes", name="area_code12"
    )
    simulated: bool = setting(
        FLAG,
        "虚构的县，答卷为模拟数据",
        "an invented county, its answers simulated",
        default=False,
        name="fictional",
        also=("simulated",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fieldwork:
    """评议起止 / the period of answering."""

    starts_at: datetime = setting(MOMENT, "开始", "begin", name="start")
    ends_at: datetime = setting(MOMENT, "结束", "end", name="end")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPart:
    """评议活动 / the campaign."""

    campaign_code: str = setting(CODE, "编号", "its code", name="id")
    title_zh: str = setting(NAME, "中文名称", "title in Chinese")
    title_en: str = setting(NAME, "英文名称", "title in English")
    organiser_zh: str = setting(NAME, "主办单位", "who organises it")
    timezone: str = setting(ZONE, "时区", "time zone")
    cycle: str = setting(
        choice("annual", "half_yearly", "quarterly"), "周期", "how often", default="annual"
    )
    fieldwork: Fieldwork = part(Fieldwork, "评议起止", "period of answering", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClass:
    """一个考核类别 / one class of units."""

    zh: str = setting(NAME, "中文名称", "name in Chinese")
    en: str = setting(NAME, "英文名称", "name in English")
    n_units: int | None = setting(
        COUNT, "单位数，须与 units.csv 一致", "number of units, as in units.csv", default=None,
        name="units",
    )  # fmt: skip

    def name(self, lang: str) -> str:
        """Return its name in a language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """一个参评渠道 / one channel."""

    zh: str = setting(NAME, "中文名称", "name in Chinese")
    en: str = setting(NAME, "英文名称", "name in English")
    invited: bool = setting(FLAG, "是否受邀参评", "whether people are invited")

    def name(self, lang: str) -> str:
        """Return its name in a language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnairePart(Variation):
    """题目和选项的顺序 / order of items and answers."""

    item_order: str = setting(
        choice(*ITEM_ORDERS), "题目顺序", "order of the items", default="fixed"
    )
    scale_direction: str = setting(
        choice(*SCALE_DIRECTIONS), "选项从哪一端起", "which end of the scale is first",
        default="fixed",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """总分系统中的指标 / the indicator in the main scoring system."""

    code: str = setting(SHORT, "指标编码（加引号）", "its code, in quotes")
    name: str = setting(NAME, "指标名称", "its name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """评议方案 / the scheme."""

    county: County = part(County, "县", "the county", required=True)
    campaign: CampaignPart = part(CampaignPart, "评议活动", "the campaign", required=True)
    hotline: str = setting(
        SHORT, "监督电话（加引号）", "number for complaints, in quotes", default=NATIONAL_HOTLINE
    )
    contact: str = setting(
        SHORT,
        "主办单位联系电话（加引号），缺省为监督电话",
        "the office's number, in quotes; the hotline if left out",
        default="",
    )
    indicator: Indicator = setting(
        Part(of=Indicator),
        "总分系统中的指标，缺省 GZPY 公众评议",
        "the indicator in the main scoring system, GZPY 公众评议 if left out",
        default=Indicator(code="GZPY", name="公众评议"),
    )
    classes: dict[str, UnitClass] = setting(
        Named(each=Part(of=UnitClass)),
        "考核类别，只在类内排名",
        "classes; units rank inside theirs",
    )
    scale_points: dict[str, float] = setting(
        Named(each=NUMBER), "各选项的分值，选项从 1 起", "points of the answers, from 1 up"
    )
    dont_know: DontKnow = part(DontKnow, "“不了解”的计法", "how 不了解 counts")
    scoring: Scoring = part(Scoring, "计分", "how scores are made", required=True)
    validity_rules: tuple[Rule, ...] = setting(
        Listed(each=Part(of=Rule), by="id"), "有效性规则", "validity rules in force"
    )
    not_allowed: Prose = prose("不得采取的做法", "what must not be done")
    channels: dict[str, Channel] = setting(
        Named(each=Part(of=Channel)), "参评渠道", "channels people are reached by"
    )
    questionnaire: QuestionnairePart = part(
        QuestionnairePart, "题目和选项的顺序", "order of items and answers"
    )
    quality_targets: QualityTargets = part(QualityTargets, "质量目标", "targets of quality")
    roles: tuple[Role, ...] = setting(
        Listed(each=Part(of=Role), by="id"), "岗位", "roles", default=()
    )
    calendar: tuple[CalendarStep, ...] = setting(
        Listed(each=Part(of=CalendarStep)), "日程", "the calendar", default=()
    )
    bulletin_days: tuple[int, ...] = setting(
        Listed(each=whole(1, 366)),
        "评议的第几天发进度通报",
        "on which days of the fieldwork a progress bulletin is issued",
        default=(3, 8, 13, 18),
    )
    reminder_days: tuple[tuple[int, str], ...] = setting(
        Listed(each=REMINDED),
        "评议的第几天[催办](waves.md)：只写天数的催全部未答者；'5 first' 催每批抽签抽出的前一半，"
        "'9 second' 催后一半",
        "on which days of the fieldwork [reminders](waves.md) are sent: a day alone reminds all who"
        " have not answered, '5 first' the half of each batch that is first by lot, '9 second' the"
        " other",
        default=(),
    )
    rectification: Rectification = part(
        Rectification, "意见办理时限", "deadlines of dealing with comments"
    )
    appeal: Appeal = part(Appeal, "申诉", "appeals")
    paper: Paper = part(Paper, "纸质问卷录入", "keying in paper sheets")
    verification: Verification = part(Verification, "回访核验", "verification calls")
    on_site: OnSite = part(OnSite, "察访核验", "visits by inspectors")
    privacy: Privacy = part(Privacy, "个人信息", "personal data")
    publication: Publication = part(Publication, "结果公示", "what is published")
    witnesses: Witnesses = part(Witnesses, "见证方", "witnesses of the ledger")
    crosswise: CrosswisePart = part(
        CrosswisePart, "交叉提问：有没有人要求怎么评", "whether people were told what to answer"
    )

    @property
    def office_phone(self) -> str:
        """The telephone of the office that keeps the answers."""
        return self.contact or self.hotline

    @property
    def invited_channels(self) -> dict[str, Channel]:
        """The channels that invite people."""
        return {code: channel for code, channel in self.channels.items() if channel.invited}


def scheme_in(document: Mapping[str, Any]) -> Scheme:
    """Return the settings of a document that was taken, perhaps by an earlier program.

    Names that are not known are passed over: when it was taken they were not refused.
    """
    found = Reading(strict=False).value(Part(of=Scheme), _renamed(document), "")
    assert isinstance(found, Scheme)
    return found


def problems_of(document: Mapping[str, Any]) -> list[Problem]:
    """Return what a document that was taken says, and would be refused today."""
    return [fault.problem("scheme.yaml") for fault in faults_of(Scheme, _renamed(document))]


def _renamed(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document with the names of today where an earlier program had others."""
    scoring = document["scoring"]
    debiasing = scoring.get("debiasing") or {}
    if "heed_alarms" not in debiasing:
        return document
    debiasing = {"alarms_exclude": debiasing["heed_alarms"], **debiasing}
    return {**document, "scoring": {**scoring, "debiasing": debiasing}}
