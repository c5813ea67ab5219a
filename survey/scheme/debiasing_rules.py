"""The part ``scoring.debiasing`` of a scheme: the steps between screening and the score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from survey.problems import Problem
from survey.scheme.scoring_rules import note
from survey.scheme.shape import is_number
from survey.stats.campaign.corrections import (
    CombinationMethod,
    CombinationPlan,
    Corrections,
    LeniencyMethod,
    NonresponseMethod,
    NonresponsePlan,
    ProtectionPlan,
    QualityPlan,
    RatersPlan,
    SmallAreas,
    SmallAreasPlan,
)
from survey.stats.campaign.plan_format import corrections_apart

_FIELD = "scoring.debiasing"
NO_LIMIT = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What a setting may be, and how to say so."""

    holds: Callable[[Any], bool]
    zh: str
    en: str


def _whole(least: int) -> _Kind:
    return _Kind(
        holds=lambda value: type(value) is int and value >= least,
        zh=f"应为不小于 {least} 的整数",
        en=f"must be a whole number of {least} or more",
    )


def _one_of(choices: tuple[str, ...]) -> _Kind:
    return _Kind(
        holds=lambda value: value in choices,
        zh=f"可用 {'、'.join(choices)}",
        en=f"is not known; use {', '.join(choices)}",
    )


_SWITCH = _Kind(
    holds=lambda value: isinstance(value, bool), zh="应为 true 或 false", en="must be true or false"
)
_LIMIT = _Kind(
    holds=lambda value: value == NO_LIMIT or (is_number(value) and value >= 0),
    zh=f"应为不小于 0 的数（标准误的倍数），或 {NO_LIMIT}（不设上限）",
    en=f"must be a number of zero or more (standard errors), or {NO_LIMIT!r} for no limit",
)
_POSITIVE = _Kind(
    holds=lambda value: is_number(value) and value > 0,
    zh="应为正数",
    en="must be a positive number",
)
_RATE = _Kind(
    holds=lambda value: is_number(value) and 0 < value < 1,
    zh="应为 0 到 1 之间的数",
    en="must be a number between 0 and 1",
)
_SHARE = _Kind(
    holds=lambda value: is_number(value) and 0 <= value <= 1,
    zh="应为 0 至 1 的数",
    en="must be a number from 0 to 1",
)

_KINDS = {
    "cap_collusion": _SWITCH,
    "weigh_carelessness": _SWITCH,
    "combination": _one_of(get_args(CombinationMethod)),
    "alarms_exclude": _SWITCH,
    "limit": _LIMIT,
    "min_answers": _whole(2),
    "min_units": _whole(3),
    "false_alarm_rate": _RATE,
    "unprotected_share": _SHARE,
    "rank_unprotected": _SWITCH,
    "nonresponse": _one_of(get_args(NonresponseMethod)),
    "small_areas": _one_of(get_args(SmallAreas)),
    "largest_se": _POSITIVE,
    "leniency": _one_of(get_args(LeniencyMethod)),
}


def corrections_of(scheme: Mapping[str, Any], problems: list[Problem]) -> Corrections:
    """Return how a scheme wants its answers corrected; what it leaves out keeps its default."""
    if "debiasing" not in scheme["scoring"]:
        return Corrections()
    stated = scheme["scoring"]["debiasing"]
    if not isinstance(stated, Mapping):
        note(problems, _FIELD, zh="应为键值结构，或整段删去", en="must hold named entries, or go")
        return Corrections()
    before = len(problems)
    for key, value in stated.items():
        _check(key, value, problems)
    if stated.get("combination") == "pooled" and stated.get("limit", NO_LIMIT) != NO_LIMIT:
        zh = "pooled 不区分公开与受邀答卷，上限不起作用；请删去，或改用其他合并方法"
        en = "holds nothing under pooled, which tells no open answer apart; remove one of the two"
        note(problems, f"{_FIELD}.limit", zh=zh, en=en)
    if len(problems) > before:
        return Corrections()
    settings = dict(stated)
    if settings.get("limit") == NO_LIMIT:
        settings["limit"] = None
    by_step = corrections_apart(settings)
    return Corrections(
        quality=QualityPlan(**by_step.get("quality", {})),
        nonresponse=NonresponsePlan(**by_step.get("nonresponse", {})),
        raters=RatersPlan(**by_step.get("raters", {})),
        combination=CombinationPlan(**by_step.get("combination", {})),
        protection=ProtectionPlan(**by_step.get("protection", {})),
        small_areas=SmallAreasPlan(**by_step.get("small_areas", {})),
    )


def _check(key: Any, value: Any, problems: list[Problem]) -> None:
    kind = _KINDS.get(key)
    if kind is None:
        note(
            problems,
            f"{_FIELD}.{key}",
            zh=f"没有设置“{key}”，可用 {'、'.join(_KINDS)}",
            en=f"no setting {key!r}; use {', '.join(_KINDS)}",
        )
    elif not kind.holds(value):
        note(
            problems,
            f"{_FIELD}.{key}",
            zh=f"“{value}”不符，{kind.zh}",
            en=f"{value!r} {kind.en}",
        )
