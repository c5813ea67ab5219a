"""Units with few answers: their score as measured, as assisted by a model, or withheld."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.campaign.corrections import SmallAreasPlan
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.campaign.figures import PublicationFigure
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.campaign.scoring import class_columns
from survey.stats.notices import Notice
from survey.stats.small_areas.fay_herriot import SmallAreaError, fay_herriot
from survey.stats.small_areas.publication import (
    DIRECT,
    FEWEST,
    MODEL_ASSISTED,
    MOST_BORROWED,
    WITHHELD,
    decide_publication,
)

DECISIONS = ("direct", "model_assisted", "withheld")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallAreaEstimates:
    """What the rule says of every unit that could be published.

    Attributes
    ----------
    units : ndarray of intp, shape (m,)
        Index into the plan's units.
    direct, direct_se, model, model_se, shrinkage : ndarray of float64, shape (m,)
        ``shrinkage`` is the part of the model's score that comes from other units.
    decision : ndarray of int8, shape (m,)
        Index into ``DECISIONS``.
    """

    units: IndexArray
    direct: FloatArray
    direct_se: FloatArray
    model: FloatArray
    model_se: FloatArray
    shrinkage: FloatArray
    decision: NDArray[np.int8]


def small_area_estimates(
    domains: CampaignDomains,
    final: Scored,
    variance: FloatArray,
    wanted: SmallAreasPlan,
    *,
    own_se: FloatArray,
) -> SmallAreaEstimates | None:
    """Model the unit scores and apply the rule of publication to them.

    Parameters
    ----------
    domains : CampaignDomains
    final : Scored
    variance : ndarray of float64, shape (u, g)
        Of the group scores.
    wanted : SmallAreasPlan
    own_se : ndarray of float64, shape (u,)
        Errors by invited answers alone, infinite where these do not hold the score. A unit whose
        own is small enough is published as measured: open answers that contradict the invited
        ones make its error larger, and are no reason to withhold it.

    Returns
    -------
    SmallAreaEstimates or None
        None with fewer units than the model needs: three more than it has classes.

    Notes
    -----
    Fay and Herriot's model over all published units, the class as predictor, with the adjusted
    likelihood of Yoshimori and Lahiri, whose variance between units is never zero.
    """
    variances = (final.units.share**2 * variance).sum(axis=1)
    units = np.flatnonzero(final.units.covered & (variances > 0))
    direct, direct_se = final.units.score[units], np.sqrt(variances[units])
    x = class_columns([domains.units[unit].class_code for unit in units])
    if units.size < x.shape[1] + 3:
        return None
    try:
        model = fay_herriot(
            direct=direct, variance=variances[units], x=x, method="yoshimori_lahiri"
        )
    except SmallAreaError:
        return None
    n = np.where(final.units.share > 0, final.groups.n.reshape(domains.shape), 0).sum(axis=1)
    scale = domains.scale
    return SmallAreaEstimates(
        units=units,
        direct=direct,
        direct_se=direct_se,
        model=np.clip(model.value, scale.lowest, scale.highest),
        model_se=model.se,
        shrinkage=model.shrinkage,
        decision=decide_publication(
            n=n[units], direct_se=np.minimum(direct_se, own_se[units]), model_se=model.se,
            shrinkage=model.shrinkage, largest_se=wanted.largest_se,
        ),
    )  # fmt: skip


def with_small_area_estimates(
    final: Scored, variance: FloatArray, found: SmallAreaEstimates
) -> tuple[Scored, FloatArray]:
    """Put the model's scores in place and take out what is withheld.

    Returns
    -------
    Scored
        The groups are as they were: only units are assisted.
    ndarray of float64, shape (u, g)
        Group variances scaled so that they sum to the unit's new one.
    """
    score, covered = final.units.score.copy(), final.units.covered.copy()
    assisted = found.decision == MODEL_ASSISTED
    score[found.units[assisted]] = found.model[assisted]
    covered[found.units[found.decision == WITHHELD]] = False
    scale = np.ones(score.size)
    scale[found.units[assisted]] = (found.model_se[assisted] / found.direct_se[assisted]) ** 2
    units = replace(final.units, score=score, covered=covered)
    return replace(final, units=units), variance * scale[:, None]


def borrowed(found: SmallAreaEstimates | None, n_units: int) -> FloatArray:
    """Return the part of each unit's score, shape (u,), that comes from other units."""
    out = np.zeros(n_units)
    if found:
        out[found.units] = np.where(found.decision == MODEL_ASSISTED, found.shrinkage, 0.0)
    return out


def publication_figures(
    domains: CampaignDomains, found: SmallAreaEstimates | None
) -> tuple[PublicationFigure, ...]:
    """Return the rule's answer for every unit, in the plan's order."""
    if found is None:
        return ()
    return tuple(
        PublicationFigure(
            unit_code=domains.units[unit].unit_code,
            direct=float(found.direct[i]),
            direct_se=float(found.direct_se[i]),
            model=float(found.model[i]),
            model_se=float(found.model_se[i]),
            shrinkage=float(found.shrinkage[i]),
            decision=DECISIONS[int(found.decision[i])],
        )
        for i, unit in enumerate(found.units)
    )


def publication_notices(
    domains: CampaignDomains, found: SmallAreaEstimates | None, wanted: SmallAreasPlan
) -> tuple[AppraisalNotice, ...]:
    """Say which scores a model assisted and which are withheld, where the plan wants that."""
    if wanted.method == "none":
        return ()
    if found is None:
        return (AppraisalNotice(unit_code="", group_code="", notice=Notice("no_model")),)
    return tuple(
        AppraisalNotice(
            unit_code=domains.units[unit].unit_code,
            group_code="",
            notice=_decided(found, i, wanted.largest_se),
        )
        for i, unit in enumerate(found.units)
        if found.decision[i] != DIRECT
    )


def _decided(found: SmallAreaEstimates, i: int, largest: float) -> Notice:
    se = float(found.direct_se[i])
    if found.decision[i] == MODEL_ASSISTED:
        borrowed = float(found.shrinkage[i])
        return Notice("model_assisted", se=se, largest=largest, borrowed=borrowed)
    return Notice("withheld", se=se, largest=largest, fewest=FEWEST, own=1 - MOST_BORROWED)
