"""The pipeline: Plan + Sample → AppraisalResult, in ordered steps that each leave a trace.

returned (every answer counts one) → screened (validity rules) → trusted (organised and
careless answers count less) → responded (invited answers stand for silence, if a list of
everybody invited is given and the plan wants it) → weighted (corrected for who answered, by slopes
that the units of a class share or by raking each unit) → lenient (raters of several
units taken out of the comparison, where there are any) → combined (open answers let in as far as
they agree with the invited ones) → limited (and left out where nothing says how far to believe
them) → borrowed (groups of a unit drawn towards one
another, if the plan wants it) → assisted (a model for units with few answers, if the
plan wants it). The published figure is the last step's; the earlier ones show a unit what changed
its score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import cut_anew, cut_domains, score
from survey.stats.campaign.invitations import Invitations
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample, check_sample
from survey.stats.pipeline.combination import combine_groups, with_combined
from survey.stats.pipeline.combined_group import measured_apart
from survey.stats.pipeline.corrected import Corrected
from survey.stats.pipeline.domain_weights import weigh_domains
from survey.stats.pipeline.figures.published import publish
from survey.stats.pipeline.figures.result import result_of
from survey.stats.pipeline.holding.bounded_units import bound_units, score_share
from survey.stats.pipeline.holding.firm_groups import firm_groups
from survey.stats.pipeline.holding.invited_alone import leave_open_out
from survey.stats.pipeline.holding.lending import correlated, lend_between_groups, with_borrowed
from survey.stats.pipeline.nonresponse import adjust_nonresponse
from survey.stats.pipeline.quality import QualityWeights, quality_weights
from survey.stats.pipeline.raters import remove_rater_effects
from survey.stats.pipeline.screening import screen
from survey.stats.pipeline.weighted import unanimous, with_smoothed_spread
from survey.stats.sampling import design_weights


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
    check_sample(sample, plan.lists)
    done = _correct(plan, sample, decisions, counted_as, invitations)
    published = publish(done, wanted=plan, publication=plan.publication)
    return result_of(plan, done, published)


def _correct(
    plan: Plan,
    sample: Sample,
    decisions: NDArray[np.int8] | None,
    counted_as: FloatArray | None,
    invitations: Invitations | None,
) -> Corrected:
    returned = cut_domains(plan, sample)
    screening = screen(returned, plan.screening, decisions=decisions)
    domains = cut_anew(returned, screening.valid)
    quality = quality_weights(domains, screening, plan.quality, counted_as=counted_as)
    nonresponse = None
    if invitations:
        nonresponse = adjust_nonresponse(domains, invitations, screening.valid, plan.nonresponse)
    factor = quality.factor * nonresponse.factor if nonresponse else quality.factor
    if sample.probability is not None:
        factor = factor * design_weights(
            probability=sample.probability, domain=domains.domain, counted=screening.valid
        )
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
    lent = lend_between_groups(
        domains, firm=firm, coached=_coached(quality, domains.shape), factor=factor,
        wanted=plan.borrowing, raters=plan.raters,
    )  # fmt: skip
    undrawn, group_variance = bound, bound.variance
    if lent:
        combined = combine_groups(
            cut_anew(domains, rated), valid=rated, factor=factor, wanted=plan.combination,
            raters=plan.raters, confidence=plan.confidence, seed=plan.seed, lent=lent,
        )  # fmt: skip
        drawn, variance = with_borrowed(domains, final, smoothed, combined, lent)
        extra = correlated(lent, variance, score_share(domains, drawn, firm))[:, None]
        bound = bound_units(
            domains, drawn, variance * extra, combined, firm=firm,
            own_variance=weighted.variance, limit=plan.combination.limit,
        )  # fmt: skip
        group_variance = bound.variance / extra
        steps["borrowed"] = bound.scored
    return Corrected(
        domains=domains, screening=screening, quality=quality, invitations=invitations,
        nonresponse=nonresponse, weighted=weighted, leniency=alone.leniency, firm=firm,
        alone=alone, bound=bound, combined=combined, final=bound.scored, variance=bound.variance,
        group_variance=group_variance, lent=lent,
        undrawn=undrawn, alike=alike, steps=steps,
    )  # fmt: skip


def _coached(quality: QualityWeights, shape: tuple[int, int]) -> BoolArray:
    """Mark the groups (u, g) that look coached."""
    out = np.zeros(shape, dtype=np.bool_)
    for found in quality.coached:
        out[found.unit, found.group] = True
    return out
