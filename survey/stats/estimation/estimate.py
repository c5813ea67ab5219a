"""Estimates with their errors, one per domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """One statistic, estimated in k domains.

    Attributes
    ----------
    statistic : str
    domain : ndarray of intp, shape (k,)
        Code of the domain of each estimate. A domain without answers has no estimate: it is
        missing here and named in ``notices``.
    value, se, lower, upper : ndarray of float64, shape (k,)
        Estimate, standard error and confidence limits. NaN but for the value where the sample
        shows no error: one answer, all alike, or all from one sampling unit; ``notices`` say which.
    df : ndarray of float64, shape (k,)
        Degrees of freedom of the interval.
    n, effective_n : ndarray of float64, shape (k,)
        Answers, and Kish's (sum w)^2 / sum w^2 of them.
    covariance : ndarray of float64, shape (k, k), or None
        Between domains, NaN where there is no error. None past
        ``survey.stats.estimation.domain_sums.COVARIANCE_LIMIT`` domains.
    notices : tuple of Notice
    """

    statistic: str
    domain: IndexArray
    value: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    df: FloatArray
    n: FloatArray
    effective_n: FloatArray
    covariance: FloatArray | None
    notices: tuple[Notice, ...]

    def contrast(self, coefficients: Sequence[float]) -> tuple[float, float]:
        """Value and standard error of a weighted sum of the k estimates.

        ``(1, -1, 0, ...)`` is the difference of the first two domains, covariance counted.

        Checked against R ``survey::svycontrast(svyby(..., covmat = TRUE), ...)``.
        """
        if self.covariance is None:
            raise ValueError("too many domains: no covariance was computed")
        c = np.asarray(coefficients, dtype=np.float64)
        variance = float(c @ self.covariance @ c)
        return float(c @ self.value), float(np.sqrt(max(variance, 0.0)))

    def summary(self) -> str:
        """One line per estimate."""
        lines = [
            f"{self.statistic} {code}: {value:.6g} ({_error(se, low, high)}, n {n:.0f})"
            for code, value, se, low, high, n in zip(
                self.domain, self.value, self.se, self.lower, self.upper, self.n, strict=True
            )
        ]
        return "\n".join([*lines, *map(str, self.notices)])

    def to_columns(self) -> dict[str, FloatArray | IndexArray]:
        """Columns of one value per estimate."""
        names = ("domain", "value", "se", "lower", "upper", "df", "n", "effective_n")
        return {name: getattr(self, name) for name in names}


def _error(se: float, lower: float, upper: float) -> str:
    limits = "no interval" if np.isnan(lower) else f"{lower:.6g} to {upper:.6g}"
    return limits if np.isnan(se) else f"se {se:.4g}, {limits}"
