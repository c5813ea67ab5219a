"""All domains weighted and scored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.pipeline.domain_weighting import DomainWeighting

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
