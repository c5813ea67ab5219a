"""Nonresponse: weights of those who answered made to stand for those who did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.errors import StatsError
from survey.stats.estimation.design import Design
from survey.stats.estimation.regression import regress
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.notices import Notice
from survey.stats.weighting.margin import check_base_weights

LARGE_FACTOR = 10.0


class NonresponseError(StatsError):
    """A class nobody answered from, or a chance of answering that cannot be found."""

    code: ClassVar[str] = "nonresponse"


@dataclass(frozen=True, slots=True, kw_only=True)
class NonresponseAdjustment:
    """Adjusted weights of an invited sample.

    Attributes
    ----------
    weights : ndarray of float64, shape (n,)
        Base weight over chance of answering; zero for those who did not.
    propensity : ndarray of float64, shape (n,)
        Estimated chance of answering, in (0, 1].
    factors : ndarray of float64, shape (k,)
        By class: 1 / chance. Empty for a propensity model.
    coefficients : ndarray of float64, shape (p,)
        Of the propensity model. Empty for classes.
    notices : tuple of Notice
    """

    weights: FloatArray
    propensity: FloatArray
    factors: FloatArray
    coefficients: FloatArray
    notices: tuple[Notice, ...]

    def summary(self) -> str:
        """One line for people, and the notices."""
        answered = int(np.count_nonzero(self.weights))
        head = (
            f"{answered} of {self.weights.size} answered; chances from "
            f"{self.propensity.min():.3f} to {self.propensity.max():.3f}"
        )
        return "\n".join([head, *(notice.message for notice in self.notices)])

    def to_columns(self) -> dict[str, FloatArray]:
        """Columns of one value per person invited."""
        return {"weight": self.weights, "propensity": self.propensity}


def adjust_by_class(
    *,
    base_weights: FloatArray,
    responded: BoolArray,
    classes: NDArray[np.integer],
    names: Sequence[str],
) -> NonresponseAdjustment:
    """Multiply weights by (sum of d) / (sum of d of respondents) in each class.

    Parameters
    ----------
    base_weights : ndarray of float64, shape (n,)
        Of everybody invited.
    responded : ndarray of bool, shape (n,)
    classes : ndarray of integers, shape (n,)
        Class in [0, k).
    names : sequence of str, length k
        For messages.

    Returns
    -------
    NonresponseAdjustment

    Raises
    ------
    NonresponseError
        A class in which nobody answered, named.

    Notes
    -----
    Assumes that within a class answering is unrelated to the answers (missing at random).

    Checked against the statements of R in ``tests/golden`` d17.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import adjust_by_class
    >>> answered, town = np.array([True, False, True, True]), np.array([0, 0, 1, 1])
    >>> found = adjust_by_class(
    ...     base_weights=np.full(4, 10.0),
    ...     responded=answered,
    ...     classes=town,
    ...     names=("A", "B"),
    ... )
    >>> found.weights, found.factors
    (array([20.,  0., 10., 10.]), array([2., 1.]))
    """
    check_base_weights(base_weights)
    k = len(names)
    invited = np.bincount(classes, base_weights, minlength=k)
    answered = np.bincount(classes, base_weights * responded, minlength=k)
    silent = np.flatnonzero((invited > 0) & (answered <= 0))
    if silent.size:
        raise NonresponseError(
            f"nobody answered in class {', '.join(repr(names[int(c)]) for c in silent)}",
            hint="merge the class with a neighbour",
        )
    factors = np.divide(invited, answered, out=np.ones(k), where=answered > 0)
    return NonresponseAdjustment(
        weights=base_weights * responded * factors[classes],
        propensity=1 / factors[classes],
        factors=factors,
        coefficients=np.zeros(0),
        notices=_notices(float(factors.max())),
    )


def adjust_by_propensity(
    *,
    base_weights: FloatArray,
    responded: BoolArray,
    x: FloatArray,
) -> NonresponseAdjustment:
    """Divide weights by the chance of answering from a weighted logistic regression.

    Parameters
    ----------
    base_weights : ndarray of float64, shape (n,)
        Of everybody invited.
    responded : ndarray of bool, shape (n,)
    x : ndarray of float64, shape (n, p)
        Predictors known for everybody, with their constant column.

    Returns
    -------
    NonresponseAdjustment

    Raises
    ------
    NonresponseError, survey.stats.regression.RegressionError

    Notes
    -----
    Assumes that given ``x`` answering is unrelated to the answers (missing at random).

    Checked against R ``survey::svyglm(resp ~ x, design, family = quasibinomial())``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import adjust_by_propensity
    >>> answered = np.array([True, False, False, True, True, False])
    >>> old = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    >>> found = adjust_by_propensity(
    ...     base_weights=np.full(6, 10.0),
    ...     responded=answered,
    ...     x=np.column_stack([np.ones(6), old]),
    ... )
    >>> found.propensity.round(3), found.weights.round(1)
    (array([0.333, 0.333, 0.333, 0.667, 0.667, 0.667]), array([30.,  0.,  0., 15., 15.,  0.]))
    """
    check_base_weights(base_weights)
    if not responded.any():
        raise NonresponseError("nobody answered")
    if responded.all():
        everybody = np.ones(base_weights.size)
        return NonresponseAdjustment(
            weights=base_weights.copy(), propensity=everybody, factors=np.zeros(0),
            coefficients=np.zeros(0), notices=(),
        )  # fmt: skip
    weights = WeightSet(base_weights=base_weights, design=Design.build(n=base_weights.size))
    model = regress(weights=weights, y=responded.astype(np.float64), x=x, family="logistic")
    if not model.converged:
        raise NonresponseError("the chance of answering could not be estimated")
    return NonresponseAdjustment(
        weights=base_weights * responded / model.fitted,
        propensity=model.fitted,
        factors=np.zeros(0),
        coefficients=model.coefficients,
        notices=_notices(float(1 / model.fitted[responded].min())),
    )


def _notices(largest: float) -> tuple[Notice, ...]:
    if largest <= LARGE_FACTOR:
        return ()
    message = f"the largest nonresponse factor is {largest:.1f}: few stand for many"
    return (Notice(code="large_nonresponse_factor", message=message),)
