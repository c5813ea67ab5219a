"""What a scheme, its units, items and margins say, as the Plan the statistics work by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, get_args

from survey.fieldwork.county import CountyFolder, GroupFacts, MarginFacts, UnitFacts
from survey.problems import Problem, Refused
from survey.stats.plan import (
    Action,
    ChannelPlan,
    ClassPlan,
    ConversionMethod,
    ConversionPlan,
    GradeBand,
    GroupPlan,
    ItemPlan,
    MarginPlan,
    Plan,
    RulePlan,
    ScreeningPlan,
    UnitPlan,
    UniversePlan,
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
_UNTIMED = ("phone", "paper")  # keyed in by others, so the time says nothing
_OWN_TOWNSHIP = "own township"
_WHOLE_COUNTY = "whole county"
_RATED_VARIABLES = ("sex", "age4", "age5", "residence", "township")


def build_plan(county: CountyFolder) -> Plan:
    """Return the plan of a campaign, read from a folder or kept in the database.

    Raises
    ------
    Refused
        If the scheme asks for what is not known, or margins it needs are missing.
    """
    scheme = county.scheme
    problems: list[Problem] = []
    weighting = _part(scheme["scoring"], "weighting")
    classes = tuple(str(code) for code in scheme["classes"])
    group_plans = tuple(_group(group, weighting, problems) for group in county.groups)
    class_plans = tuple(_class(code, county) for code in classes)
    own = {
        entry.class_code: _own_township(entry, group_plans, weighting, problems)
        for entry in class_plans
    }
    unit_plans = tuple(
        _unit(unit, county, own_township=own[unit.class_code]) for unit in county.units
    )
    parts = _Parts(
        universes=_universes(unit_plans, group_plans, county.margins, problems),
        points=_points(scheme, problems),
        screening=_screening(scheme, problems),
        conversion=_conversion(scheme, problems),
        grades=_grades(scheme, problems),
        digits=_digits(scheme, problems),
    )
    if problems:
        raise Refused(problems)
    return Plan(
        units=unit_plans,
        groups=group_plans,
        classes=class_plans,
        channels=tuple(_channel(code, entry) for code, entry in scheme["channels"].items()),
        townships=tuple(township.township_code for township in county.townships),
        min_covered=float(scheme["scoring"].get("min_group_weight_covered_percent", 60)),
        **parts,
    )


class _Parts(TypedDict):
    """The parts of a plan that can find fault with the scheme."""

    universes: tuple[UniversePlan, ...]
    points: tuple[float, ...]
    screening: ScreeningPlan
    conversion: ConversionPlan
    grades: tuple[GradeBand, ...]
    digits: int


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def _note(problems: list[Problem], field: str, *, zh: str, en: str) -> None:
    problems.append(Problem(zh=zh, en=en, file=_FILE, field=field))


def _group(group: GroupFacts, weighting: Mapping[str, Any], problems: list[Problem]) -> GroupPlan:
    code = group.group_code
    how = weighting.get(code, weighting.get("others", {"method": "none"}))
    method = how.get("method", "none")
    if method not in {"none", "raking"}:
        _note(
            problems,
            f"scoring.weighting.{code}.method",
            zh=f"不支持“{method}”，可用 none 或 raking",
            en=f"{method!r} is not known; use none or raking",
        )
        method = "none"
    variables = tuple(how.get("margins", ())) if method == "raking" else ()
    for variable in variables:
        if variable not in _RATED_VARIABLES:
            _note(
                problems,
                f"scoring.weighting.{code}.margins",
                zh=f"没有变量“{variable}”，可用 {'、'.join(_RATED_VARIABLES)}",
                en=f"no variable {variable!r}; use {', '.join(_RATED_VARIABLES)}",
            )
    trim = how.get("trim") if method == "raking" else None
    return GroupPlan(
        group_code=code,
        min_valid=group.min_valid,
        weighting=method,
        margins=variables,
        trim_lower=float(trim[0]) if trim else None,
        trim_upper=float(trim[1]) if trim else None,
    )


def _class(code: str, county: CountyFolder) -> ClassPlan:
    coefficients = {
        entry.group_code: float(entry.coefficient)
        for entry in county.class_groups
        if entry.class_code == code
    }
    return ClassPlan(
        class_code=code,
        coefficients=tuple(coefficients.get(group.group_code, 0.0) for group in county.groups),
    )


def _unit(unit: UnitFacts, county: CountyFolder, *, own_township: bool) -> UnitPlan:
    weights = {item["id"]: float(item["weight"]) for item in county.questionnaire["scored_items"]}
    return UnitPlan(
        unit_code=unit.unit_code,
        class_code=unit.class_code,
        universe=unit.area_code if own_township else county.county.area_code,
        home=unit.area_code if own_township else "",
        items=tuple(
            ItemPlan(item_id=item_id, coefficient=weights[item_id]) for item_id in unit.item_ids
        ),
    )


def _own_township(
    entry: ClassPlan,
    groups: tuple[GroupPlan, ...],
    weighting: Mapping[str, Any],
    problems: list[Problem],
) -> bool:
    """Say whether a class is weighted to its units' own townships rather than the county."""
    answers = set()
    for group, coefficient in zip(groups, entry.coefficients, strict=True):
        if group.weighting == "none" or coefficient == 0:
            continue
        field = f"universe_{entry.class_code}"
        universe = _part(weighting, group.group_code).get(field)
        if universe not in {_OWN_TOWNSHIP, _WHOLE_COUNTY}:
            _note(
                problems,
                f"scoring.weighting.{group.group_code}.{field}",
                zh=f"应写明 {_OWN_TOWNSHIP}（本乡镇）或 {_WHOLE_COUNTY}（全县）",
                en=f"must say {_OWN_TOWNSHIP!r} or {_WHOLE_COUNTY!r}",
            )
        answers.add(universe == _OWN_TOWNSHIP)
    return True in answers


