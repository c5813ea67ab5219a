"""How the leniency of raters was taken out of one group."""

from __future__ import annotations

from dataclasses import dataclass

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.raters.rater_effects import RaterModel


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLeniency:
    """How leniency was taken out of one group.

    Attributes
    ----------
    group : int
    n_several : int
        Raters of several units.
    chosen : RaterModel
        Of the answers' own scores, item coefficients applied.
    shift : ndarray of float64, shape (u,)
        What it adds to each unit's group score.
    covariance : ndarray of float64, shape (u, u)
        Of the adjusted group scores, by raters and through slopes or raking.
    n_rated : ndarray of intp, shape (u,)
        Answers that rated something.
    """

    group: int
    n_several: int
    chosen: RaterModel
    shift: FloatArray
    covariance: FloatArray
    n_rated: IndexArray
