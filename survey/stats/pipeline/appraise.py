"""The pipeline: Plan + Sample → AppraisalResult, in ordered steps that each leave a trace.

returned (every answer counts one) → screened (validity rules) → trusted (organised and
careless answers count less) → responded (invited answers stand for silence, if a list of
everybody invited is given and the plan wants it) → weighted (corrected for who answered, by slopes
that the units of a class share or by raking each unit) → lenient (raters of several
units taken out of the comparison, where there are any) → combined (open answers let in as far as
they agree with the invited ones) → limited (and left out where nothing says how far to believe
them) → assisted (a model for units with few answers, if the
plan wants it). The published figure is the last step's; the earlier ones show a unit what changed
its score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored, cut_anew, cut_domains, score
from survey.stats.campaign.figures import Step
from survey.stats.campaign.invitations import Invitations
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample, check_sample
from survey.stats.campaign.scoring import UnitScores
from survey.stats.campaign.verdicts import Screening
from survey.stats.pipeline.class_places import place_in_class
from survey.stats.pipeline.combination import (
    combine_groups,
    degrees_of_freedom,
    measured_apart,
    with_combined,
)
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.domain_weights import weigh_domains
from survey.stats.pipeline.figures.bounds import bound_notices
from survey.stats.pipeline.figures.captured import (
    captured_figures,
    captured_notices,
    with_captured,
)
from survey.stats.pipeline.figures.channel_mix import channel_mix
from survey.stats.pipeline.figures.channels import (
    case_files,
    channel_figures,
    defence_notices,
    leniency_notices,
    open_biases,
)
from survey.stats.pipeline.figures.coached import coached_cases, coached_notices
from survey.stats.pipeline.figures.decisions import decision_figures
from survey.stats.pipeline.figures.item_differences import item_differences
from survey.stats.pipeline.figures.nonresponse import (
    nonresponse_figure,
    nonresponse_notices,
    sensitivity_figures,
)
from survey.stats.pipeline.figures.robustness import protection_notices, robustness_figures
from survey.stats.pipeline.figures.units import (
    group_figures,
    known,
    notices,
    precision_notices,
    unit_figures,
)
from survey.stats.pipeline.group_leniency import GroupLeniency
from survey.stats.pipeline.holding.answer_moves import answer_moves
from survey.stats.pipeline.holding.bounded_units import BoundedUnits, bound_units
from survey.stats.pipeline.holding.firm_groups import firm_groups
from survey.stats.pipeline.holding.invited_alone import InvitedAlone, leave_open_out
from survey.stats.pipeline.holding.leaks import leaked_points, weights_that_tell
from survey.stats.pipeline.holding.protection import protect
from survey.stats.pipeline.joint_covariance import joint_covariance
from survey.stats.pipeline.nonresponse import adjust_nonresponse
from survey.stats.pipeline.nonresponse_sensitivity import find_sensitivity
from survey.stats.pipeline.nonresponse_step import NonresponseStep, Sensitivity
from survey.stats.pipeline.quality import QualityWeights, quality_weights
from survey.stats.pipeline.raters import remove_rater_effects
from survey.stats.pipeline.screening import screen
from survey.stats.pipeline.small_areas import (
    publication_figures,
    publication_notices,
    small_area_estimates,
    with_small_area_estimates,
)
from survey.stats.pipeline.weighted import Weighted, unanimous, with_smoothed_spread
from survey.stats.ranking.robustness import SHARES


def appraise(
    plan: Plan,
    sample: Sample,
    *,
    decisions: NDArray[np.int8] | None = None,
    counted_as: FloatArray | None = None,
    invitations: Invitations | None = None,
) -> AppraisalResult:
    """Score every unit of a campaign.

    Parameters
    ----------
    plan : Plan
        What the scheme says.
    sample : Sample
        The returned answers.
    decisions : ndarray of int8, shape (n,), optional
        ``ScreeningVerdict`` two people decided on, -1 where none; replaces the rules' verdict.
    counted_as : ndarray of float64, shape (n,), optional
        Part in (0, 1] of one respondent that each response counts as: 1/k each where two people
        decided that k responses count as one; 1 where they decided nothing of the kind.
    invitations : Invitations, optional
        Everybody who was invited: what the silence of some means is then reported, and made up
        for in the weights if the plan says how.

    Returns
    -------
    AppraisalResult
        A function of its arguments alone: the same plan and sample give the same figures.

    Raises
    ------
    SampleError, UnknownRuleError, CalibrationError
        If sample or rules do not fit the plan, or its margins contradict one another.

    Notes
    -----
    Variance: within a unit and group, responses are independent (with replacement, no finite
    population correction: answers are few against the people they stand for), linearised
    through the slopes or the raking; what the error of slopes has in common between units (of
    the order of a hundredth of their variance) counts where people rate several units, and
    elsewhere not; groups of a unit are independent, and so are units but for people who
    rated several of them and the bias their open answers share. A group of one
    answer has no estimable variance: the largest possible stands in, (range / 2)^2; that of two
    or more is drawn towards the spread of the group's answers about all units, the more the
    fewer they are (``weighted.smoothed``). Where open and invited answers were combined, the
    posterior variance takes its place. The 95 % interval is Student's t with Satterthwaite's
    (1946, doi:10.2307/3002019) degrees of freedom, in each group those of the variance so drawn,
    of combined answers those of the invited ones', clipped to the scale; where codes look
    captured it reaches further down by what they could have done.
    """
    check_sample(sample, plan)
    done = _correct(plan, sample, decisions, counted_as, invitations)
    domains, steps = done.domains, dict(done.steps)
    assistance = small_area_estimates(
        domains, done.final, done.variance, plan.small_areas, own_se=done.bound.own_se
    )
    shown, shown_variance = done.final, done.variance
    assisted = np.zeros(len(plan.units), dtype=np.bool_)
    if assistance and plan.small_areas.method == "assisted":
        shown, shown_variance = with_small_area_estimates(done.final, done.variance, assistance)
        assisted = shown.units.score != done.final.units.score
        steps["assisted"] = shown
    protection = protect(
        domains, done.weighted, done.combined, shown.units.share, firm=done.firm,
        combination=plan.combination, wanted=plan.protection,
    )  # fmt: skip
    covariance = joint_covariance(
        share=shown.units.share, variance=shown_variance, combined=done.combined,
        leniency=done.leniency, reference_only=assisted,
    )  # fmt: skip
    places = place_in_class(
        class_of=domains.class_of,
        wanted=plan.publication,
        ranked=protection.ranked,
        estimate=np.where(shown.units.covered, shown.units.score, np.nan),
        covariance=covariance,
    )
    units = unit_figures(
        domains, steps["returned"], shown, shown_variance, places,
        freedom=degrees_of_freedom(domains, shown, done.combined), confidence=plan.confidence,
    )  # fmt: skip
    leaked = partial(
        leaked_points, domains, done.weighted, done.combined, shown,
        limit=plan.combination.limit, assistance=assistance if assisted.any() else None,
    )  # fmt: skip
    captured = captured_figures(domains, done.quality.captured, units, leaked)
    units = with_captured(domains, units, captured)
    sensitivity = _sensitivity(done)
    moves = answer_moves(
        domains, weights=weights_that_tell(domains, done.weighted, done.combined),
        share=shown.units.share,
    )  # fmt: skip
    return AppraisalResult(
        plan=plan,
        screening=done.screening,
        units=units,
        groups=group_figures(
            domains, done.screening, done.final, done.variance, done.weighted.weighting
        ),
        steps=tuple(_step(name, scored.units) for name, scored in steps.items()),
        notices=(
            *notices(
                domains,
                done.final,
                done.weighted.weighting,
                done.alike,
                moving=done.bound.others,
            ),
            *precision_notices(units, digits=plan.digits),
            *defence_notices(
                domains, done.screening.valid, done.combined, done.quality, plan.combination
            ),
            *coached_notices(domains, done.final, done.quality.coached),
            *captured_notices(domains, done.quality.captured, captured),
            *bound_notices(
                domains,
                done.screening.valid,
                done.alone,
                done.bound,
                plan.combination,
                published=shown.units.covered,
            ),
            *protection_notices(domains, protection, published=shown.units.covered),
            *publication_notices(domains, assistance, plan.small_areas),
            *nonresponse_notices(
                done.nonresponse, sensitivity, plan.nonresponse, asked=invitations is not None
            ),
            *leniency_notices(domains, done.leniency),
        ),
        channels=channel_figures(domains, done.screening.valid, done.combined, plan.combination),
        open_bias=open_biases(domains, done.screening.valid, done.combined, plan.combination),
        cases=(
            *case_files(domains, done.quality.findings),
            *coached_cases(domains, done.quality.coached),
        ),
        robustness=robustness_figures(domains, places, protection, leaked(SHARES)),
        captured=captured,
        channel_mix=channel_mix(domains, done.weighted, shown, done.combined, plan.combination),
        publication=publication_figures(domains, assistance),
        nonresponse=nonresponse_figure(domains, invitations, done.nonresponse)
        if invitations and done.nonresponse
        else None,
        sensitivity=sensitivity_figures(
            domains, done.final, done.variance, units, sensitivity, confidence=plan.confidence
        )
        if sensitivity
        else (),
        decisions=decision_figures(plan, units, covariance),
        item_differences=item_differences(
            plan, domains, done.final, done.weighted.weighting, units=units
        ),
        weight_kept=done.quality.factor,
        careless=done.quality.careless,
        raises=moves.raises,
        lowers=moves.lowers,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Corrected:
    """The answers after every correction, and the score after each; ``final`` is the last."""

    domains: CampaignDomains
    screening: Screening
    quality: QualityWeights
    invitations: Invitations | None
    nonresponse: NonresponseStep | None
    weighted: Weighted
    leniency: Mapping[int, GroupLeniency]
    firm: BoolArray
    alone: InvitedAlone
    bound: BoundedUnits
    combined: tuple[CombinedGroup, ...]
    final: Scored
    variance: FloatArray
    alike: BoolArray
    steps: dict[str, Scored]


def _correct(
    plan: Plan,
    sample: Sample,
    decisions: NDArray[np.int8] | None,
    counted_as: FloatArray | None,
    invitations: Invitations | None,
) -> _Corrected:
    screening = screen(plan, sample, decisions=decisions)
    domains = cut_domains(plan, sample, screening.valid)
    quality = quality_weights(domains, screening, plan.quality, counted_as=counted_as)
    nonresponse = None
    if invitations:
        nonresponse = adjust_nonresponse(domains, invitations, screening.valid, plan.nonresponse)
    factor = quality.factor * nonresponse.factor if nonresponse else quality.factor
    steps = {
        "returned": score(domains, np.ones(sample.n_responses)),
        "screened": score(domains, screening.valid.astype(np.float64)),
        "trusted": score(domains, quality.factor),
    }
    if nonresponse and nonresponse.method != "none":
        steps["responded"] = score(domains, factor)
    weighted = weigh_domains(domains, factor)
    steps["weighted"] = weighted.scored
    adjusted = remove_rater_effects(domains, weighted, plan.raters)
    if adjusted.groups:
        steps["lenient"] = adjusted.weighted.scored
    # Sheets of nothing but 不了解, where no rule sets them aside, tell nothing of a channel.
    rated = screening.valid & (sample.items > 0).any(axis=1)
    combined = combine_groups(
        cut_anew(domains, rated), valid=rated, factor=factor, wanted=plan.combination,
        raters=plan.raters, confidence=plan.confidence, seed=plan.seed,
    )  # fmt: skip
    firm = firm_groups(domains, screening.valid & (factor > 0)) & plan.combination.bounds
    alone = leave_open_out(
        domains, adjusted, combined, firm=firm, factor=factor, raters=plan.raters
    )
    domains, weighted = alone.domains, alone.weighted
    final, variance = with_combined(domains, weighted, combined, limited=True)
    alike = unanimous(final, variance)
    smoothed = with_smoothed_spread(
        domains, final, variance, measured=measured_apart(domains, combined), firm=firm
    )
    bound = bound_units(
        domains, final, smoothed, combined, firm=firm,
        own_variance=weighted.variance, limit=plan.combination.limit,
    )  # fmt: skip
    if combined:
        steps["combined"], _ = with_combined(domains, weighted, combined, limited=False)
    if combined or alone.left_out.any() or bound.others.any():
        steps["limited"] = bound.scored
    return _Corrected(
        domains=domains, screening=screening, quality=quality, invitations=invitations,
        nonresponse=nonresponse, weighted=weighted, leniency=alone.leniency, firm=firm,
        alone=alone, bound=bound, combined=combined, final=bound.scored, variance=bound.variance,
        alike=alike, steps=steps,
    )  # fmt: skip


def _sensitivity(done: _Corrected) -> Sensitivity | None:
    if not (done.invitations and done.nonresponse):
        return None
    return find_sensitivity(
        done.domains, done.invitations, done.nonresponse, valid=done.screening.valid,
        trusted=done.quality.factor,
    )  # fmt: skip


def _step(name: str, units: UnitScores) -> Step:
    shown = np.where(units.covered, units.score, np.nan)
    return Step(name=name, unit_scores=tuple(known(score) for score in shown))
