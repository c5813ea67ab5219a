"""All domains weighted and scored, and the error of those whose answers are all alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.pipeline.domain_weighting import DomainWeighting
from survey.stats.small_areas import smooth_variances

_ROUNDING = 1e-9  # standard errors below this part of the scale are what sums leave over


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """All domains weighted and scored.

    Attributes
    ----------
    scored : Scored
    variance : ndarray of float64, shape (u, g)
        Of the group scores; zero where nobody answered.
    weighting : dict
        How each domain that somebody answered about was weighted.
    """

    scored: Scored
    variance: FloatArray
    weighting: dict[int, DomainWeighting]


def without_rounding(domains: CampaignDomains, variance: FloatArray) -> FloatArray:
    """Return zero where answers are all alike, which sums in floating point miss by a hair."""
    scale = domains.scale
    return np.where(variance > (_ROUNDING * scale.width) ** 2, variance, 0.0)


def unanimous(scored: Scored, variance: FloatArray) -> BoolArray:
    """Say which group scores rest on two or more answers without any spread, shape (u, g)."""
    n = scored.groups.n.reshape(variance.shape)
    return np.asarray((n > 1) & (variance == 0))


def with_borrowed_spread(
    domains: CampaignDomains, scored: Scored, variance: FloatArray
) -> FloatArray:
    """Give those the spread of the group's answers about the other units.

    Parameters
    ----------
    domains : CampaignDomains
    scored : Scored
        Of the variances.
    variance : ndarray of float64, shape (u, g)
        Of the group scores, in squared points.

    Returns
    -------
    ndarray of float64, shape (u, g)
        The same, but where two or more answers are all alike: there the pooled variance of the
        group's answers about all units that show any, over the effective number of answers; where
        none does, that of half the scale.

    Notes
    -----
    Ten deputies who agree are an ordinary case; that the eleventh would have agreed too is not
    known from them. An answer by itself has an error of half the scale already.
    """
    alike = unanimous(scored, variance)
    if not alike.any():
        return variance
    out = variance.copy()
    n = scored.groups.n.reshape(variance.shape)
    effective_n = scored.groups.effective_n.reshape(variance.shape)
    for group in np.flatnonzero(alike.any(axis=0)):
        several = np.flatnonzero(n[:, group] > 1)
        own, size = variance[several, group], effective_n[several, group]
        if not (own > 0).any():
            own = (domains.scale.width / 2) ** 2 / size
        borrowed = smooth_variances(variance=own, effective_n=size)
        out[several, group] = np.where(alike[several, group], borrowed, variance[several, group])
    return out
