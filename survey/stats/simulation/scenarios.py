"""What is simulated: what goes wrong in a county, and under which plans that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey.stats.campaign.corrections import NonresponseMethod
from survey.stats.simulation.answering import Behaviour
from survey.stats.simulation.attacks import Stuffing

Attack = (
    Stuffing
    | Literal[
        "praise_poster", "poster_alone", "leaked_careful", "leaked_batch", "coached",
        "staff_residents",
    ]
)  # fmt: skip
SHARES = (0.05, 0.20, 0.40)  # of all residents' answers about the unit
_LEAKED = (0.05, 0.10, 0.20)  # of its codes that were used
_FLOODS = (20, 50, 90, 300)  # answers
_USUAL = ("groups", "sittings")
_AND_ALONE = (*_USUAL, "residents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that can go wrong, or several.

    Attributes
    ----------
    name : str
    zh, en : str
        What happens, in plain words.
    behaviour : Behaviour
    attack : Attack or None
        At every one of ``amounts``.
    attacked_units : int
    amounts : tuple of float
        How much is false: a share of answers, or above 1 their number (``attacking``).
    changes : mapping
        Fields of the setting that differ.
    codes : float
        Part of the setting's codes that go out.
    silence : str, optional
        The method of nonresponse by which a list of everybody invited and the reminder waves are
        used.
    campaigns_before : int
        Campaigns in the same county that told a slope of their own.
    plans : tuple of str
        Under which it is asked.
    """

    name: str
    zh: str
    en: str
    behaviour: Behaviour = field(default_factory=Behaviour)
    attack: Attack | None = None
    attacked_units: int = 1
    amounts: tuple[float, ...] = ()
    changes: Mapping[str, float] = field(default_factory=dict)
    codes: float = 1.0
    silence: NonresponseMethod | None = None
    campaigns_before: int = 0
    plans: tuple[str, ...] = _USUAL


def _attack(
    name: str,
    attack: Attack,
    zh: str,
    en: str,
    *,
    amounts: tuple[float, ...] = SHARES,
    units: int = 1,
    plans: tuple[str, ...] = _USUAL,
) -> Scenario:
    return Scenario(
        name=name, zh=zh, en=en, behaviour=Behaviour(selection=1.0), attack=attack,
        attacked_units=units, amounts=amounts, plans=plans,
    )  # fmt: skip


def _silent(name: str, strength: float, waves: int, zh: str, en: str) -> Scenario:
    behaviour = Behaviour(selection=1.0, invited_selection=strength, waves=waves)
    return Scenario(
        name=name, zh=zh, en=en, behaviour=behaviour, silence="callbacks",
        plans=_AND_ALONE,
    )  # fmt: skip


def _lots(name: str, strength: float, zh: str, en: str, *, before: int = 0) -> Scenario:
    behaviour = Behaviour(selection=1.0, invited_selection=strength, waves=3, lots=True)
    return Scenario(
        name=name, zh=zh, en=en, behaviour=behaviour, silence="waves_interval",
        campaigns_before=before, plans=_AND_ALONE,
    )  # fmt: skip


def _choosing(name: str, association: float, zh: str, en: str) -> Scenario:
    """Many invited people and nobody else, who rate fewer than half of the units they know."""
    return Scenario(
        name=name, zh=zh, en=en, behaviour=Behaviour(association=association),
        changes={"n_open": 0, "n_codes": 20_000, "rating_rate": -0.5}, plans=("sittings",),
    )  # fmt: skip


