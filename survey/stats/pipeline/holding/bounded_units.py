"""Units whose firm groups suffice: how far the others may move them.

Whether and how the other groups come in is for whoever fills the open box to decide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.holding.firm_groups import firm_weight
from survey.stats.pipeline.weighted import with_smoothed_spread


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundedUnits:
    """Scores after the bound.

    Attributes
    ----------
    scored : Scored
        Of a bounded unit the share of every group that is not firm is zero.
    variance : ndarray of float64, shape (u, g)
        Of the group scores; in a bounded unit scaled to its own variance, in which how far it was
        moved counts as an error.
    bounded : ndarray of bool, shape (u,)
        Units whose firm groups cover what the plan asks for a score.
    others : ndarray of bool, shape (u, g)
        Groups that move a bounded unit: enough answers, too few of them invited.
    own_se : ndarray of float64, shape (u,)
        Error of the firm groups' mean by the invited answers alone; infinite if not bounded.
    moved, reach : ndarray of float64, shape (u,)
        Points by which they moved it, and by which they could have: infinite without a limit.
    """

    scored: Scored
    variance: FloatArray
    bounded: BoolArray
    others: BoolArray
    own_se: FloatArray
    moved: FloatArray
    reach: FloatArray


def bound_units(
    domains: CampaignDomains,
    scored: Scored,
    variance: FloatArray,
    combined: tuple[CombinedGroup, ...],
    *,
    firm: BoolArray,
    own_variance: FloatArray,
    limit: float | None,
) -> BoundedUnits:
    """Hold each unit whose firm groups suffice to what these say.

    Parameters
    ----------
    domains : CampaignDomains
    scored : Scored
        Of all groups with enough answers, invited or not.
    variance : ndarray of float64, shape (u, g)
        Of the group scores.
    combined : tuple of CombinedGroup
    firm : ndarray of bool, shape (u, g)
    own_variance : ndarray of float64, shape (u, g)
        Of the group scores before invited and open answers were combined.
    limit : float or None
        Standard errors, zero or more.

    Returns
    -------
    BoundedUnits

    Notes
    -----
    H = mean of the firm groups by their coefficients, SE its error by the invited answers alone,
    m = mean of all groups with enough answers: score = clip(m, H - limit SE, H + limit SE). Which
    units, which groups and SE are functions of the invited answers. Where no group is combined H
    is one too, and any two open samples give scores at most 2 limit SE apart; where some are, H
    moves besides by what the limiter lets these groups move. The variance is that of H plus the
    squared distance from it: a figure of the firm groups, as where a group below its minimum
    leaves its weight to the others, which no flood can make vaguer.
    """
    part = firm_weight(domains, firm)
    bounded, share = firm_share(domains, firm)
    se = np.sqrt((share**2 * _reference_variance(domains, scored, own_variance, combined, firm))
                 .sum(axis=1))  # fmt: skip
    reach = np.where(bounded, np.inf if limit is None else limit * se, np.inf)
    held = (share * np.nan_to_num(scored.groups.score.reshape(domains.shape))).sum(axis=1)
    others = bounded[:, None] & (scored.units.share > 0) & ~firm
    moved = np.where(others.any(axis=1), np.clip(scored.units.score - held, -reach, reach), 0.0)
    units = replace(
        scored.units,
        score=np.where(bounded, held + moved, scored.units.score),
        share=np.where(bounded[:, None], share, scored.units.share),
        group_weight_used=np.where(bounded, 100 * part, scored.units.group_weight_used),
    )
    own = (share**2 * variance).sum(axis=1)
    wider = np.divide(moved**2, own, out=np.zeros_like(own), where=own > 0)
    return BoundedUnits(
        scored=replace(scored, units=units), variance=variance * (1 + wider)[:, None],
        bounded=bounded, others=others, own_se=np.where(bounded, se, np.inf), moved=moved,
        reach=reach,
    )  # fmt: skip


def firm_share(domains: CampaignDomains, firm: BoolArray) -> tuple[BoolArray, FloatArray]:
    """Say which units (u,) firm groups hold, and the part (u, g) each has in their score there."""
    part = firm_weight(domains, firm)
    bounded = (part > 0) & (100 * part >= domains.min_covered - 1e-9)
    weight = np.where(firm & bounded[:, None], domains.group_coefficients, 0.0)
    return bounded, weight / np.where(bounded, weight.sum(axis=1), 1.0)[:, None]


def score_share(domains: CampaignDomains, scored: Scored, firm: BoolArray) -> FloatArray:
    """Return the part (u, g) of groups in their unit's score: of firm ones where these hold it."""
    bounded, share = firm_share(domains, firm)
    return np.where(bounded[:, None], share, scored.units.share)


def _reference_variance(
    domains: CampaignDomains,
    scored: Scored,
    own_variance: FloatArray,
    combined: tuple[CombinedGroup, ...],
    firm: BoolArray,
) -> FloatArray:
    """Return the variances (u, g) of firm groups by their invited answers; zero for the others.

    The spread of firm groups is smoothed over firm groups alone.
    """
    apart = firm.copy()
    for entry in combined:
        apart[entry.units, entry.group] = False
    groups = scored.groups
    of_firm = replace(groups, n=np.where(apart.reshape(-1), groups.n, 0))
    out = with_smoothed_spread(
        domains, replace(scored, groups=of_firm), own_variance, measured=apart, firm=apart
    )
    for entry in combined:
        out[entry.units, entry.group] = entry.reference.variance
    return np.where(firm, out, 0.0)
