"""The parts of a scheme that are rules by themselves, as the plan has them."""

from __future__ import annotations

from survey.scheme.kinds import CLASS_MEAN
from survey.scheme.scheme import Scheme
from survey.scheme.scoring import ACTIONS, PARAMETERS, Debiasing, Rule
from survey.stats.campaign.corrections import (
    BorrowingPlan,
    CalibrationPlan,
    CombinationPlan,
    Corrections,
    NonresponsePlan,
    ProtectionPlan,
    QualityPlan,
    RatersPlan,
    SmallAreasPlan,
)
from survey.stats.campaign.decisions import DecisionsPlan, ThresholdPlan
from survey.stats.campaign.plan import ConversionPlan, GradeBand, RulePlan, ScreeningPlan


def points_of(scheme: Scheme) -> tuple[float, ...]:
    """Return the worth of every answer, the unused 0 first."""
    stated = scheme.scale_points
    return (0.0, *(float(stated[value]) for value in sorted(stated, key=int)))


def screening_of(scheme: Scheme) -> ScreeningPlan:
    """Return the validity rules in force and their parameters."""
    parameters: dict[str, float] = {}
    for rule in scheme.validity_rules:
        parameters |= _parameters(rule)
    return ScreeningPlan(
        rules=tuple(
            RulePlan(rule_id=rule.rule_id, action=ACTIONS[rule.action])
            for rule in scheme.validity_rules
        ),
        **parameters,  # type: ignore[arg-type]
    )


def _parameters(rule: Rule) -> dict[str, float]:
    stated = {
        name: getattr(rule, setting) for setting, name in PARAMETERS.get(rule.rule_id, {}).items()
    }
    return {name: value for name, value in stated.items() if value is not None}


def conversion_of(scheme: Scheme) -> ConversionPlan:
    """Return how a score becomes points."""
    scoring = scheme.scoring
    return ConversionPlan(
        method=scoring.conversion,
        full_points=float(scoring.component_points),
        step=float(scoring.rank_step),
    )


def grades_of(scheme: Scheme) -> tuple[GradeBand, ...]:
    """Return the grades and the scores that earn them."""
    return tuple(
        GradeBand(zh=band.zh, en=band.en, minimum=float(band.minimum))
        for band in scheme.scoring.grade_bands
    )


def decisions_of(scheme: Scheme) -> DecisionsPlan:
    """Return the lines of every class."""
    wanted = scheme.scoring.decisions
    return DecisionsPlan(
        thresholds=tuple(
            ThresholdPlan(class_code=code, score=None if line == CLASS_MEAN else float(line))
            for code in scheme.classes
            for line in dict.fromkeys(wanted.of_classes.get(code, wanted.thresholds))
        ),
        error_rate=float(wanted.error_rate),
    )


def corrections_of(wanted: Debiasing) -> Corrections:
    """Return each correcting step's own settings."""
    return Corrections(
        quality=QualityPlan(
            cap_collusion=wanted.cap_collusion,
            weigh_carelessness=wanted.weigh_carelessness,
            false_alarm_rate=wanted.false_alarm_rate,
        ),
        nonresponse=NonresponsePlan(
            method=wanted.nonresponse,
            earlier=tuple(wanted.earlier_slopes),
            between=float(wanted.slope_between),
        ),
        calibration=CalibrationPlan(method=wanted.calibration),
        raters=RatersPlan(method=wanted.leniency),
        combination=CombinationPlan(
            method=wanted.combination,
            alarms_exclude=wanted.alarms_exclude,
            limit=wanted.limit,
            min_answers=wanted.min_answers,
            min_units=wanted.min_units,
        ),
        borrowing=_borrowing(wanted),
        protection=ProtectionPlan(
            unprotected_share=wanted.unprotected_share, rank_unprotected=wanted.rank_unprotected
        ),
        small_areas=SmallAreasPlan(method=wanted.small_areas, largest_se=wanted.largest_se),
    )


def _borrowing(wanted: Debiasing) -> BorrowingPlan:
    """Return how groups borrow; scores of last time nobody looks at are no part of a plan."""
    if wanted.borrowing_covariate == "none":
        return BorrowingPlan(method=wanted.borrowing)
    last = wanted.last_release
    return BorrowingPlan(
        method=wanted.borrowing,
        covariate=wanted.borrowing_covariate,
        # Sorted, so that the digest does not hang on the order they were written in.
        earlier=tuple(sorted((unit, float(score)) for unit, score in last.scores.items())),
        campaign=last.campaign,
        document=last.document,
    )
