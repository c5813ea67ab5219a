"""How much of a unit's score rests on open answers that no invited answer holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.corrections import ProtectionPlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.pipeline.combined_group import CombinedGroup
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
    unprotected : ndarray of bool, shape (u,)
        Units with more than the plan's ``unprotected_share``.
    ranked : ndarray of bool, shape (u,)
        Units that may be ranked: the others, or all if the plan insists.
    """

    open_part: FloatArray
    unreferenced_share: FloatArray
    unprotected: BoolArray
    ranked: BoolArray


def protect(
    domains: CampaignDomains,
    weighted: Weighted,
    combined: tuple[CombinedGroup, ...],
    share: FloatArray,
    *,
    held: bool,
    wanted: ProtectionPlan,
) -> Protection:
    """Find the units whose score whoever stuffs the open box could move at will.

    Parameters
    ----------
    domains : CampaignDomains
    weighted : Weighted
        All answers of each domain weighted together.
    combined : tuple of CombinedGroup
        Where open answers are held by invited ones.
    share : ndarray of float64, shape (u, g)
        Part of each group in its unit's score.
    held : bool
        Whether the combination holds open answers: corrected ones are held by the limit alone,
        combined ones also without it.
    wanted : ProtectionPlan

    Returns
    -------
    Protection

    Notes
    -----
    bare_u = sum over groups of share_ug times the open answers' part of the group's weight,
    taken as 0 where the group was combined with its invited answers. A group that only invited
    people answered counts 0, one that only the open entrance brought counts in full, a mixed
    one that could not be combined by the weight of its open answers. If all of these were
    false, the score could have moved by bare_u times the scale and no further.
    """
    is_open = ~domains.invited
    part = np.zeros(len(domains.rows))
    for domain, how in weighted.weighting.items():
        total = float(how.weights.sum())
        if total > 0:
            part[domain] = float(how.weights[is_open[domains.rows[domain]]].sum()) / total
    open_part = part.reshape(domains.shape)
    for entry in combined:
        open_part[entry.units, entry.group] = 0.0 if held else 1.0
    unreferenced_share = (share * open_part).sum(axis=1)
    unprotected = unreferenced_share > wanted.unprotected_share + 1e-9
    return Protection(
        open_part=open_part,
        unreferenced_share=unreferenced_share,
        unprotected=unprotected,
        ranked=~unprotected | wanted.rank_unprotected,
    )
