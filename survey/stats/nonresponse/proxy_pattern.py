"""Silence that may depend on the answer, where nobody was reminded: proxy pattern-mixture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray

PHIS = (0.0, 0.5, 1.0)
WEAKEST = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyPattern:
    """How far the mean of those who answered may lie from everybody's.

    Attributes
    ----------
    correlation : float
        Of the proxy with the answers, in [0, 1].
    phis : tuple of float
        0: silence depends on the proxy alone; 1: on the answer alone. 1 is left out where the
        correlation is below 0.1: so weak a proxy says nothing about it.
    bias : tuple of float
        Mean of those who answered less that of everybody, for each phi.
    """

    correlation: float
    phis: tuple[float, ...]
    bias: tuple[float, ...]


def proxy_pattern(*, y: FloatArray, x: FloatArray, everybody: FloatArray) -> ProxyPattern:
    """Measure the bias of those who answered under three readings of their silence.

    Parameters
    ----------
    y : ndarray of float64, shape (r,)
        Answers.
    x : ndarray of float64, shape (r, p)
        Known of those who answered, with the constant column; collinear columns do no harm.
    everybody : ndarray of float64, shape (p,)
        Mean of x over all who were asked.

    Returns
    -------
    ProxyPattern
        Bias 0 where the proxy does not vary.

    Notes
    -----
    The proxy is the linear prediction of y from x. bias(phi) = [phi + (1 - phi) rho] /
    [phi rho + 1 - phi] * S_y / S_proxy * (proxy of those who answered - proxy of everybody),
    rho their correlation. bias(0) is the regression adjustment (missing at random), bias(1)
    divides where bias(0) multiplies by rho.

    References
    ----------
    Andridge, R. R. and Little, R. J. A. (2011), Journal of Official Statistics 27, 153-180.
    Little, R. J. A., West, B. T., Boonstra, P. S. and Hu, J. (2020), Journal of Survey
    Statistics and Methodology 8, 932-964. doi:10.1093/jssam/smz023

    R has no call for it; tested on populations whose bias is known.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import proxy_pattern
    >>> y, age = np.array([60.0, 75.0, 70.0, 90.0]), np.array([0.0, 1.0, 2.0, 3.0])
    >>> found = proxy_pattern(
    ...     y=y, x=np.column_stack([np.ones(4), age]), everybody=np.array([1.0, 1.0])
    ... )
    >>> round(found.correlation, 3), [round(bias, 2) for bias in found.bias]
    (0.878, [4.25, 4.84, 5.51])
    """
    b, *_ = np.linalg.lstsq(x, y, rcond=None)
    proxy = x @ b
    spread, of_proxy = float(y.std()), float(proxy.std())
    if of_proxy <= 1e-9 * max(spread, 1.0):
        return ProxyPattern(correlation=0.0, phis=PHIS[:2], bias=(0.0, 0.0))
    rho = min(of_proxy / spread, 1.0)  # of a least-squares prediction
    gap = spread / of_proxy * float(proxy.mean() - everybody @ b)
    phis = PHIS if rho >= WEAKEST else PHIS[:2]
    return ProxyPattern(
        correlation=rho,
        phis=phis,
        bias=tuple((phi + (1 - phi) * rho) / (phi * rho + 1 - phi) * gap for phi in phis),
    )
