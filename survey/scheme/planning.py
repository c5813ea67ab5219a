"""What a scheme, its units, items and margins say, as the Plan the statistics work by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from survey.problems import Problem, Refused
from survey.scheme import scoring_rules
from survey.scheme.county import CountyFolder, GroupFacts, MarginFacts, UnitFacts
from survey.scheme.debiasing_rules import corrections_of
from survey.scheme.scoring_rules import note, part
from survey.stats.campaign.plan import (
    ChannelPlan,
    ClassPlan,
    ConversionPlan,
    GradeBand,
    GroupPlan,
    ItemPlan,
    MarginPlan,
    Plan,
    PopulationPlan,
    ScreeningPlan,
    UnitPlan,
)

_UNTIMED = ("phone", "paper")  # keyed in by others, so the time says nothing
_OWN_TOWNSHIP = "own township"
_WHOLE_COUNTY = "whole county"
_OTHERS = "others"
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
    weighting = part(scheme["scoring"], "weighting")
    classes = tuple(str(code) for code in scheme["classes"])
    _check_weighting(weighting, county.groups, classes, problems)
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
        populations=_populations(unit_plans, group_plans, county.margins, problems),
        points=scoring_rules.points_of(scheme, problems),
        screening=scoring_rules.screening_of(scheme, problems),
        conversion=scoring_rules.conversion_of(scheme, problems),
        grades=scoring_rules.grades_of(scheme, problems),
        digits=scoring_rules.digits_of(scheme, problems),
        min_covered=scoring_rules.number_of(
            scheme, "min_group_weight_covered_percent", 60, most=100, problems=problems
        ),
        seed=scoring_rules.seed_of(scheme),
    )
    corrections = corrections_of(scheme, problems)
    if problems:
        raise Refused(problems)
    return Plan(
        units=unit_plans,
        groups=group_plans,
        classes=class_plans,
        channels=tuple(_channel(str(code), entry) for code, entry in scheme["channels"].items()),
        townships=tuple(township.township_code for township in county.townships),
        quality=corrections.quality,
        nonresponse=corrections.nonresponse,
        raters=corrections.raters,
        combination=corrections.combination,
        protection=corrections.protection,
        small_areas=corrections.small_areas,
        **parts,
    )


class _Parts(TypedDict):
    """The parts of a plan that can find fault with the scheme."""

    populations: tuple[PopulationPlan, ...]
    points: tuple[float, ...]
    screening: ScreeningPlan
    conversion: ConversionPlan
    grades: tuple[GradeBand, ...]
    digits: int
    min_covered: float
    seed: int


def _check_weighting(
    weighting: Mapping[str, Any],
    groups: Sequence[GroupFacts],
    classes: Sequence[str],
    problems: list[Problem],
) -> None:
    """Note what is said of a group there is not, under an unknown name, or to no effect."""
    codes = [*(group.group_code for group in groups), _OTHERS]
    names = ["method", "margins", "trim", *(f"universe_{code}" for code in classes)]
    for code, how in weighting.items():
        field = f"scoring.weighting.{code}"
        if code not in codes:
            zh, en = f"没有该组，可用 {'、'.join(codes)}", f"is no group; use {', '.join(codes)}"
            note(problems, field, zh=zh, en=en)
        for name in how:
            if name not in names:
                zh = f"没有这一项，可用 {'、'.join(names)}"
                en = f"is not known here; use {', '.join(names)}"
                note(problems, f"{field}.{name}", zh=zh, en=en)
        raked = how.get("method") == "raking"
        if raked and not how.get("margins"):
            zh, en = "raking 须写明加权所用的人口边际", "raking needs margins"
            note(problems, f"{field}.margins", zh=zh, en=en)
        elif how.get("method") == "none" and (how.get("margins") or how.get("trim")):
            zh = "写有边际或权数上下限，但方法为 none"
            en = "is none, yet margins or limits of weights are given"
            note(problems, f"{field}.method", zh=zh, en=en)


def _group(group: GroupFacts, weighting: Mapping[str, Any], problems: list[Problem]) -> GroupPlan:
    code = group.group_code
    how = weighting.get(code, weighting.get(_OTHERS, {"method": "none"}))
    method = how.get("method", "none")
    if method not in {"none", "raking"}:
        note(
            problems,
            f"scoring.weighting.{code}.method",
            zh=f"不支持“{method}”，可用 none 或 raking",
            en=f"{method!r} is not known; use none or raking",
        )
        method = "none"
    variables = tuple(how.get("margins") or ()) if method == "raking" else ()
    for variable in variables:
        if variable not in _RATED_VARIABLES:
            note(
                problems,
                f"scoring.weighting.{code}.margins",
                zh=f"没有变量“{variable}”，可用 {'、'.join(_RATED_VARIABLES)}",
                en=f"no variable {variable!r}; use {', '.join(_RATED_VARIABLES)}",
            )
    trim = _limits(how, f"scoring.weighting.{code}.trim", problems)
    return GroupPlan(
        group_code=code,
        min_valid=group.min_valid,
        weighting=method,
        margins=variables,
        trim_lower=trim[0] if trim else None,
        trim_upper=trim[1] if trim else None,
    )


def _limits(
    how: Mapping[str, Any], field: str, problems: list[Problem]
) -> tuple[float, float] | None:
    """Return the limits of weights as multiples of their mean, if the scheme sets any."""
    if how.get("method") != "raking" or not how.get("trim"):
        return None
    match how["trim"]:
        case [lower, upper] if 0 <= lower < 1 < upper:
            return float(lower), float(upper)
    note(
        problems,
        field,
        zh="应为两个数，前一个小于 1，后一个大于 1，如 [0.2, 5.0]",
        en="must be two numbers, the first below 1, the second above it, as [0.2, 5.0]",
    )
    return None


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
        population=unit.area_code if own_township else county.county.area_code,
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
        population = part(weighting, group.group_code).get(field)
        if population not in {_OWN_TOWNSHIP, _WHOLE_COUNTY}:
            note(
                problems,
                f"scoring.weighting.{group.group_code}.{field}",
                zh=f"应写明 {_OWN_TOWNSHIP}（本乡镇）或 {_WHOLE_COUNTY}（全县）",
                en=f"must say {_OWN_TOWNSHIP!r} or {_WHOLE_COUNTY!r}",
            )
        answers.add(population == _OWN_TOWNSHIP)
    return True in answers


def _populations(
    units: tuple[UnitPlan, ...],
    groups: tuple[GroupPlan, ...],
    margins: Sequence[MarginFacts],
    problems: list[Problem],
) -> tuple[PopulationPlan, ...]:
    variables = tuple(dict.fromkeys(name for group in groups for name in group.margins))
    totals: dict[tuple[str, str], dict[str, int]] = {}
    for margin in margins:
        totals.setdefault((margin.area_code, margin.variable), {})[margin.category] = margin.total
    out = []
    for area in dict.fromkeys(unit.population for unit in units):
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
            PopulationPlan(
                population=area,
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
        invited=entry["invited"],
        timed=not code.startswith(_UNTIMED),
    )
