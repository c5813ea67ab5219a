"""Which counties' figures mean the same: what each plan asked, whom, and how it was reckoned.

Read from the score documents alone. Figures of a class are shown together where all of these
agree; a county that differs stands beside them with what differs, in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import UnitScore
from survey.canonical import digest_of
from survey.two_persons.deed import Said

LEAST_COVERED = 0.8  # of the class's units: the mean of fewer is of other units than the class's

_METHOD = 2  # parts of the program's version that a method may change with


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the figures of a class rest on, aspect by aspect, each as text to be compared."""

    items: Mapping[str, str]
    groups: Mapping[str, str]
    weights: Mapping[str, str]
    class_name: str
    full_points: str
    confidence: str
    indicator: str
    method: str
    common: str

    @property
    def digest(self) -> str:
        """Return one value that is equal where all aspects are."""
        return digest_of(
            [
                *(dict(each) for each in (self.items, self.groups, self.weights)),
                *(self.class_name, self.full_points, self.confidence),
                *(self.indicator, self.method, self.common),
            ]
        )


def profile_of(document: ScoreDocument, class_code: str) -> Profile | None:
    """Return what the figures of a class rest on; None of a release too old to say it."""
    units = units_of(document, class_code)
    reported, common = document.reported, document.campaign.common_items
    if reported is None or not units:
        return None
    return Profile(
        items={item.item_id: item.words for item in reported.items},
        groups={each.group_code: f"{each.name} {each.min_valid}" for each in reported.groups},
        weights=_weights(units),
        class_name=next((each.name for each in reported.classes if each.code == class_code), ""),
        full_points="、".join(sorted({unit.full_points for unit in units})),
        confidence=reported.confidence,
        indicator=document.campaign.indicator.code,
        common=f"{common.organiser} {common.digest[:12]}" if common else "",
        method=".".join(document.release.code_version.split("+")[0].split(".")[:_METHOD]),
    )


def units_of(document: ScoreDocument, class_code: str) -> list[UnitScore]:
    """Return the units of a class, in the scheme's order."""
    return [unit for unit in document.units if unit.class_code == class_code]


def coverage(units: Sequence[UnitScore]) -> float:
    """Return the share of units with a published score, in [0, 1]."""
    return sum(unit.score is not None for unit in units) / len(units)


def usual(profiles: Mapping[str, Profile]) -> Profile | None:
    """Return the profile that most counties have; of several the one of the first county."""
    counted = Counter(profile.digest for profile in profiles.values())
    return max(profiles.values(), key=lambda each: counted[each.digest], default=None)


def differences(profile: Profile, other: Profile) -> list[Said]:
    """Return what of a county's plan is not as in the one that most have; empty where it is."""
    single = (
        ("类别名称", "name of the class", profile.class_name, other.class_name),
        ("满分", "full points", profile.full_points, other.full_points),
        ("置信度", "confidence of the intervals", profile.confidence, other.confidence),
        ("市里的共性题", "common items of the city", profile.common, other.common),
        ("指标编码", "code of the indicator", profile.indicator, other.indicator),
        ("程序版本（方法）", "version of the program (method)", profile.method, other.method),
    )
    return [
        *_between("题目", "items", profile.items, other.items),
        *_not_by_common_alone(profile, other),
        *_between("评议对象", "respondent groups", profile.groups, other.groups),
        *_between("评议对象权重", "weights of the groups", profile.weights, other.weights),
        *(
            Said(
                zh=f"{zh}不同：{one or '无'}，其他县为{usual or '无'}",
                en=f"{en}: {one}, not {usual}",
            )
            for zh, en, one, usual in single
            if one != usual
        ),
    ]


def _not_by_common_alone(profile: Profile, other: Profile) -> list[Said]:
    """Say of counties with the same common items why these alone give no figure."""
    if profile.items == other.items or not profile.common or profile.common != other.common:
        return []
    return [
        Said(
            zh="市里的共性题相同，但不能只按共性题合算：得分文件里各题只有与本类平均的差距及其区间，"
            "答的人少的题不列，题与题之间怎样相关也没有，算出的数没有可信的区间",
            en="the city's common items are the same, but they alone give no figure: of each item"
            " the document has the difference from the class's mean and its interval, none of items"
            " that few could judge, and not how items go together; what was reckoned of them would"
            " have no interval that holds",
        )
    ]


def too_few(units: Sequence[UnitScore]) -> Said:
    """Return that so few units of a class are published that their mean is not the class's."""
    n = sum(unit.score is not None for unit in units)
    return Said(
        zh=f"本类{len(units)}个单位只有{n}个公布得分，不足八成",
        en=f"only {n} of {len(units)} units of the class are published, less than 80 %",
    )


def not_said() -> Said:
    """Return that a release does not say what its figures rest on."""
    return Said(
        zh="旧版程序的发布，没有写明题目和评议对象，无法比对",
        en="a release of an older program that does not say its items and groups",
    )


def _weights(units: Sequence[UnitScore]) -> dict[str, str]:
    """Return each group's share where every group counts; units that lack one tell another."""
    whole = [unit for unit in units if unit.group_weight_used == "100.0"]
    shares = Counter(
        tuple((group.group_code, group.share) for group in unit.groups if group.status == "used")
        for unit in whole
    )
    return dict(shares.most_common(1)[0][0]) if shares else {}


def _between(zh: str, en: str, one: Mapping[str, str], usual: Mapping[str, str]) -> list[Said]:
    lacking = sorted(usual.keys() - one.keys())
    more = sorted(one.keys() - usual.keys())
    other = sorted(code for code in one.keys() & usual.keys() if one[code] != usual[code])
    told_zh = [
        f"{words}{'、'.join(codes)}"
        for words, codes in (("缺 ", lacking), ("多 ", more), ("不同 ", other))
        if codes
    ]
    told_en = [
        f"{words} {', '.join(codes)}"
        for words, codes in (("lacks", lacking), ("has besides", more), ("differs in", other))
        if codes
    ]
    return (
        [Said(zh=f"{zh}：{'；'.join(told_zh)}", en=f"{en}: {'; '.join(told_en)}")]
        if told_zh
        else []
    )
