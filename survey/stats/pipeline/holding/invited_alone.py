"""Firm groups in which the bias of the open entrance cannot be told: invited answers alone.

Where open answers are combined with invited ones, they count as far as they agree. Elsewhere
nothing says how far to believe them, and where a group has enough invited answers they are not
needed: they stay out of its score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.corrections import RatersPlan
from survey.stats.campaign.domains import CampaignDomains, cut_anew, rescore
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.domain_weights import weigh_domains
from survey.stats.pipeline.group_leniency import GroupLeniency
from survey.stats.pipeline.raters import RaterAdjusted, remove_rater_effects
from survey.stats.pipeline.weighted import Weighted


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedAlone:
    """What counts in the groups' scores where open and invited answers are not combined.

    Attributes
    ----------
    domains : CampaignDomains
        Without the open answers that stay out.
    weighted : Weighted
        Of these domains, net of raters.
    leniency : mapping
        By group, how raters were taken out.
    left_out : ndarray of intp, shape (u, g)
        Number of open answers that stay out.
    """

    domains: CampaignDomains
    weighted: Weighted
    leniency: Mapping[int, GroupLeniency]
    left_out: IndexArray


def leave_open_out(
    domains: CampaignDomains,
    adjusted: RaterAdjusted,
    combined: tuple[CombinedGroup, ...],
    *,
    firm: BoolArray,
    factor: FloatArray,
    raters: RatersPlan,
) -> InvitedAlone:
    """Leave the open answers out of firm groups that were not combined.

    Parameters
    ----------
    domains : CampaignDomains
    adjusted : RaterAdjusted
        All answers weighted together, net of raters.
    combined : tuple of CombinedGroup
    firm : ndarray of bool, shape (u, g)
    factor : ndarray of float64, shape (n,)
        What quality leaves of each response.
    raters : RatersPlan

    Notes
    -----
    Such a group has the score it would have with an empty box, to the last digit: raters of
    several units are taken out by invited answers alone, since an open answer about any other
    unit has a part in what is known of leniency.
    """
    counted = np.zeros(domains.sample.n_responses, dtype=np.bool_)
    counted[np.concatenate(domains.rows)] = True
    opened = counted & ~domains.invited
    alone = firm.copy()
    for entry in combined:
        alone[entry.units, entry.group] = False
    alone[:, ~np.isin(np.arange(domains.shape[1]), domains.sample.group[opened])] = False
    out = opened & alone.reshape(-1)[domains.domain]
    left_out = np.bincount(domains.domain[out], minlength=len(domains.rows)).reshape(domains.shape)
    if not alone.any():
        return InvitedAlone(
            domains=domains, weighted=adjusted.weighted, leniency=adjusted.groups,
            left_out=left_out,
        )  # fmt: skip
    counting, invited = cut_anew(domains, counted & ~out), cut_anew(domains, counted & ~opened)
    others = remove_rater_effects(counting, weigh_domains(counting, factor), raters)
    own = remove_rater_effects(invited, weigh_domains(invited, factor), raters)
    return InvitedAlone(
        domains=counting,
        weighted=_joined(counting, own.weighted, others.weighted, alone),
        leniency=_leniency(own.groups, others.groups, alone),
        left_out=left_out,
    )


def _joined(
    domains: CampaignDomains, own: Weighted, others: Weighted, alone: BoolArray
) -> Weighted:
    own_score, score = (side.scored.groups.score.reshape(domains.shape) for side in (own, others))
    return replace(
        others,
        scored=rescore(domains, others.scored, np.where(alone, own_score, score)),
        variance=np.where(alone, own.variance, others.variance),
    )


def _leniency(
    own: Mapping[int, GroupLeniency], others: Mapping[int, GroupLeniency], alone: BoolArray
) -> dict[int, GroupLeniency]:
    """Join what is known of both passes; units of different passes share no error."""
    out: dict[int, GroupLeniency] = {}
    for group in sorted(own.keys() | others.keys()):
        inside = alone[:, group]
        sides = ((own.get(group), inside), (others.get(group), ~inside))
        found = [(side, units) for side, units in sides if side is not None and units.any()]
        if found:
            covariance = np.sum([_among(side.covariance, units) for side, units in found], axis=0)
            out[group] = replace(found[-1][0], covariance=covariance)
    return out


def _among(covariance: FloatArray, units: BoolArray) -> FloatArray:
    return np.asarray(np.where(np.outer(units, units), np.nan_to_num(covariance), 0.0))
