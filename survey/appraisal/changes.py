"""What changed since an earlier campaign, unit by unit, or why that cannot be said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from survey.appraisal.record import (
    AppraisalRecord,
    Changes,
    EarlierCampaign,
    Reason,
    UnitChange,
)
from survey.appraisal.record.formats import upgraded
from survey.canonical import digest_of
from survey.problems import Problem, Refused
from survey.stats.arrays import FloatArray
from survey.stats.campaign.corrections import Corrections
from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.plan import ClassPlan, GroupPlan, RulePlan
from survey.stats.notices import Notice
from survey.stats.ranking.change import Change, Measured, measure_change
from survey.stats.ranking.decisions import decide
from survey.wording import CAMPAIGN_NAMES, Words, spoken

_SAME_QUESTIONS = ("scored_items", "scale")


def question_digest(questionnaire: Mapping[str, Any]) -> str:
    """Return what is equal exactly if the questions and their answers are worded alike."""
    asked = {name: questionnaire[name] for name in _SAME_QUESTIONS}
    if headings := _over_scored(questionnaire):
        asked["headings"] = headings
    return digest_of(asked)


def _over_scored(questionnaire: Mapping[str, Any]) -> list[Any]:
    scored = {item["id"] for item in questionnaire["scored_items"]}
    return [each for each in questionnaire.get("headings") or () if scored & set(each["items"])]


def read_before(path: Path) -> AppraisalRecord:
    """Read the appraisal.json of an earlier campaign, of any format.

    Raises
    ------
    Refused
        If it is none, or of a version that did not say what it was measured with.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        content = None
    fields = upgraded(content, file=path.name)
    if not fields.get("question_digest"):
        raise Refused([_too_old(path.name)])
    return AppraisalRecord.from_dict(fields, file=path.name)


def compare(now: AppraisalRecord, before: AppraisalRecord) -> Changes:
    """Return the changes of two appraisals, later less earlier.

    Notes
    -----
    Errors: the two campaigns are independent (nothing ties an answer of one to an answer of
    the other, so what residents who answered twice would take off the error stays in it), and
    so are the units.
    """
    earlier = {figure.unit_code: figure for figure in before.units}
    units = [_unit(now, before, figure, earlier.get(figure.unit_code)) for figure in now.units]
    same = [unit.unit_code for unit in units if unit.reason is None]
    reasons = _overall(now, before, anything=bool(same))
    if not reasons:
        found = measure_change(before=_measured(before, same), now=_measured(now, same))
        if isinstance(found, Change):
            place = {code: i for i, code in enumerate(same)}
            units = [
                _changed(unit, found, place[unit.unit_code]) if unit.unit_code in place else unit
                for unit in units
            ]
            units = _decided(units, now, earlier)
        else:
            names = _names(before.plan.groups) | _names(now.plan.groups)
            reasons = [_reason(notice, names=names) for notice in found.notices]
    return Changes(
        before=EarlierCampaign(
            campaign=before.campaign, simulated=before.simulated, plan_digest=before.plan_digest
        ),
        comparable=not reasons,
        reasons=tuple(reasons),
        units=tuple(units),
    )


def _changed(unit: UnitChange, change: Change, i: int) -> UnitChange:
    return replace(
        unit,
        delta=float(change.delta[i]),
        se=float(change.se[i]),
        lower=float(change.lower[i]),
        upper=float(change.upper[i]),
    )


def _decided(
    units: Sequence[UnitChange], now: AppraisalRecord, earlier: Mapping[str, UnitFigure]
) -> list[UnitChange]:
    """Return the changes with the units of each class named that surely improved or fell.

    Units without a rank, then or now, are left out: nothing holds what their scores rest on. The
    strict names hold whatever errors units have in common; which these were in the earlier
    campaign its record does not say.
    """
    later = {figure.unit_code: figure for figure in now.units}
    told = {unit.unit_code: unit for unit in units}
    for class_code in dict.fromkeys(unit.class_code for unit in units):
        members = [
            unit
            for unit in units
            if unit.class_code == class_code
            and unit.delta is not None
            and later[unit.unit_code].rank is not None
            and earlier[unit.unit_code].rank is not None
        ]
        if not members:
            continue
        se = [_errors_of(figures, members) for figures in (earlier, later)]
        found = decide(
            estimate=np.round([unit.delta or 0.0 for unit in members], 10),
            covariance=np.diag(se[0].error ** 2 + se[1].error ** 2),
            line=0.0,
            rng=np.random.default_rng(now.plan.seed),
            freedom=_freedom(*se),
            error_rate=now.plan.decisions.error_rate,
        )
        for unit, side, strict in zip(members, found.side, found.strict, strict=True):
            if side:
                told[unit.unit_code] = replace(
                    unit, side="improved" if side > 0 else "fell", strict=bool(strict)
                )
    return list(told.values())


class _Errors(NamedTuple):
    """Standard errors of some units in one campaign, and their degrees of freedom."""

    error: FloatArray
    freedom: FloatArray


def _errors_of(figures: Mapping[str, UnitFigure], units: Sequence[UnitChange]) -> _Errors:
    mine = [figures[unit.unit_code] for unit in units]
    return _Errors(
        error=np.array([figure.se for figure in mine], dtype=np.float64),
        freedom=np.array([figure.df for figure in mine], dtype=np.float64),
    )


