"""The open answers of a group, unit by unit, corrected for who takes part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.ages import coarsest
from survey.stats.campaign.corrections import CombinationPlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.nonprobability.combination import Combination
from survey.stats.nonprobability.corrected_scores import CORRECTIONS, reference
from survey.stats.nonprobability.selection import Corrected, SelectionError
from survey.stats.pipeline.dummies import dummies
from survey.stats.pipeline.weighted import Weighted

_N_PREDICTORS = 3
_FEWEST = 3
_ROUNDING = 1e-9  # points: an error below it is none


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCorrection:
    """Corrected scores of one group.

    Attributes
    ----------
    score, se : ndarray of float64, shape (m,)
    simplified : ndarray of bool, shape (m,)
        Where not all predictors could be used.
    """

    score: FloatArray
    se: FloatArray
    simplified: BoolArray

    def as_combination(self, *, open_weight: FloatArray, or_else: Combination) -> Combination:
        """Return the scores in the form of combined ones: all open, no bias estimated.

        Where there is none, what ``or_else`` says stands; between the two where the open
        answers are only partly to be ``open_weight``, shape (m,), in [0, 1].
        """
        known = np.isfinite(self.score)
        share = np.where(known, open_weight, 0.0)
        own = np.where(known, self.score, or_else.score)
        variance = share * np.where(known, self.se, 0.0) ** 2 + (1 - share) * or_else.se**2
        variance += share * (1 - share) * (own - or_else.score) ** 2
        return Combination(
            score=or_else.score + share * (own - or_else.score), se=np.sqrt(variance),
            covariance=np.diag(variance), open_share=share, beta=0.0, omega=0.0, tau=0.0,
            drawn_variance=variance[None, :], drawn_weight=np.ones(1),
        )  # fmt: skip


def correct_open(
    domains: CampaignDomains,
    group: int,
    units: IndexArray,
    *,
    invited: Weighted,
    factor: FloatArray,
    wanted: CombinationPlan,
) -> OpenCorrection:
    """Correct the open answers of one group by the method the plan names.

    Parameters
    ----------
    domains : CampaignDomains
    group : int
    units : ndarray of intp, shape (m,)
        Units with enough invited answers.
    invited : Weighted
        The invited answers, weighted by themselves.
    factor : ndarray of float64, shape (n,)
        What quality leaves of each response.
    wanted : CombinationPlan
        Names the method and the fewest answers it may be used on.

    Notes
    -----
    Predictors are sex, age and residence as said. Where the samples of a unit do not overlap
    enough on all of them, the last is dropped until they do: with none left the mean of the
    open answers stands as it is. NaN where the open answers rated nothing, number fewer than
    ``min_answers``, or are all alike: they would be taken for certain.
    """
    found = [
        _correct(domains, int(unit) * domains.shape[1] + group, invited, factor, wanted)
        for unit in units
    ]
    told = np.array([corrected.se > _ROUNDING for corrected, _ in found])
    return OpenCorrection(
        score=np.where(told, [corrected.value for corrected, _ in found], np.nan),
        se=np.where(told, [corrected.se for corrected, _ in found], np.nan),
        simplified=np.array([n_used < _N_PREDICTORS for _, n_used in found]),
    )


def _correct(
    domains: CampaignDomains,
    domain: int,
    invited: Weighted,
    factor: FloatArray,
    wanted: CombinationPlan,
) -> tuple[Corrected, int]:
    sample = domains.sample
    rows = domains.rows[domain]
    from_invited = domains.invited[rows]
    # As in the invited answers' own domains: the same rows in the same order.
    held = rows[from_invited]
    how = invited.weighting[domain]
    weighted = np.flatnonzero(how.weights > 0)
    opened = rows[~from_invited]
    opened = opened[factor[opened] > 0]
    if opened.size < wanted.min_answers:
        return Corrected(value=np.nan, se=np.nan), _N_PREDICTORS
    weights, held = how.weights[weighted], held[weighted]
    calibration = how.calibration.of_rows(weighted) if how.calibration else None
    items = sample.items[opened]
    y = np.where(items > 0, np.asarray(domains.points)[np.maximum(items, 0)], np.nan)
    rows = np.concatenate([opened, held])
    is_open = np.arange(rows.size) < opened.size
    predictors = ("sex", coarsest(sample.ages), "residence")
    known = [sample.codes_of(variable, domains.townships) for variable in predictors]
    coded = [(len(categories), codes[rows]) for categories, codes in known]
    for n_used in range(_N_PREDICTORS, -1, -1):
        x = dummies(coded[:n_used], sides=(is_open, ~is_open), fewest=_FEWEST)
        samples = reference(x[is_open], x[~is_open], weights, calibration)
        try:
            method = CORRECTIONS[wanted.method]
            return method(samples, y, domains.item_coefficients[domain], factor[opened]), n_used
        except SelectionError:
            continue
    return Corrected(value=np.nan, se=np.nan), 0