def _universes(
    units: tuple[UnitPlan, ...],
    groups: tuple[GroupPlan, ...],
    margins: Sequence[MarginFacts],
    problems: list[Problem],
) -> tuple[UniversePlan, ...]:
    variables = tuple(dict.fromkeys(name for group in groups for name in group.margins))
    totals: dict[tuple[str, str], dict[str, int]] = {}
    for margin in margins:
        totals.setdefault((margin.area_code, margin.variable), {})[margin.category] = margin.total
    out = []
    for area in dict.fromkeys(unit.universe for unit in units):
        problems.extend(
            Problem(
                zh=f"缺少区划 {area} 的 {variable} 人口总数，无法加权",
                en=f"the {variable} totals of area {area} are missing; nothing to weight to",
                file="population_margins_18plus.csv",
                field="dimension",
            )
            for variable in variables
            if sum(totals.get((area, variable), {}).values()) == 0
        )
        out.append(
            UniversePlan(
                universe=area,
                margins=tuple(
                    _margin(variable, totals.get((area, variable), {})) for variable in variables
                ),
            )
        )
    return tuple(out)


def _margin(variable: str, totals: Mapping[str, int]) -> MarginPlan:
    return MarginPlan(
        variable=variable,
        # Sorted, so that the digest does not hang on the order the totals were kept in.
        categories=tuple(sorted(totals)),
        totals=tuple(float(totals[category]) for category in sorted(totals)),
    )


def _channel(code: str, entry: Mapping[str, Any]) -> ChannelPlan:
    return ChannelPlan(
        channel=code,
        invited=bool(entry.get("invited", False)),
        timed=not code.startswith(_UNTIMED),
    )


def _points(scheme: Mapping[str, Any], problems: list[Problem]) -> tuple[float, ...]:
    # The database keeps the scheme as JSON, whose names are texts.
    stated = {int(value): points for value, points in scheme["scale_points"].items()}
    values = sorted(stated)
    if values != list(range(1, len(values) + 1)):
        _note(
            problems,
            "scale_points",
            zh="选项须为从 1 起的连续整数",
            en="the answers must be whole numbers from 1 up without a gap",
        )
        return (0.0, 0.0)
    return (0.0, *(float(stated[value]) for value in values))


def _screening(scheme: Mapping[str, Any], problems: list[Problem]) -> ScreeningPlan:
    rules = []
    parameters: dict[str, float] = {}
    for rule in scheme["validity_rules"]:
        rule_id, action = rule.get("id"), rule.get("action")
        if rule_id not in RULE_IDS:
            _note(
                problems,
                f"validity_rules.{rule_id}",
                zh=f"没有规则“{rule_id}”，可用 {RULE_IDS[0]}–{RULE_IDS[-1]}",
                en=f"no rule {rule_id!r}; use {RULE_IDS[0]} to {RULE_IDS[-1]}",
            )
        elif action not in _ACTIONS:
            _note(
                problems,
                f"validity_rules.{rule_id}.action",
                zh=f"不支持“{action}”，可用 {'、'.join(_ACTIONS)}",
                en=f"{action!r} is not known; use {', '.join(_ACTIONS)}",
            )
        else:
            rules.append(RulePlan(rule_id=rule_id, action=_ACTIONS[action]))
            names = _PARAMETERS.get(rule_id, {})
            parameters |= {names[key]: rule[key] for key in names if key in rule}
    return ScreeningPlan(rules=tuple(rules), **parameters)  # type: ignore[arg-type]


def _conversion(scheme: Mapping[str, Any], problems: list[Problem]) -> ConversionPlan:
    scoring = scheme["scoring"]
    method: ConversionMethod = scoring.get("conversion", "direct")
    if method not in get_args(ConversionMethod):
        _note(
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


def _grades(scheme: Mapping[str, Any], problems: list[Problem]) -> tuple[GradeBand, ...]:
    bands = scheme["scoring"].get("grade_bands", ())
    if not any(band["min"] <= 0 for band in bands):
        _note(
            problems,
            "scoring.grade_bands",
            zh="须有一档从 0 分起",
            en="one grade must start from 0",
        )
    return tuple(
        GradeBand(zh=band["zh"], en=band["en"], minimum=float(band["min"])) for band in bands
    )


def _digits(scheme: Mapping[str, Any], problems: list[Problem]) -> int:
    rounding = _part(scheme["scoring"], "rounding")
    rule = rounding.get("rule", "ROUND_HALF_UP")
    if rule != "ROUND_HALF_UP":
        _note(
            problems,
            "scoring.rounding.rule",
            zh=f"不支持“{rule}”，可用 ROUND_HALF_UP（四舍五入）",
            en=f"{rule!r} is not known; use ROUND_HALF_UP",
        )
    return int(rounding.get("digits", 2))
