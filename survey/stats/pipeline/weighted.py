"""All domains weighted and scored, and the error of those whose answers are all alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.pipeline.domain_weighting import DomainWeighting
from survey.stats.small_areas.fay_herriot import smooth_variances

if TYPE_CHECKING:
    from survey.stats.pipeline.class_slopes import ClassSlopes

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
    slopes : tuple of ClassSlopes
        How the groups of a class were corrected together, where they were.
    """

    scored: Scored
    variance: FloatArray
    weighting: dict[int, DomainWeighting]
    slopes: tuple[ClassSlopes, ...] = ()


def without_rounding(domains: CampaignDomains, variance: FloatArray) -> FloatArray:
    """Return zero where answers are all alike, which sums in floating point miss by a hair."""
    scale = domains.scale
    return np.where(variance > (_ROUNDING * scale.width) ** 2, variance, 0.0)


def unanimous(scored: Scored, variance: FloatArray) -> BoolArray:
    """Say which group scores rest on two or more answers without any spread, shape (u, g)."""
    n = scored.groups.n.reshape(variance.shape)
    return np.asarray((n > 1) & (variance == 0))


def smoothed(
    domains: CampaignDomains, *, variance: FloatArray, effective_n: FloatArray
) -> FloatArray:
    """Draw the variances of one group's scores towards what its answers about all units show.

    Parameters
    ----------
    domains : CampaignDomains
    variance, effective_n : ndarray of float64, shape (m,)
        Of the group's score in each unit, in squared points, and its effective answers.

    Returns
    -------
    ndarray of float64, shape (m,)
        As ``smooth_variances`` has it; half the scale for each answer where all of them, about
        all units, are alike.

    Notes
    -----
    The pooled answer variance is no less than one answer more, half the scale off, would make
    it: from a thousand that are nearly all alike, nobody knows that the next is.
    """
    worst = (domains.scale.width / 2) ** 2
    if not (variance > 0).any():
        variance = worst / effective_n
    least = worst / (1 + float(effective_n.sum()))
    return smooth_variances(variance=variance, effective_n=effective_n, least=least)


def with_smoothed_spread(
    domains: CampaignDomains,
    scored: Scored,
    variance: FloatArray,
    *,
    measured: BoolArray,
    firm: BoolArray,
) -> FloatArray:
    """Smooth the variances of every group over the units.

    Parameters
    ----------
    domains : CampaignDomains
    scored : Scored
        Of the variances.
    variance : ndarray of float64, shape (u, g)
        Of the group scores, in squared points.
    measured : ndarray of bool, shape (u, g)
        Group scores whose variance is their own answers'; those of two answers or more are
        smoothed, all others stay.
    firm : ndarray of bool, shape (u, g)
        Group scores that no open answer moves: smoothed over one another alone, or a flood of
        other units' open boxes would tell how sure they are.

    Notes
    -----
    Ten deputies who agree are an ordinary case; that the eleventh would have agreed too is not
    known from them. Nor is the spread of ten known from these ten: where answers crowd at the
    upper end a sample whose mean is too high by chance also shows too small a spread, and the
    interval misses. An answer by itself has an error of half the scale already.
    """
    out = variance.copy()
    several = measured & (scored.groups.n.reshape(variance.shape) > 1)
    effective_n = scored.groups.effective_n.reshape(variance.shape)
    for group in np.flatnonzero(several.any(axis=0)):
        for chosen, beside in ((several & firm, several & firm), (several & ~firm, several)):
            here = beside[:, group]
            if chosen[:, group].any():
                drawn = smoothed(
                    domains, variance=variance[here, group], effective_n=effective_n[here, group]
                )
                out[chosen[:, group], group] = drawn[chosen[here, group]]
    return out
