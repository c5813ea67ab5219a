"""The parts of a scheme that are rules by themselves: scale, validity, grades, points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from survey.problems import Problem
from survey.scheme.shape import is_number
from survey.stats.campaign.plan import (
    SEED,
    Action,
    ConversionMethod,
    ConversionPlan,
    GradeBand,
    RulePlan,
    ScreeningPlan,
)
from survey.stats.pipeline.screening import RULE_IDS

_FILE = "scheme.yaml"
_MOST_DIGITS = 6
_ACTIONS: dict[str, Action] = {
    "exclude": "exclude",
    "exclude_from_score": "exclude",
    "declare_and_exclude": "exclude",
    "quarantine": "quarantine",
    "flag": "flag",
    "flag_only": "flag",
}
# Scheme parameters of a rule (beside id, words and action) and the plan's names for them.
_PARAMETERS = {
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
_WHOLE = ("min_answers", "days", "floor")
_SHARES = ("same_share",)


def part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a named part of a document, empty where it is missing or something else."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def note(problems: list[Problem], field: str, *, zh: str, en: str) -> None:
    """Note a problem of scheme.yaml."""
    problems.append(Problem(zh=zh, en=en, file=_FILE, field=field))


def points_of(scheme: Mapping[str, Any], problems: list[Problem]) -> tuple[float, ...]:
    """Return the worth of every answer, the unused 0 first."""
    # The database keeps the scheme as JSON, whose names are texts.
    stated = {str(value): points for value, points in scheme["scale_points"].items()}
    values = sorted(int(value) if value.isdecimal() else 0 for value in stated)
    if values != list(range(1, len(values) + 1)):
        note(
            problems,
            "scale_points",
            zh="选项须为从 1 起的连续整数",
            en="answers must be whole numbers from 1 up without a gap",
        )
        return (0.0, 0.0)
    points = [float(stated[str(value)]) for value in values]
    if not 0 <= min(points) < max(points) <= 100:
        note(
            problems,
            "scale_points",
            zh="分值须在 0 至 100 之间，且不能都相同",
            en="points must lie between 0 and 100 and not be all the same",
        )
    return (0.0, *points)


def number_of(
    scheme: Mapping[str, Any], name: str, default: float, *, most: float, problems: list[Problem]
) -> float:
    """Return a number from 0 up of the part ``scoring``; the default where it is left out."""
    value = scheme["scoring"].get(name)
    if value is None:
        return default
    if not 0 <= value <= most:
        note(
            problems,
            f"scoring.{name}",
            zh=f"“{value}”应为 0 至 {most:g} 的数",
            en=f"{value!r} must be a number from 0 to {most:g}",
        )
    return float(value)


def screening_of(scheme: Mapping[str, Any], problems: list[Problem]) -> ScreeningPlan:
    """Return the validity rules in force and their parameters."""
    rules: list[RulePlan] = []
    parameters: dict[str, float] = {}
    for rule in scheme["validity_rules"]:
        rule_id, action = rule["id"], rule["action"]
        if rule_id not in RULE_IDS:
            note(
                problems,
                f"validity_rules.{rule_id}",
                zh=f"没有规则“{rule_id}”，可用 {RULE_IDS[0]}–{RULE_IDS[-1]}",
                en=f"no rule {rule_id!r}; use {RULE_IDS[0]} to {RULE_IDS[-1]}",
            )
        elif rule_id in {known.rule_id for known in rules}:
            note(
                problems,
                f"validity_rules.{rule_id}",
                zh="规则出现了不止一次，请只保留一条",
                en="the rule stands twice; keep one of them",
            )
        elif action not in _ACTIONS:
            note(
                problems,
                f"validity_rules.{rule_id}.action",
                zh=f"不支持“{action}”，可用 {'、'.join(_ACTIONS)}",
                en=f"{action!r} is not known; use {', '.join(_ACTIONS)}",
            )
        else:
            rules.append(RulePlan(rule_id=rule_id, action=_ACTIONS[action]))
            parameters |= _parameters(rule, problems)
    return ScreeningPlan(rules=tuple(rules), **parameters)  # type: ignore[arg-type]


def _parameters(rule: Mapping[str, Any], problems: list[Problem]) -> dict[str, float]:
    """Return the numbers of a rule under the plan's names."""
    names = _PARAMETERS.get(rule["id"], {})
    out: dict[str, float] = {}
    for key, value in rule.items():
        field = f"validity_rules.{rule['id']}.{key}"
        if key not in names:
            # Words are for people to read; a number that nothing reads is a misspelt one.
            if is_number(value):
                zh = f"该规则没有参数“{key}”，可用 {'、'.join(names) or '（无）'}"
                en = f"the rule has no parameter {key!r}; it has {', '.join(names) or 'none'}"
                note(problems, field, zh=zh, en=en)
        elif not (is_number(value) and value > 0):
            zh, en = f"“{value}”应为正数", f"{value!r} must be a positive number"
            note(problems, field, zh=zh, en=en)
        elif key in _WHOLE and value != int(value):
            zh, en = f"“{value}”应为整数", f"{value!r} must be a whole number"
            note(problems, field, zh=zh, en=en)
        elif key in _SHARES and value > 1:
            zh, en = f"“{value}”应不大于 1", f"{value!r} must not be above 1"
            note(problems, field, zh=zh, en=en)
        else:
            out[names[key]] = int(value) if key in _WHOLE else value
    return out


