"""Wald tests of several figures at once, and the form every test's result has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError
from survey.stats.scipy_calls import fdtrc


class SignificanceError(StatsError):
    """Figures that cannot be tested."""

    code: ClassVar[str] = "significance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """The result of a test.

    Attributes
    ----------
    method : str
    statistic : float
    df, error_df : float
        Degrees of freedom of the statistic; ``error_df`` is infinite for chi squared.
    p_value : float
        Chance of a statistic as large where nothing but chance is at work.
    """

    method: str
    statistic: float
    df: float
    error_df: float
    p_value: float

    def summary(self) -> str:
        """One line."""
        freedom = f"{self.df:.5g}" + (
            "" if np.isinf(self.error_df) else f" and {self.error_df:.5g}"
        )
        name = "chi squared" if np.isinf(self.error_df) else "F"
        return f"{self.method}: {name} {self.statistic:.5g} on {freedom}, p {self.p_value:.4g}"

    def to_columns(self) -> dict[str, FloatArray]:
        """Columns of one value."""
        names = ("statistic", "df", "error_df", "p_value")
        return {name: np.array([getattr(self, name)]) for name in names}


def wald_test(*, value: FloatArray, covariance: FloatArray, df: float) -> Significance:
    """Test whether all figures are zero: coefficients of a regression, differences of domains.

    Parameters
    ----------
    value : ndarray of float64, shape (q,)
        For differences, contrasts C m of estimates m.
    covariance : ndarray of float64, shape (q, q)
        Of them: C V C'.
    df : float
        Degrees of freedom of the errors: ``Regression.df``, ``Estimates.df``. Infinite: chi
        squared over q.

    Returns
    -------
    Significance
        F = value' covariance^-1 value / q on q and ``df``.

    Raises
    ------
    SignificanceError
        Shapes that do not fit, a covariance that is singular or not known, no degree of freedom.

    Notes
    -----
    Checked against R ``survey::regTermTest(model, ~terms, method = "Wald")``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import wald_test
    >>> print(wald_test(value=np.array([2.0, 1.0]), covariance=np.eye(2), df=20).summary())
    Wald: F 2.5 on 2 and 20, p 0.1074
    """
    q = value.size
    if value.ndim != 1 or covariance.shape != (q, q):
        raise SignificanceError("shapes", values=value.shape, covariance=covariance.shape)
    if df < 1:
        raise SignificanceError("no_freedom", df=df)
    if not np.isfinite(covariance).all() or np.linalg.matrix_rank(covariance, hermitian=True) < q:
        raise SignificanceError("singular")
    statistic = float(value @ np.linalg.solve(covariance, value)) / q
    return f_test("Wald", statistic, q, df)


def f_test(method: str, statistic: float, df: float, error_df: float) -> Significance:
    """Return the result of an F statistic."""
    # With no end of degrees of freedom F times df is chi squared, which fdtrc does not take.
    p = float(fdtrc(df, min(error_df, 1e12), statistic))
    return Significance(method=method, statistic=statistic, df=df, error_df=error_df, p_value=p)
