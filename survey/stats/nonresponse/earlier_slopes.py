"""What earlier campaigns told of how answering depends on the answer, as a prior for the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray

PRIOR_SD = 0.6  # of g where nothing is known, in log odds of answering per SD of the answers


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopePrior:
    """What is known of the slope before a campaign.

    Attributes
    ----------
    mean, sd : float
    between : float
        SD between campaigns that was used; NaN where there were none.
    n : int
        Earlier campaigns.
    """

    mean: float
    sd: float
    between: float
    n: int


NOTHING_EARLIER = SlopePrior(mean=0.0, sd=PRIOR_SD, between=float("nan"), n=0)


def pool_slopes(*, slopes: FloatArray, errors: FloatArray, between: float) -> SlopePrior:
    """Pool the slopes of earlier campaigns into what they foretell of the next.

    Parameters
    ----------
    slopes, errors : ndarray of float64, shape (k,)
        Of each campaign by itself: slope and standard error, above zero.
    between : float
        Least standard deviation of true slopes between campaigns, in (0, 0.3].

    Returns
    -------
    SlopePrior
        ``NOTHING_EARLIER`` of none.

    Notes
    -----
    g_c ~ N(mu, tau^2), mu ~ N(0, 0.6^2 - tau^2), so that without campaigns g ~ N(0, 0.6^2). tau is
    the larger of ``between`` and DerSimonian and Laird's estimate (at most 0.6). The next slope has
    mean m = v sum g_c / (tau^2 + se_c^2) and variance v + tau^2, 1 / v = 1 / (0.6^2 - tau^2) +
    sum 1 / (tau^2 + se_c^2): however many campaigns there were, it is never known better than tau.

    References
    ----------
    DerSimonian, R. and Laird, N. (1986), doi:10.1016/0197-2456(86)90046-2

    Checked against R ``metafor::rma(yi, sei = se, method = "DL")`` for tau by its formula.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import pool_slopes
    >>> found = pool_slopes(
    ...     slopes=np.array([0.3, 0.2]), errors=np.array([0.15, 0.15]), between=0.15
    ... )
    >>> round(found.mean, 3), round(found.sd, 3)
    (0.234, 0.209)
    """
    if not slopes.size:
        return NOTHING_EARLIER
    tau = min(max(between, _der_simonian_laird(slopes, errors)), PRIOR_SD)
    weights = 1 / (tau**2 + errors**2)
    common = PRIOR_SD**2 - tau**2
    if common <= 0:  # campaigns differ as much as anything is thought to
        return SlopePrior(mean=0.0, sd=PRIOR_SD, between=tau, n=slopes.size)
    variance = 1 / (1 / common + float(weights.sum()))
    return SlopePrior(
        mean=variance * float(weights @ slopes),
        sd=float(np.sqrt(variance + tau**2)),
        between=tau,
        n=slopes.size,
    )


def _der_simonian_laird(slopes: FloatArray, errors: FloatArray) -> float:
    """Return the standard deviation between campaigns by the method of moments."""
    if slopes.size < 2:
        return 0.0
    w = errors**-2.0
    mean = float(w @ slopes) / float(w.sum())
    excess = float(w @ (slopes - mean) ** 2) - (slopes.size - 1)
    return float(np.sqrt(max(excess / (w.sum() - (w**2).sum() / w.sum()), 0.0)))
