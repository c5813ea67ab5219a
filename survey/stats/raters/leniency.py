"""Units compared fairly where lenient and severe raters did not rate the same ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.errors import StatsError
from survey.stats.notices import Notice
from survey.stats.raters.crossed_effects import Crossed, RaterFit, cross, fit_random, fit_within

LEVEL = 0.05


class LeniencyError(StatsError):
    """Ratings from which leniency cannot be told."""

    code = "leniency_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leniency:
    """Unit means without the raters' leniency, and how it was taken out.

    Attributes
    ----------
    units : ndarray of float64, shape (u,)
        Adjusted means. Their average over each component, weighted by ratings, is that of the
        raw means: only comparisons change, never the level, which may be true satisfaction.
    se : ndarray of float64, shape (u,)
        Of ``units`` as differences from that average.
    covariance : ndarray of float64, shape (u, u)
    raw : ndarray of float64, shape (u,)
    choice : str
        ``random`` or ``within``.
    hausman, p_value : float
        Statistic and p-value of the test that who rates what is unrelated to leniency.
    rater_variance : float
        From the random fit.
    component : ndarray of intp, shape (u,)
        Units of different components must not be compared.
    n_components : int
    notices : tuple of Notice
    """

    units: FloatArray
    se: FloatArray
    covariance: FloatArray
    raw: FloatArray
    choice: str
    hausman: float
    p_value: float
    rater_variance: float
    component: IndexArray
    n_components: int
    notices: tuple[Notice, ...]


def adjust_leniency(*, rater: IndexArray, unit: IndexArray, score: FloatArray) -> Leniency:
    """Take the raters' leniency out of the comparison of units.

    Parameters
    ----------
    rater, unit : ndarray of intp, shape (n,)
        Codes from 0, each with at least one rating.
    score : ndarray of float64, shape (n,)

    Returns
    -------
    Leniency

    Raises
    ------
    LeniencyError
        If arrays do not fit, a code has no rating, or nobody rates two units.

    Notes
    -----
    Random effects are best if which units a rater rates is unrelated to leniency, and biased if
    it is related; within-rater comparison is right either way. Hausman's test of their
    difference (both variances with the within-rater error) decides at the 5 % level.

    References
    ----------
    Hausman, J. A. (1978), Econometrica 46, 1251-1271. doi:10.2307/1913827
    Mundlak, Y. (1978), Econometrica 46, 69-85. doi:10.2307/1913646
    """
    _check(rater, unit, score)
    crossed = cross(rater=rater, unit=unit, score=score)
    random, within = fit_random(crossed), fit_within(crossed)
    if not within.error_variance > 0:
        raise LeniencyError(
            "too few ratings to tell leniency from error", hint="raters must rate several units"
        )
    share = _centring(crossed)
    statistic, df = _hausman(random, within, share)
    p_value = float(chdtrc(df, statistic)) if df else 1.0
    chosen = within if p_value < LEVEL else random
    raw = crossed.sum_unit / crossed.n_unit
    covariance = share @ chosen.covariance @ share.T
    return Leniency(
        units=share @ chosen.units + raw - share @ raw,
        se=np.sqrt(np.maximum(np.diag(covariance), 0.0)),
        covariance=covariance,
        raw=raw,
        choice="within" if chosen is within else "random",
        hausman=statistic,
        p_value=p_value,
        rater_variance=random.rater_variance,
        component=crossed.component,
        n_components=int(crossed.component.max()) + 1,
        notices=_notices(crossed),
    )


def _centring(crossed: Crossed) -> FloatArray:
    """Return the matrix that takes from each unit the mean of its component."""
    same = crossed.component[:, None] == crossed.component[None, :]
    weight = np.where(same, crossed.n_unit[None, :], 0.0)
    return np.asarray(np.eye(weight.shape[0]) - weight / weight.sum(axis=1, keepdims=True))


def _hausman(random: RaterFit, within: RaterFit, centring: FloatArray) -> tuple[float, int]:
    gap = centring @ (within.units - random.units)
    scale = within.error_variance / random.error_variance
    spread = centring @ (within.covariance - scale * random.covariance) @ centring.T
    values, vectors = np.linalg.eigh((spread + spread.T) / 2)
    kept = values > 1e-8 * max(float(np.diag(within.covariance).max()), 1e-300)
    along = vectors[:, kept].T @ gap
    return float((along**2 / values[kept]).sum()), int(kept.sum())


def _notices(crossed: Crossed) -> tuple[Notice, ...]:
    n_components = int(crossed.component.max()) + 1
    if n_components == 1:
        return ()
    message = (
        f"no rater connects the units of {n_components} groups; they were adjusted apart and "
        "cannot be compared with one another"
    )
    return (Notice(code="units_not_connected", message=message),)


def _check(rater: IndexArray, unit: IndexArray, score: FloatArray) -> None:
    if not score.size or rater.shape != score.shape or unit.shape != score.shape:
        raise LeniencyError("rater, unit and score must have one value per rating")
    if not np.isfinite(score).all():
        raise LeniencyError("a score is missing", hint="leave 不了解 out of the ratings")
    for name, codes in (("rater", rater), ("unit", unit)):
        if codes.min() < 0 or (np.bincount(codes) == 0).any():
            raise LeniencyError(f"{name} codes must be 0, 1, ... without a gap")
