"""The parts of a scheme that are rules by themselves: scale, validity, grades, points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from survey.fieldwork.shape import is_number
from survey.problems import Problem
from survey.stats.plan import (
    Action,
    ConversionMethod,
    ConversionPlan,
    GradeBand,
    RulePlan,
    ScreeningPlan,
)
from survey.stats.screening import RULE_IDS

_FILE = "scheme.yaml"
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
    return (0.0, *(float(stated[str(value)]) for value in values))


def screening_of(scheme: Mapping[str, Any], problems: list[Problem]) -> ScreeningPlan:
    """Return the validity rules in force and their parameters."""
    rules = []
    parameters: dict[str, float] = {}
    for rule in scheme["validity_rules"]:
        rule_id, action = rule.get("id"), rule.get("action")
        if rule_id not in RULE_IDS:
            note(
                problems,
                f"validity_rules.{rule_id}",
                zh=f"没有规则“{rule_id}”，可用 {RULE_IDS[0]}–{RULE_IDS[-1]}",
                en=f"no rule {rule_id!r}; use {RULE_IDS[0]} to {RULE_IDS[-1]}",
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
            names = _PARAMETERS.get(rule_id, {})
            for key in names:
                if key in rule and not (is_number(rule[key]) and rule[key] > 0):
                    note(
                        problems,
                        f"validity_rules.{rule_id}.{key}",
                        zh=f"“{rule[key]}”应为正数",
                        en=f"{rule[key]!r} must be a positive number",
                    )
                elif key in rule:
                    parameters[names[key]] = rule[key]
    return ScreeningPlan(rules=tuple(rules), **parameters)  # type: ignore[arg-type]


def conversion_of(scheme: Mapping[str, Any], problems: list[Problem]) -> ConversionPlan:
    """Return how a score becomes points."""
    scoring = scheme["scoring"]
    method: ConversionMethod = scoring.get("conversion", "direct")
    if method not in get_args(ConversionMethod):
        note(
            problems,
            "scoring.conversion",
            zh=f"不支持“{method}”，可用 {'、'.join(get_args(ConversionMethod))}",
            en=f"{method!r} is not known; use {', '.join(get_args(ConversionMethod))}",
        )
    return ConversionPlan(
        method=method,
        full_points=float(scoring.get("component_points", 100)),
        step=float(scoring.get("rank_step", 0.02)),
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
    return tuple(
        GradeBand(zh=band["zh"], en=band["en"], minimum=float(band["min"])) for band in bands
    )


def digits_of(scheme: Mapping[str, Any], problems: list[Problem]) -> int:
    """Return the decimals scores are published with."""
    rounding = part(scheme["scoring"], "rounding")
    rule = rounding.get("rule", "ROUND_HALF_UP")
    if rule != "ROUND_HALF_UP":
        note(
            problems,
            "scoring.rounding.rule",
            zh=f"不支持“{rule}”，可用 ROUND_HALF_UP（四舍五入）",
            en=f"{rule!r} is not known; use ROUND_HALF_UP",
        )
    return int(rounding.get("digits", 2))