def conversion_of(scheme: Mapping[str, Any], problems: list[Problem]) -> ConversionPlan:
    """Return how a score becomes points."""
    scoring = scheme["scoring"]
    method: ConversionMethod = scoring.get("conversion") or "direct"
    if method not in get_args(ConversionMethod):
        note(
            problems,
            "scoring.conversion",
            zh=f"不支持“{method}”，可用 {'、'.join(get_args(ConversionMethod))}",
            en=f"{method!r} is not known; use {', '.join(get_args(ConversionMethod))}",
        )
    return ConversionPlan(
        method=method,
        full_points=number_of(scheme, "component_points", 100, most=1000, problems=problems),
        step=number_of(scheme, "rank_step", 0.02, most=1, problems=problems),
    )


def grades_of(scheme: Mapping[str, Any], problems: list[Problem]) -> tuple[GradeBand, ...]:
    """Return the grades and the scores that earn them."""
    bands = scheme["scoring"]["grade_bands"]
    if min(band["min"] for band in bands) > 0:
        note(
            problems,
            "scoring.grade_bands",
            zh="须有一档从 0 分起",
            en="one grade must start from 0",
        )
    if len({band["min"] for band in bands}) < len(bands):
        note(
            problems,
            "scoring.grade_bands",
            zh="有两档从同一分数起",
            en="two grades start from the same score",
        )
    return tuple(
        GradeBand(zh=band["zh"], en=band["en"], minimum=float(band["min"])) for band in bands
    )


def seed_of(scheme: Mapping[str, Any]) -> int:
    """Return what the draws of the statistics start from."""
    stated = scheme["scoring"].get("seed")
    return SEED if stated is None else int(stated)


def digits_of(scheme: Mapping[str, Any], problems: list[Problem]) -> int:
    """Return the decimals scores are published with."""
    rounding = part(scheme["scoring"], "rounding")
    rule = rounding.get("rule") or "ROUND_HALF_UP"
    if rule != "ROUND_HALF_UP":
        note(
            problems,
            "scoring.rounding.rule",
            zh=f"不支持“{rule}”，可用 ROUND_HALF_UP（四舍五入）",
            en=f"{rule!r} is not known; use ROUND_HALF_UP",
        )
    digits = rounding.get("digits")
    if digits is not None and digits > _MOST_DIGITS:
        note(
            problems,
            "scoring.rounding.digits",
            zh=f"最多 {_MOST_DIGITS} 位小数",
            en=f"at most {_MOST_DIGITS} decimals",
        )
    return 2 if digits is None else int(digits)