def _freedom(before: _Errors, now: _Errors) -> FloatArray:
    """Satterthwaite's degrees of freedom of the sum of both variances."""
    first, second = before.error**2, now.error**2
    total = np.maximum(first + second, np.finfo(float).tiny)
    parts = (first / total) ** 2 / before.freedom + (second / total) ** 2 / now.freedom
    return np.asarray(1 / np.maximum(parts, 1e-9))


def _unit(
    now: AppraisalRecord, before: AppraisalRecord, figure: UnitFigure, then: UnitFigure | None
) -> UnitChange:
    """Return a unit of the later campaign with its estimates of both, or why not."""
    notice = _differs(now, before, figure, then)
    return UnitChange(
        unit_code=figure.unit_code,
        class_code=figure.class_code,
        before=then.estimate if then else None,
        now=figure.estimate,
        reason=_reason(notice) if notice else None,
    )


def _differs(
    now: AppraisalRecord, before: AppraisalRecord, figure: UnitFigure, then: UnitFigure | None
) -> Notice | None:
    if then is None or then.estimate is None:
        return Notice("not_before")
    if figure.estimate is None:
        return Notice("not_now")
    if figure.class_code != then.class_code:
        return Notice("other_class", before=then.class_code, now=figure.class_code)
    first, second = (
        next(unit for unit in record.plan.units if unit.unit_code == figure.unit_code)
        for record in (now, before)
    )
    if first.population != second.population:
        return Notice("other_population", before=second.population, now=first.population)
    if first.items != second.items:
        return Notice("other_items")
    return _other_coefficients(
        *(
            _coefficients(record.plan.classes, record.plan.groups, figure.class_code)
            for record in (now, before)
        )
    )


def _other_coefficients(now: dict[str, float], before: dict[str, float]) -> Notice | None:
    if now == before:
        return None
    return Notice("other_coefficients", before=tuple(before.items()), now=tuple(now.items()))


def _coefficients(
    classes: Sequence[ClassPlan], groups: Sequence[GroupPlan], class_code: str
) -> dict[str, float]:
    """Return the group coefficients of a class, without the groups it does not ask."""
    found = next(entry for entry in classes if entry.class_code == class_code)
    codes = [group.group_code for group in groups]
    return {code: value for code, value in zip(codes, found.coefficients, strict=True) if value}


def _overall(now: AppraisalRecord, before: AppraisalRecord, *, anything: bool) -> list[Reason]:
    """Return what makes the whole campaigns incomparable before any figure is looked at."""
    out = []
    if now.simulated != before.simulated:
        out.append(Notice("simulated"))
    chosen = [record.plan.combination.method for record in (before, now)]
    if chosen[0] != chosen[1]:
        out.append(Notice("other_combination", before=chosen[0], now=chosen[1]))
    then, today = (_steps(record.plan.screening.rules, record.plan) for record in (before, now))
    changed = [name for name in then if then[name] != today[name]]
    if changed:
        out.append(Notice("other_steps", steps=tuple(changed)))
    if not anything:
        out.append(Notice("no_common_unit"))
    return [_reason(notice) for notice in out]


def _steps(rules: Sequence[RulePlan], wanted: Corrections) -> dict[str, object]:
    """Return how a campaign was to take the steps that may move a level."""
    return {
        "validity_rules": {rule.rule_id: rule.action for rule in rules},
        "cap_collusion": wanted.quality.cap_collusion,
        "weigh_carelessness": wanted.quality.weigh_carelessness,
        "limit": wanted.combination.limit,
        "nonresponse": wanted.nonresponse.method,
        "small_areas": wanted.small_areas.method,
        "borrowing": wanted.borrowing.method,
        "calibration": wanted.calibration.method,
        "leniency": wanted.raters.method,
    }


def _measured(record: AppraisalRecord, codes: Sequence[str]) -> Measured:
    figures = {figure.unit_code: figure for figure in record.units}
    return Measured(
        score=np.array([figures[code].estimate for code in codes], dtype=np.float64),
        covariance=np.diag(np.array([figures[code].se for code in codes], dtype=np.float64) ** 2),
        questionnaire=f"{record.question_digest} {list(record.plan.points)}",
        margins=tuple(
            f"{group.group_code}:{variable}"
            for group in record.plan.groups
            for variable in group.margins
        ),
        channel_mix={entry.channel: entry.share for entry in record.channel_mix},
    )


def _reason(notice: Notice, *, names: Mapping[str, Words] = CAMPAIGN_NAMES) -> Reason:
    return Reason(**spoken(notice, names=names))


def _names(groups: Sequence[GroupPlan]) -> dict[str, Words]:
    """Return what the margins of ``_measured`` are called."""
    return {
        f"{group.group_code}:{variable}": Words(
            *(f"{group.group_code} {name}" for name in astuple(CAMPAIGN_NAMES[variable]))
        )
        for group in groups
        for variable in group.margins
    }


def _too_old(name: str) -> Problem:
    return Problem(
        file=name,
        zh="由旧版程序写出，没有说明所用的题目和渠道构成；请用本版对那次评议重新计分",
        en="was written by a version that did not say which questions and channels it was"
        " measured with; appraise that campaign again with this one",
    )
