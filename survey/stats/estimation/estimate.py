"""Estimates with their errors, one per domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    labels : tuple of str, length k or 0
        What the domains are called.
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
    labels: tuple[str, ...] = ()

    def contrast(self, coefficients: Sequence[float] | Mapping[str, float]) -> tuple[float, float]:
        """Value and standard error of a weighted sum of the k estimates.

        ``(1, -1, 0, ...)`` is the difference of the first two domains, covariance counted; so is
        ``{"town": 1, "hill": -1}`` by their labels.

        Checked against R ``survey::svycontrast(svyby(..., covmat = TRUE), ...)``.
        """
        if self.covariance is None:
            raise ValueError("too many domains: no covariance was computed")
        if isinstance(coefficients, Mapping):
            if unknown := coefficients.keys() - set(self.labels):
                raise ValueError(f"no such domains: {', '.join(sorted(unknown))}")
            coefficients = [coefficients.get(label, 0.0) for label in self.labels]
        c = np.asarray(coefficients, dtype=np.float64)
        # A domain that has no part in it may have no error either.
        used = np.flatnonzero(c)
        c = c[used]
        variance = float(c @ self.covariance[np.ix_(used, used)] @ c)
        return float(c @ self.value[used]), float(np.sqrt(max(variance, 0.0)))

    def summary(self) -> str:
        """One line per estimate."""
        called = self.labels or self.domain
        lines = [
            f"{self.statistic} {code}: {value:.6g} ({_error(se, low, high)}, n {n:.0f})"
            for code, value, se, low, high, n in zip(
                called, self.value, self.se, self.lower, self.upper, self.n, strict=True
            )
        ]
        return "\n".join([*lines, *map(str, self.notices)])

    def to_columns(self) -> dict[str, FloatArray | IndexArray | NDArray[np.str_]]:
        """Columns of one value per estimate; ``label`` where domains have one."""
        names = ("domain", "value", "se", "lower", "upper", "df", "n", "effective_n")
        labels = {"label": np.array(self.labels)} if self.labels else {}
        return labels | {name: getattr(self, name) for name in names}


def _error(se: float, lower: float, upper: float) -> str:
    limits = "no interval" if np.isnan(lower) else f"{lower:.6g} to {upper:.6g}"
    return limits if np.isnan(se) else f"se {se:.4g}, {limits}"
