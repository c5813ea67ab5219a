"""Groups of a unit whose invited answers are enough by themselves."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.domains import CampaignDomains


def firm_groups(domains: CampaignDomains, counted: BoolArray) -> BoolArray:
    """Say of which groups a unit has as many invited answers as the plan asks of the group.

    Parameters
    ----------
    domains : CampaignDomains
    counted : ndarray of bool, shape (n,)
        The answers that count.

    Returns
    -------
    ndarray of bool, shape (u, g)
        True where the counted invited answers number the group's ``min_valid``, one of them rated
        something, and the unit's class asks the group. No open answer can change it.
    """
    invited = counted & domains.invited
    n = _by_domain(domains, invited)
    rated = _by_domain(domains, invited & (domains.sample.items > 0).any(axis=1))
    needed = np.array([max(group.min_valid, 1) for group in domains.groups])
    return np.asarray((n >= needed) & (rated > 0) & (domains.group_coefficients > 0))


def firm_weight(domains: CampaignDomains, firm: BoolArray) -> FloatArray:
    """Return the part of each unit's group weight, in [0, 1], that its firm groups have, (u,)."""
    weight = domains.group_coefficients
    return np.asarray(np.where(firm, weight, 0.0).sum(axis=1) / weight.sum(axis=1))


def _by_domain(domains: CampaignDomains, rows: BoolArray) -> IndexArray:
    number = np.bincount(domains.domain[rows], minlength=len(domains.rows))
    return number.reshape(domains.shape)
