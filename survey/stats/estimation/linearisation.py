"""Linearised (Taylor) covariance, calibration counted: row by row."""

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.estimation.design import Design
from survey.stats.weighting.calibration import Calibration


def linearised_covariance(
    *,
    influence: FloatArray,
    calibration: Calibration | None,
    base_weights: FloatArray,
    strata: IndexArray | None = None,
    psu: IndexArray | None = None,
    fpc: FloatArray | None = None,
) -> FloatArray:
    """Covariance of estimates from their influence values.

    Parameters
    ----------
    influence : ndarray of float64, shape (n, m)
        Influence z of each row on each of m estimates, not yet weighted; of a domain mean,
        1(in domain) (y - mean) / sum of weights.
    calibration : Calibration or None
        Whose residuals and weights are used; None takes ``base_weights`` as they are.
    base_weights : ndarray of float64, shape (n,)
    strata, psu : ndarray of intp, shape (n,), optional
    fpc : ndarray of float64, shape (n,), optional
        Population size of the stratum in sampling units, or the sampled fraction.

    Returns
    -------
    ndarray of float64, shape (m, m)

    Notes
    -----
    V is the design variance of the totals of w e, where e are the residuals of z regressed
    on the calibration variables with *design* weights. Without strata, units and fpc it is
    n/(n-1) [sum (we)^2 - (sum we)^2/n].

    References
    ----------
    Deville, J.-C. and Sarndal, C.-E. (1992), doi:10.1080/01621459.1992.10475217.

    Checked against R ``survey::vcov(svymean(~y, calibrate(design, ...)))``.
    """
    design = Design.build(
        n=influence.shape[0],
        strata=() if strata is None else (strata,),
        units=() if psu is None else (psu,),
        fpc=() if fpc is None else (fpc,),
    )
    return design.covariance(weighted_residuals(influence, calibration, base_weights))


def weighted_residuals(
    influence: FloatArray,
    calibration: Calibration | None,
    base_weights: FloatArray,
) -> FloatArray:
    """Weighted influence w e of each row, shape (n, m); e = z without a calibration."""
    if calibration is None:
        return np.asarray(influence * base_weights[:, None])
    return np.asarray(calibration.residuals(influence) * calibration.weights[:, None])
