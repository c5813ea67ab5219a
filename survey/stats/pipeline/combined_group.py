"""One group whose invited and open answers were combined: what each says, and both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.nonprobability.alarms import Alarms
from survey.stats.nonprobability.combination import Combination, UnitMeans
from survey.stats.nonprobability.equivalent_sample import EquivalentSample
from survey.stats.nonprobability.limiter import Limited
from survey.stats.small_areas.fay_herriot import smoothed_freedom


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedGroup:
    """One group in the units that have enough invited answers.

    Attributes
    ----------
    group : int
    units : ndarray of intp, shape (m,)
        Index into the plan's units.
    reference, open : UnitMeans
        Invited and open answers, each weighted by themselves, shape (m,); NaN where a unit has
        no open ones. The limit is as wide as the error of ``reference``.
    reference_only : ndarray of float64, shape (m,)
        What the invited answers say, net of raters of several units, drawn towards what they
        say of all units.
    combination : Combination
        Where the plan corrects the open answers for who takes part instead of combining: the
        corrected open answers, without bias, spread and covariance.
    limited : Limited
    equivalent : EquivalentSample
        Invited answers the open ones are worth.
    df : ndarray of float64, shape (m,)
        Degrees of freedom of the score's error: those of the invited answers' variance.
    alarms : Alarms
    simplified : ndarray of bool, shape (m,)
        Where the samples are too small or too different to be corrected on all predictors.
    """

    group: int
    units: IndexArray
    reference: UnitMeans
    open: UnitMeans
    reference_only: FloatArray
    combination: Combination
    limited: Limited
    equivalent: EquivalentSample
    df: FloatArray
    alarms: Alarms
    simplified: BoolArray


def degrees_of_freedom(
    domains: CampaignDomains, scored: Scored, combined: tuple[CombinedGroup, ...]
) -> FloatArray:
    """Return the degrees of freedom of the variances of the group scores, shape (u, g)."""
    n = scored.groups.n.reshape(domains.shape)
    several = measured_apart(domains, combined) & (n > 1)
    out = np.ones(domains.shape)
    for group in range(domains.shape[1]):
        here = several[:, group]
        out[here, group] = smoothed_freedom(n[here, group])
    for entry in combined:
        out[entry.units, entry.group] = entry.df
    return out


def measured_apart(domains: CampaignDomains, combined: tuple[CombinedGroup, ...]) -> BoolArray:
    """Say which group scores (u, g) rest on their answers as a whole, not on a combination."""
    out = np.ones(domains.shape, dtype=np.bool_)
    for entry in combined:
        out[entry.units, entry.group] = False
    return out
