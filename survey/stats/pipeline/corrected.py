"""The answers after every correction, and the score after each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored, cut_anew, cut_domains, score
from survey.stats.campaign.invitations import Invitations
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import Sample
from survey.stats.campaign.verdicts import Screening
from survey.stats.pipeline.combination import combine_groups, measured_apart, with_combined
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.domain_weights import weigh_domains
from survey.stats.pipeline.group_leniency import GroupLeniency
from survey.stats.pipeline.holding.bounded_units import BoundedUnits, bound_units
from survey.stats.pipeline.holding.firm_groups import firm_groups
from survey.stats.pipeline.holding.invited_alone import InvitedAlone, leave_open_out
from survey.stats.pipeline.nonresponse import adjust_nonresponse
from survey.stats.pipeline.nonresponse_step import NonresponseStep
from survey.stats.pipeline.quality import QualityWeights, quality_weights
from survey.stats.pipeline.raters import remove_rater_effects
from survey.stats.pipeline.screening import screen
from survey.stats.pipeline.weighted import Weighted, unanimous, with_smoothed_spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What every correction left; ``final`` is the score after the last, ``steps`` after each."""

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


def correct(
    plan: Plan,
    sample: Sample,
    decisions: NDArray[np.int8] | None,
    counted_as: FloatArray | None,
    invitations: Invitations | None,
) -> Corrected:
    """Take an appraisal through its corrections, in the order of the pipeline's steps."""
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
    return Corrected(
        domains=domains, screening=screening, quality=quality, invitations=invitations,
        nonresponse=nonresponse, weighted=weighted, leniency=alone.leniency, firm=firm,
        alone=alone, bound=bound, combined=combined, final=bound.scored, variance=bound.variance,
        alike=alike, steps=steps,
    )  # fmt: skip
