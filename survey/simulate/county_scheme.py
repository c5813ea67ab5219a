"""The documents of a simulated county's folder: scheme.yaml and questionnaire.json."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from survey.stats.campaign.ages import AGE_GROUPS
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import RESIDENCES, SEXES
from survey.stats.simulation import (
    AREA,
    DEPARTMENTS,
    INVITED,
    ITEM,
    OPEN,
    OPENED_AT,
    RESIDENTS,
    TOWNS,
)

_TIMEZONE = "Asia/Shanghai"
_LEVELS = (
    (0, "不了解", "Don't know"),
    (1, "非常不满意", "Very dissatisfied"),
    (2, "不满意", "Dissatisfied"),
    (3, "基本满意", "Fairly satisfied"),
    (4, "满意", "Satisfied"),
    (5, "非常满意", "Very satisfied"),
)
_RULES = {
    "V04": ("答题时长短于20秒", "faster than 20 s"),
    "V07": ("同一网络来源10份以上且80%以上答案完全相同", "10 or more from one network, alike"),
    "V08": ("短时集中提交", "burst"),
}
_PROFILE = (
    ("P1", "您的年龄", "Your age", list(AGE_GROUPS)),
    ("P2", "您的性别", "Your sex", list(SEXES)),
    ("P3", "您居住的乡镇（街道）", "Township where you live", "townships"),
    ("P4", "您住在城镇还是农村？", "Do you live in a town or a village", list(RESIDENCES)),
)


def scheme_of(plan: Plan, *, campaign: str) -> dict[str, Any]:
    """Return the scheme that says what the plan says."""
    return {
        "county": {
            "name_zh": "模拟县", "name_en": "Simulated County", "area_code12": AREA,
            "fictional": True,
        },
        "campaign": _campaign(campaign),
        "classes": {
            TOWNS: {"zh": "乡镇（街道）", "en": "Townships"},
            DEPARTMENTS: {"zh": "部门", "en": "Departments"},
        },
        "scale_points": {k: value for k, value in enumerate(plan.points) if k > 0},
        "scoring": _scoring(plan),
        "validity_rules": [
            {
                "id": rule.rule_id, "zh": _RULES[rule.rule_id][0], "en": _RULES[rule.rule_id][1],
                "action": rule.action,
            }
            for rule in plan.screening.rules
        ],
        "channels": {
            INVITED: {"zh": "短信一次性评议码", "en": "SMS one-time token", "invited": True},
            OPEN: {"zh": "张贴二维码自愿参评", "en": "open QR poster", "invited": False},
        },
        "privacy": {"min_cell_for_reports": min(group.min_valid for group in plan.groups)},
    }  # fmt: skip


def _campaign(code: str) -> dict[str, Any]:
    start = datetime.fromtimestamp(OPENED_AT, ZoneInfo(_TIMEZONE))
    return {
        "id": code,
        "title_zh": "模拟公众评议（模拟数据）",
        "title_en": "Simulated public review (simulated data)",
        "organiser_zh": "模拟",
        "timezone": _TIMEZONE,
        "fieldwork": {"start": start, "end": start + timedelta(days=20)},
    }


def _scoring(plan: Plan) -> dict[str, Any]:
    group = plan.groups[0]
    scoring: dict[str, Any] = {
        "weighting": {
            RESIDENTS: {
                "method": group.weighting,
                "margins": list(group.margins),
                f"universe_{TOWNS}": "own township",
                f"universe_{DEPARTMENTS}": "whole county",
                "trim": [group.trim_lower, group.trim_upper],
            },
            "others": {"method": "none"},
        },
        "grade_bands": [
            {"zh": band.zh, "en": band.en, "min": band.minimum} for band in plan.grades
        ],
        "component_points": plan.conversion.full_points,
        "conversion": plan.conversion.method,
    }
    if plan.nonresponse.method != "none":
        earlier = [f"{slope!r}±{error!r}" for slope, error in plan.nonresponse.earlier]
        scoring["debiasing"] = {"nonresponse": plan.nonresponse.method} | (
            {"earlier_slopes": earlier} if earlier else {}
        )
    return scoring


def questionnaire_of(plan: Plan) -> dict[str, Any]:
    """Return a questionnaire of the one item that is simulated."""
    return {
        "questionnaire_id": "SIMULATED-01",
        "version": 1,
        "title": {"zh": "模拟公众评议问卷（模拟数据）", "en": "Simulated questionnaire"},
        "scale": [
            {"value": value, "zh": zh, "en": en, "points": plan.points[value] if value else None}
            for value, zh, en in _LEVELS
        ],
        "scored_items": [
            {
                "id": ITEM, "kind": "common", "weight": 100, "type": "scale5_dk",
                "zh": "总体来看，您对{unit}今年的工作是否满意？",
                "en": "Overall, how satisfied are you with the work of {unit} this year?",
            }
        ],
        "item_sets": {TOWNS: [ITEM], DEPARTMENTS: [ITEM]},
        "profile": [
            {"id": code, "type": "single", "zh": zh, "en": en, "options": options}
            for code, zh, en, options in _PROFILE
        ],
    }  # fmt: skip