_ALL = (
    Scenario(
        name="null", zh="谁作答全凭偶然，没有任何偏差",
        en="nothing but chance decides who answers", behaviour=Behaviour(by_chance=True),
        plans=_AND_ALONE,
    ),
    Scenario(
        name="plain", zh="谁作答只与年龄、职业有关，与态度无关",
        en="who answers hangs on age and occupation, not on opinion", plans=_AND_ALONE,
    ),
    Scenario(
        name="selection", zh="扫海报的人里，有意见的更愿意来评",
        en="those with a grievance are likelier to scan a poster",
        behaviour=Behaviour(selection=1.0), plans=_AND_ALONE,
    ),
    Scenario(
        name="strong_selection", zh="同上，意见的影响加倍", en="the same, twice as strongly",
        behaviour=Behaviour(selection=2.0), plans=_AND_ALONE,
    ),
    Scenario(
        name="half_codes", zh="扫海报的人按态度自选，且评议码只发一半",
        en="self-selection at posters, and half the codes",
        behaviour=Behaviour(selection=1.0), codes=0.5,
    ),
    _silent("nonignorable", 0.3, 2, "受邀居民中，不满的更少作答；催答一次",
            "invited people who are less content answer less often; one reminder"),
    _silent("three_waves", 0.3, 3, "同上，催答两次（共三轮）",
            "the same with two reminders, so three waves"),
    _silent("three_waves_strong", 0.6, 3, "同上，三轮，不满者更加少答",
            "three waves, and the less content answer far less often"),
    _silent("three_waves_none", 0.0, 3, "三轮，作不作答与态度无关",
            "three waves, and silence has nothing to do with opinion"),
    _lots("lots", 0.3, "受邀居民中，不满的更少作答；催答两次，其中抽签一半晚一次开始",
          "less content people answer less often; two reminders, half the people by lot later"),
    _lots("lots_strong", 0.6, "同上，不满者更加少答", "the same, and far less often"),
    _lots("lots_none", 0.0, "同上，作不作答与态度无关",
          "the same, and silence has nothing to do with opinion"),
    _lots("lots_third", 0.3, "同“lots”，此前已有两次评议测得这种影响（各次不尽相同）",
          "as “lots”, the third campaign of its county, after two whose silence differed a little",
          before=2),
    _lots("lots_third_strong", 0.6, "同上，不满者更加少答", "the same, and far less often",
          before=2),
    _lots("lots_third_none", 0.0, "同上，作不作答与态度无关",
          "the same, and silence has nothing to do with opinion", before=2),
    Scenario(
        name="dont_know", zh="不满的人更多选“不了解”",
        en="the dissatisfied say “don’t know” more often",
        behaviour=Behaviour(dont_know=0.03), changes={"rating_rate": 0.85},
    ),
    Scenario(
        name="five_answers", zh="每个单位只有5份受邀答卷，没有海报",
        en="five invited answers a unit, nothing else",
        behaviour=Behaviour(per_unit=5), changes={"n_open": 0}, plans=("residents",),
    ),
    Scenario(
        name="ten_answers", zh="每个单位只有10份受邀答卷，没有海报",
        en="ten invited answers a unit, nothing else",
        behaviour=Behaviour(per_unit=10), changes={"n_open": 0}, plans=("residents",),
    ),
    _choosing(
        "no_leniency", 0.0, "每人只评一半单位，评谁与宽严无关",
        "people rate half of what they know, whatever their leniency",
    ),
    _choosing(
        "leniency", 0.5, "打分宽的人更多评热门单位",
        "lenient people rate sought-after units more often",
    ),
    _choosing("strong_leniency", 1.0, "同上，影响加倍", "the same, twice as strongly"),
    _attack(
        "bots", "bots", "程序刷票：同一网络、每份6秒、答案相同",
        "bots at the open box: one address, six seconds each, identical",
    ),
    _attack(
        "staff", "staff", "职工上班时间用单位网络扫海报打满分",
        "staff at the open box, on their unit's network in office hours, full marks",
    ),
    _attack(
        "careful", "careful", "仿真刷票：人口特征、网络、时间都像真人，八成满分",
        "careful stuffing: ages, networks and times as honest people's, four of five full marks",
    ),
    _attack(
        "rare_cells", "rare_cells", "仿真刷票，并冒充最缺的人群",
        "careful stuffing that claims to be whom the sample lacks most",
    ),
    _attack(
        "personas", "personas",
        "大语言模型代答：每份扮演一位真实存在的居民，照他会答的再好一档，时间各异、附有意见"
        "（意见文字不进得分）",
        "answers a language model gives as persons of the county: what that person would say,"
        " mostly one better, each at its own time, with a comment (no score reads comments)",
    ),
    _attack(
        "several_units", "several_units", "刷票的人同时评几个单位：捧自己，压同类三个",
        "attackers who rate several units: praise for their own, the worst for three of its class",
        plans=("sittings",),
    ),
    _attack("rival", "rival", "仿真刷票，给对手打低分", "careful stuffing against a rival"),
    _attack(
        "fifth", "careful", "十二个单位同时仿真刷票", "careful stuffing of twelve units at once",
        units=12,
    ),
    _attack(
        "staff_residents", "staff_residents",
        "职工以居民身份作答：用自己收到的评议码，再扫同样多次海报",
        "staff who answer as residents: by codes they were sent, and as often again at posters",
        amounts=_LEAKED,
    ),
    _attack(
        "leaked_careful", "leaked_careful",
        "评议码外泄，被单位的人小心用掉：分散在各批、各发码人，时间和手机都是原来的人的，八成满分",
        "leaked codes, used with care: spread over batches and issuers, at the moments and on the"
        " phones of those whose codes they were, four of five full marks",
        amounts=_LEAKED,
    ),
    _attack(
        "leaked_batch", "leaked_batch",
        "评议码外泄，被单位的人图省事用掉：同一批连号，一个晚上、几个网络，全是满分",
        "leaked codes, used lazily: one batch in its order, one evening, few networks, full marks",
        amounts=_LEAKED,
    ),
    _attack(
        "coached", "coached", "受邀的服务对象被授意，一半或全部打满分",
        "invited service users of one unit told to give full marks, half or all of them",
        amounts=(0.5, 1.0),
    ),
    _attack(
        "praise_poster", "praise_poster",
        "向对手的海报刷满分，想让他失去排名（该类对象另有评议码）",
        "full marks thrown at a rival's poster, to cost him his rank; that group has codes too",
        amounts=_FLOODS, plans=("posters",),
    ),
    _attack(
        "poster_alone", "poster_alone", "向只有海报、没有受邀答卷的对象刷满分",
        "full marks at the poster of a group that has no invited answers",
        amounts=_FLOODS, plans=("posters",),
    ),
    Scenario(
        name="several", zh="多种问题并存：自选、按态度不答、多选不了解、十二个单位被仿真刷票",
        en="several together: self-selection, silence by opinion, don’t know, twelve units stuffed",
        behaviour=Behaviour(selection=1.0, invited_selection=0.1, dont_know=0.01),
        attack="careful", attacked_units=12, amounts=(0.10,), silence="callbacks",
    ),
)  # fmt: skip
SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in _ALL}
