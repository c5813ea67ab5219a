"""What a scheme, its units, items and margins say, as the Plan the statistics work by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from survey.problems import Problem, Refused
from survey.scheme import scoring_rules
from survey.scheme.age_bands import ages_of
from survey.scheme.county import CountyFolder, MarginFacts, UnitFacts
from survey.scheme.kinds import unknown_words
from survey.scheme.scheme import Channel, Scheme
from survey.scheme.scoring import LAST_SCORE, OWN_TOWNSHIP, WHOLE_COUNTY, Weighting
from survey.scheme.settings import Fault
from survey.stats.campaign.plan import (
    ChannelPlan,
    ClassPlan,
    GroupPlan,
    ItemPlan,
    MarginPlan,
    Plan,
    PopulationPlan,
    UnitPlan,
)

_UNTIMED = ("phone", "paper")  # keyed in by others, so the time says nothing
_OTHERS = "others"
_FILE = "scheme.yaml"
_LAST_RELEASE = "scoring.debiasing.last_release"
_UNWEIGHTED = Weighting(method="none")


def build_plan(county: CountyFolder) -> Plan:
    """Return the plan of a campaign, read from a folder or kept in the database.

    Raises
    ------
    Refused
        If the scheme speaks of groups or classes there are not, or margins it needs are missing.
    """
    scheme = county.scheme
    problems: list[Problem] = []
    weighting, classes = scheme.scoring.weighting, tuple(scheme.classes)
    _check_weighting(weighting, [group.group_code for group in county.groups], classes, problems)
    for code in scheme.scoring.decisions.of_classes:
        _check_class(code, classes, "scoring.decisions", "thresholds_", problems)
    problems.extend(_last_scores(county))
    group_plans = tuple(
        _group(group.group_code, group.min_valid, weighting) for group in county.groups
    )
    class_plans = tuple(_class(code, county) for code in classes)
    own = {
        entry.class_code: _own_township(entry, group_plans, weighting, problems)
        for entry in class_plans
    }
    unit_plans = tuple(
        _unit(unit, county, scheme, own_township=own[unit.class_code]) for unit in county.units
    )
    populations = _populations(unit_plans, group_plans, county.margins, problems)
    if problems:
        raise Refused(problems)
    corrections = scoring_rules.corrections_of(scheme.scoring.debiasing)
    return Plan(
        units=unit_plans,
        groups=group_plans,
        classes=class_plans,
        populations=populations,
        channels=tuple(_channel(code, entry) for code, entry in scheme.channels.items()),
        townships=tuple(township.township_code for township in county.townships),
        points=scoring_rules.points_of(scheme),
        screening=scoring_rules.screening_of(scheme),
        conversion=scoring_rules.conversion_of(scheme),
        grades=scoring_rules.grades_of(scheme),
        quality=corrections.quality,
        nonresponse=corrections.nonresponse,
        calibration=corrections.calibration,
        raters=corrections.raters,
        combination=corrections.combination,
        borrowing=corrections.borrowing,
        protection=corrections.protection,
        small_areas=corrections.small_areas,
        min_covered=float(scheme.scoring.min_covered),
        digits=scheme.scoring.rounding.digits,
        seed=scheme.scoring.seed,
        ages=ages_of(county.questionnaire),
        decisions=scoring_rules.decisions_of(scheme),
    )


def _check_weighting(
    weighting: Mapping[str, Weighting],
    groups: Sequence[str],
    classes: Sequence[str],
    problems: list[Problem],
) -> None:
    """Note what is said of a group or a class there is not."""
    for code, how in weighting.items():
        field = f"scoring.weighting.{code}"
        if code not in (*groups, _OTHERS):
            zh, en = unknown_words(code, [*groups, _OTHERS])
            problems.append(Fault(field, zh, en).problem(_FILE))
        for class_code in how.populations:
            _check_class(class_code, classes, field, "universe_", problems)


def _last_scores(county: CountyFolder) -> Iterator[Problem]:
    """Yield scores of last time that are missing, of no unit there is, or from no source."""
    wanted = county.scheme.scoring.debiasing
    if wanted.borrowing_covariate == "none":
        return
    last, units = wanted.last_release, [unit.unit_code for unit in county.units]
    for code in last.scores:
        if code not in units:
            zh, en = unknown_words(
                f"{LAST_SCORE}{code}", [f"{LAST_SCORE}{known}" for known in units]
            )
            yield Fault(f"{_LAST_RELEASE}.{LAST_SCORE}{code}", zh, en).problem(_FILE)
    if not last.scores:
        yield Fault(
            _LAST_RELEASE,
            "没有上次得分：请在“以往评议”页面由已公布的评议取来，对文件夹计分时用 --before"
            " 指明上次的 appraisal.json，或不用上次得分",
            "states no score of last time: take them from a released campaign on the page of"
            " earlier campaigns, of a folder by --before and the appraisal.json of last time, or"
            " do without",
        ).problem(_FILE)
    elif not (last.campaign and last.document):
        yield Fault(
            _LAST_RELEASE,
            "须写明得分来自哪次评议（campaign）和哪个文件（document，SHA-256 校验值）",
            "must say which campaign and which document (its SHA-256) the scores come from",
        ).problem(_FILE)


def _check_class(
    code: str, classes: Sequence[str], field: str, prefix: str, problems: list[Problem]
) -> None:
    """Note a setting of a class there is not, where each class has one by its name."""
    if code not in classes:
        name = f"{prefix}{code}"
        zh, en = unknown_words(name, [f"{prefix}{known}" for known in classes])
        problems.append(Fault(f"{field}.{name}", zh, en).problem(_FILE))


def _group(code: str, min_valid: int, weighting: Mapping[str, Weighting]) -> GroupPlan:
    how = weighting.get(code, weighting.get(_OTHERS, _UNWEIGHTED))
    raked = how.method == "raking"
    limits = tuple(map(float, how.trim)) if raked and how.trim else (None, None)
    return GroupPlan(
        group_code=code,
        min_valid=min_valid,
        weighting=how.method,
        margins=how.margins if raked else (),
        trim_lower=limits[0],
        trim_upper=limits[1],
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


def _unit(unit: UnitFacts, county: CountyFolder, scheme: Scheme, *, own_township: bool) -> UnitPlan:
    weights = {item["id"]: float(item["weight"]) for item in county.questionnaire["scored_items"]}
    return UnitPlan(
        unit_code=unit.unit_code,
        class_code=unit.class_code,
        population=unit.area_code if own_township else scheme.county.area_code,
        home=unit.area_code if own_township else "",
        items=tuple(
            ItemPlan(item_id=item_id, coefficient=weights[item_id]) for item_id in unit.item_ids
        ),
    )


def _own_township(
    entry: ClassPlan,
    groups: tuple[GroupPlan, ...],
    weighting: Mapping[str, Weighting],
    problems: list[Problem],
) -> bool:
    """Say whether a class is weighted to its units' own townships rather than the county."""
    answers = set()
    for group, coefficient in zip(groups, entry.coefficients, strict=True):
        if group.weighting == "none" or coefficient == 0:
            continue
        field = f"universe_{entry.class_code}"
        how = weighting.get(group.group_code, weighting.get(_OTHERS, _UNWEIGHTED))
        population = how.populations.get(entry.class_code)
        if population is None:
            fault = Fault(
                f"scoring.weighting.{group.group_code}.{field}",
                f"应写明 {OWN_TOWNSHIP}（本乡镇）或 {WHOLE_COUNTY}（全县）",
                f"must say {OWN_TOWNSHIP!r} or {WHOLE_COUNTY!r}",
            )
            problems.append(fault.problem(_FILE))
        answers.add(population == OWN_TOWNSHIP)
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


def _channel(code: str, entry: Channel) -> ChannelPlan:
    return ChannelPlan(
        channel=code,
        invited=entry.invited,
        timed=not code.startswith(_UNTIMED),
    )
