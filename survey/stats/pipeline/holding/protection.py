"""Who may be ranked: how much of a unit's score rests on open answers that nothing holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.corrections import CombinationPlan, ProtectionPlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.holding.firm_groups import firm_weight
from survey.stats.pipeline.weighted import Weighted


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What holds the scores.

    Attributes
    ----------
    open_part : ndarray of float64, shape (u, g)
        Part of each group's weight, in [0, 1], that open answers carry and nothing holds.
    unreferenced_share : ndarray of float64, shape (u,)
        The same of the unit's score: the groups' parts by their share in the score.
    unheld_weight : ndarray of float64, shape (u,)
        Part of the unit's weight, in [0, 1], that groups with too few invited answers have; where
        the plan bounds nothing, ``unreferenced_share``.
    allowed : float
        Part a ranked unit may have.
    unprotected : ndarray of bool, shape (u,)
        Units with more.
    ranked : ndarray of bool, shape (u,)
        Units that may be ranked: the others, or all if the plan insists.
    """

    open_part: FloatArray
    unreferenced_share: FloatArray
    unheld_weight: FloatArray
    allowed: float
    unprotected: BoolArray
    ranked: BoolArray


def protect(
    domains: CampaignDomains,
    weighted: Weighted,
    combined: tuple[CombinedGroup, ...],
    share: FloatArray,
    *,
    firm: BoolArray,
    combination: CombinationPlan,
    wanted: ProtectionPlan,
) -> Protection:
    """Find the units whose score whoever stuffs the open box could move at will.

    Whether a unit is one does not hang on what is in the box, unless the plan bounds nothing.

    Parameters
    ----------
    domains : CampaignDomains
    weighted : Weighted
        All answers of each domain weighted together.
    combined : tuple of CombinedGroup
        Where open answers are held by invited ones.
    share : ndarray of float64, shape (u, g)
        Part of each group in its unit's score.
    firm : ndarray of bool, shape (u, g)
        Groups with enough invited answers.
    combination : CombinationPlan
        Says whether invited answers hold open ones: corrected ones are held by the limit alone,
        combined ones also without it.
    wanted : ProtectionPlan

    Returns
    -------
    Protection

    Notes
    -----
    open_u = sum over groups of share_ug times the open answers' part of the group's weight,
    taken as 0 where the group was combined with its invited answers. If all of these were false,
    the score could have moved by open_u times the scale and no further. A unit is ranked by the
    weight of its groups that have enough invited answers, whatever open_u is: an attacker could
    raise that.
    """
    is_open = ~domains.invited
    part = np.zeros(len(domains.rows))
    for domain, how in weighted.weighting.items():
        total = float(how.weights.sum())
        if total > 0:
            part[domain] = float(how.weights[is_open[domains.rows[domain]]].sum()) / total
    open_part = part.reshape(domains.shape)
    for entry in combined:
        open_part[entry.units, entry.group] = 0.0 if combination.held else 1.0
    unreferenced_share = (share * open_part).sum(axis=1)
    unheld_weight, allowed = unreferenced_share, wanted.unprotected_share
    if combination.bounds:
        unheld_weight = 1 - firm_weight(domains, firm)
        allowed = max(allowed, 1 - domains.min_covered / 100)
    unprotected = unheld_weight > allowed + 1e-9
    return Protection(
        open_part=open_part,
        unreferenced_share=unreferenced_share,
        unheld_weight=unheld_weight,
        allowed=allowed,
        unprotected=unprotected,
        ranked=~unprotected | wanted.rank_unprotected,
    )
